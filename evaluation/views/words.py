"""Pages of words: many at once for host and sending organ, links of units, missing words."""

from collections import Counter, defaultdict

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Case, F, Q, When
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evaluation.actions import words as actions
from evaluation.acts.cycles import crumbs
from evaluation.filters.words import WordFilter
from evaluation.forms.words import WordForm
from evaluation.models import Appraised, Cycle, OrganAppraisal, Scheme, UnitLink
from evaluation.models.cycles import CycleState
from evaluation.models.schemes import Dimension, Subject
from evaluation.models.words import (
    Side,
    collected_by,
    open_for_word,
    speaks_for,
    spoken_for,
    with_weight_for,
    without_word,
)
from evaluation.rules import words as rules
from evaluation.views.parts import own_page
from portal.models import Organ
from portal.models.places import GrassrootsUnit
from portal.pages import lists
from portal.pages.side_list import Area
from portal.pages.text_forms import tell_masked
from portal.pages.web import Sort, exact_total, listed, qr, sheet_page
from portal.roles import Permission
from portal.tools.asked import whole_number
from portal.trust import wall
from portal.trust.access import IsAnyOf, NotYours, require

OFFICIAL = Sort(gettext_lazy("official order"), "sort_key", descending=False)
BY_NAME = Sort(gettext_lazy("by name"), "name", descending=False)
ORGANS = Sort(gettext_lazy("official order"), "sort_order", descending=False)
WORDS_ON_A_PAGE = 20
MOST_LINKS = 100
lists.register(
    "evaluation:words_to_give",
    gettext_lazy("Assessments to give"),
    filters=WordFilter.base_filters,
    state=("side",),
)
SIDE_TITLES = {
    Side.SENDING: gettext_lazy("As sending organ"),
    Side.HOST: gettext_lazy("As host"),
    Side.UNIT: gettext_lazy("What units say on paper"),
}


def _sides(user):
    """Sides for which this person records words, in order."""
    grants = user.grants_with(Permission.GIVE_ORGANISATION_WORD)
    either = (Side.SENDING, Side.HOST)
    sides = [side for side in either if any(speaks_for(grant, side) for grant in grants)]
    if Side.HOST in sides or user.holds(Permission.COUNT_BALLOTS):
        sides.append(Side.UNIT)
    return sides


# --- Many at once ------------------------------------------------------------------------------


# A view, not an act: it has a form for each appraised.
@require_http_methods(["GET", "HEAD", "POST"])
def words_to_give(request):
    user = request.user
    require(rules.may_open_words(user))
    sides = _sides(user)
    if not sides:
        require(NotYours(_("Your role names no organ that could give its word.")))
    side = request.GET.get("side")
    side = Side(side) if side in sides else sides[0]
    if request.method == "POST":
        return _give(request, side, sides)
    return _words_page(request, side, sides)


# A view, not an act: it redirects with the ticked rows.
@require_POST
def words_together(request, side):
    """Redirect to the page for giving words with the rows ticked in the to-do list."""
    require(rules.may_open_words(request.user))
    if side not in Side.values:
        raise Http404
    chosen = [str(pk) for pk in map(whole_number, request.POST.getlist("chosen")) if pk]
    if not chosen:
        messages.warning(request, _("Tick them first."))
    picked = "".join(f"&chosen={pk}" for pk in chosen[:WORDS_ON_A_PAGE])
    return redirect(f"{reverse('evaluation:words_to_give')}?side={side}{picked}")


def _words_page(request, side, sides, *, bound=None, problems=(), status=200):
    user = request.user
    rows = open_for_word(user, side)
    query = {k: v for k, v in request.GET.items() if k not in ("side", "chosen")}
    filtered = WordFilter({"given": "due"} | query, queryset=rows, user=user, side=side)
    found = filtered.qs if filtered.form.is_valid() else rows.none()
    chosen = [pk for pk in map(whole_number, request.GET.getlist("chosen")) if pk]
    if bound is not None:
        found = rows.filter(pk__in=bound)
    elif chosen:
        found = rows.filter(pk__in=chosen)
    if count := exact_total(request, found):
        return count
    shown = listed(request, found.for_list(), OFFICIAL, size=WORDS_ON_A_PAGE)
    current = _current([one.pk for one in shown["page"]], side)
    context = {
        **shown,
        "lines": [
            (bound or {}).get(one.pk)
            or WordForm(appraised=one, current=current.get(one.pk), user=user)
            for one in shown["page"]
        ],
        "heads": [line.label for line in Dimension],
        "filter": filtered,
        "sorts": [("official", OFFICIAL)],
        "sort": OFFICIAL,
        "side": side,
        "is_on_paper": side == Side.UNIT,
        "asking": _asking(user, rows) if side == Side.UNIT else [],
        "tabs": [(one, SIDE_TITLES[one], one == side) for one in sides],
        "shows_due": query.get("given", "due") == "due",
        "problems": problems,
        "left": without_word(rows, side).count(),
        "crumbs": [Area.EVALUATION.crumb, (_("Assessments to give"), "")],
    }
    return render(request, "evaluation/words_to_give.html", context, status=status)


def _asking(user, rows):
    """Cycles whose unit links this person prints; none for a host."""
    if not rules.may_hear_units(user):
        return []
    heard = rows.filter(collected_by(user))
    return Cycle.objects.filter(IsAnyOf("pk", heard.values("cycle"))).order_by("-pk")[:5]


def _current(pks, side):
    words = OrganAppraisal.objects.current().filter(appraised__in=pks, side=side)
    return {one.appraised_id: one for one in words}


def _give(request, side, sides):
    """Record all rows that were filled in, or none if one has an error."""
    user = request.user
    sent = [pk for pk in map(whole_number, request.POST.getlist("row")) if pk][:WORDS_ON_A_PAGE]
    visible = Appraised.objects.filter(spoken_for(user, side), pk__in=sent).for_list()
    rows = {one.pk: one for one in visible.select_related("cadre")}
    current = _current([*rows], side)
    forms = {
        pk: WordForm(request.POST, appraised=one, current=current.get(pk), user=user)
        for pk, one in rows.items()
    }
    filled = {pk: form for pk, form in forms.items() if not form.is_empty}
    # Validate every row, so that all errors show at once.
    if [form for form in filled.values() if not form.is_valid()]:
        problems = _problems(filled)
        return _words_page(request, side, sides, bound=forms, problems=problems, status=422)
    if not filled:
        messages.warning(request, _("Nothing was filled in."))
        return redirect(request.get_full_path())
    words = [
        actions.Word(form.appraised, side, form.marks, form.cleaned_data["remark"], form.seen_word)
        for form in filled.values()
    ]
    try:
        given = actions.give_words(words=words, by=user, at=timezone.now())
    except ValidationError as problem:
        problems = [(rows[int(pk)].name, "", said[0]) for pk, said in problem.message_dict.items()]
        fresh = {pk: form for pk, form in forms.items() if str(pk) not in problem.message_dict}
        for pk in map(int, problem.message_dict):
            fresh[pk] = WordForm(appraised=rows[pk], current=_current([pk], side).get(pk))
        return _words_page(request, side, sides, bound=fresh, problems=problems, status=422)
    n = len(given)
    done = ngettext("%(n)s word written down.", "%(n)s words written down.", n) % {"n": n}
    messages.info(request, done)
    tell_masked(request, *filled.values())
    return redirect(request.get_full_path())


def _problems(forms):
    return [
        (form.appraised.name, label, sentence)
        for form in forms.values()
        for label, sentence in form.problems
    ]


# --- The words on one of the appraised ---------------------------------------------------------


@require_safe
def words_of_appraised(request, pk):
    """A part of an appraised's page: current and former words of each side."""
    user = request.user
    appraised = get_object_or_404(Appraised.objects.with_score_for(user), pk=pk)
    words = OrganAppraisal.objects.visible_to(user).filter(appraised=appraised)
    words = words.select_related("unit", "organ", "noted_by")
    here = [(appraised.name, appraised.get_absolute_url()), (_("Words"), "")]
    context = {
        "appraised": appraised,
        "words": words.order_by("side", "-given_at", "-pk"),
        "crumbs": [Area.EVALUATION.crumb, *here],
    }
    return own_page(request, "words_of_appraised", context)


# --- What is missing in a cycle ----------------------------------------------------------------


# The organ asked for its word: about a leading team it is the organ above.
_SENDING = Case(When(subject=Subject.ORGAN, then="organ__parent"), default="organ")


def _asked(rows, side):
    """Appraised about whom the side is asked, annotated with `asked`: the organ that answers."""
    rows = rows.filter(with_weight_for(side))
    if side == Side.UNIT:
        return rows.exclude(unit=None)
    speaker = _SENDING if side == Side.SENDING else F("host_organ")
    return rows.annotate(asked=speaker).exclude(asked=None)


def _weighed(rows):
    """The sides to whose word the scheme of any of these appraised gives a weight."""
    schemes = list(Scheme.objects.filter(pk__in=rows.order_by().values("scheme")))
    return [side for side in Side if any(one.weights[side.component] > 0 for one in schemes)]


def _count(rows, side):
    """(words given, words asked for) of a side."""
    asked = _asked(rows, side)
    total = asked.count()
    return total - without_word(asked, side).count(), total


# Not a Listing: it shows sums by organ of one cycle.
@require_safe
def cycle_words(request, pk):
    """A part of a cycle's page: numbers of words, and organs that have not answered, in the
    official order. Missing words block nothing."""
    user = request.user
    if not user.holds(Permission.READ_EVALUATION):
        require(NotYours(_("Only people who read the evaluation can see the words of a cycle.")))
    cycle = get_object_or_404(Cycle.objects.visible_to(user), pk=pk)
    with wall.as_system("how many words of a cycle are missing"):
        return own_page(request, "cycle_words", _missing_words(request, cycle))


def _missing_words(request, cycle):
    rows = Appraised.objects.standing().filter(cycle=cycle)
    sending = without_word(_asked(rows, Side.SENDING), Side.SENDING)
    host = without_word(_asked(rows, Side.HOST), Side.HOST)
    organs = Organ.objects.filter(
        Q(IsAnyOf("pk", sending.values("asked"))) | Q(IsAnyOf("pk", host.values("asked")))
    )
    shown = listed(request, organs, ORGANS)
    pks = [organ.pk for organ in shown["page"]]
    missing = {Side.SENDING: _by_organ(sending, pks), Side.HOST: _by_organ(host, pks)}
    return {
        **shown,
        "cycle": cycle,
        "counts": [(side.label, *_count(rows, side)) for side in _weighed(rows)],
        "lines": [
            (organ, missing[Side.SENDING][organ.pk], missing[Side.HOST][organ.pk])
            for organ in shown["page"]
        ],
        # Links work only while collecting, and only if there are units to ask.
        "may_print": cycle.state == CycleState.COLLECTING
        and bool(rules.may_hear_units(request.user))
        and _asked(rows, Side.UNIT).exists(),
        "crumbs": crumbs(cycle, _("Words")),
    }


def _by_organ(rows, organs):
    return Counter(rows.filter(asked__in=organs).values_list("asked", flat=True))


# --- The links of units ------------------------------------------------------------------------


def _heard(user, pk):
    """(cycle, its appraised whose units this person asks), or Http404."""
    heard = Appraised.objects.standing().filter(
        collected_by(user), with_weight_for(Side.UNIT), cycle=pk
    )
    heard = heard.exclude(unit=None)
    cycle = get_object_or_404(Cycle.objects.filter(IsAnyOf("pk", heard.values("cycle"))), pk=pk)
    return cycle, heard


def _units(heard):
    return GrassrootsUnit.objects.filter(IsAnyOf("pk", heard.values("unit")))


# Not a Listing: it is about one cycle, with links to tick and print.
@require_safe
def unit_links(request, pk):
    user = request.user
    require(rules.may_hear_units(user))
    cycle, heard = _heard(user, pk)
    shown = listed(request, _units(heard).select_related("host_organ"), BY_NAME)
    pks = [unit.pk for unit in shown["page"]]
    rows = UnitLink.objects.filter(cycle=cycle, unit__in=pks).select_related("letter")
    links = {one.unit_id: one for one in rows.order_by("made_at")}
    people, today = _names(heard, pks), user.today
    due = without_word(heard, Side.UNIT).filter(unit__in=pks)
    due = Counter(due.values_list("unit", flat=True))
    context = {
        **shown,
        "cycle": cycle,
        "lines": [
            {
                "unit": unit,
                "people": people[unit.pk],
                "due": due[unit.pk],
                "link": links.get(unit.pk),
                "state": _state_of(links.get(unit.pk), today),
            }
            for unit in shown["page"]
        ],
        "is_collecting": cycle.state == CycleState.COLLECTING,
        "crumbs": crumbs(cycle, _("Links of units")),
    }
    return render(request, "evaluation/unit_links.html", context)


def _names(heard, units):
    """{unit: names of the appraised there, in the official order}"""
    names = defaultdict(list)
    rows = heard.filter(unit__in=units).in_official_order()
    for unit, name in rows.values_list("unit", "name"):
        names[unit].append(name)
    return names


def _state_of(link, today):
    if link is None:
        return "none", _("no link yet")
    if link.used_at:
        lost = getattr(link, "letter", None) and link.letter.is_lost
        return ("lost", _("could not be opened")) if lost else ("used", _("used"))
    if link.revoked_at:
        return "revoked", _("called back")
    if link.expires_on < today:
        return "expired", _("run out")
    return "live", _("given out")


# A view, not an act: the response is the sheet.
@require_POST
def print_unit_links(request, pk):
    """Print papers for the ticked units. Each link appears on this print only."""
    user = request.user
    require(rules.may_hear_units(user))
    cycle, heard = _heard(user, pk)
    chosen = [one for one in map(whole_number, request.POST.getlist("chosen")) if one]
    if not 0 < len(chosen) <= MOST_LINKS:
        too_many = _("At most %(n)s at once.") % {"n": MOST_LINKS}
        messages.warning(request, too_many if chosen else _("Tick the units first."))
        return redirect("evaluation:unit_links", pk=pk)
    units = _units(heard).filter(pk__in=chosen).order_by("name", "pk")
    names, papers = _names(heard, chosen), []
    for unit in units:
        link, token = actions.print_link(cycle=cycle, unit=unit, by=user, at=timezone.now())
        address = f"{settings.PUBLIC_BASE_URL}/w/{token}/"
        paper = {"unit": unit, "link": link, "address": address, "qr": qr(address)}
        papers.append(paper | {"names": names[unit.pk]})
    context = {
        "cycle": cycle,
        "papers": papers,
        "today": user.today,
        "back_url": reverse("evaluation:unit_links", args=[pk]),
    }
    response = sheet_page(request, "evaluation/slips/unit_links.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


# A view, not an act: its address has two records.
@require_POST
def revoke_unit_link(request, pk, unit_pk):
    user = request.user
    require(rules.may_hear_units(user))
    cycle, heard = _heard(user, pk)
    unit = get_object_or_404(_units(heard), pk=unit_pk)
    if actions.revoke_link(cycle=cycle, unit=unit, by=user, at=timezone.now()):
        messages.info(request, _("The link opens nothing any more."))
    else:
        messages.warning(request, _("There is no link to call back."))
    return redirect("evaluation:unit_links", pk=pk)
