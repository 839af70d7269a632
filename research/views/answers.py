"""Answers of a questionnaire: the page of those who lead it, the cadre's page, slips, paper."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from portal.models import Cadre, Job
from portal.pages.side_list import Area
from portal.pages.web import Sort, form_page, listed, posted, qr, sheet_page
from portal.tools.asked import whole_number
from portal.tools.languages import base
from portal.trust.access import IsAnyOf, require
from research.actions import answers as actions
from research.acts.answers import ANSWERING, address, crumbs, visible_questionnaire
from research.door import codes
from research.forms.answers import PositionForm, SlipsForm
from research.models import DrawnUnit, QuestionnaireVersion, SealedAnswer, SecondEntry
from research.models.answers import Channel
from research.models.questionnaires import TAKES_ANSWERS
from research.questionnaires import drawing
from research.questionnaires.answers import index, path_of
from research.results.questions import named, words
from research.rules import answers as rules

SLIPS_ON_A_PAGE = 4
IN_ORDER = Sort(gettext_lazy("in the order of the draw"), ("sample", "position"), descending=False)


# --- The page of whoever leads it -------------------------------------------------------------


@require_safe
def answers(request, pk):
    user, questionnaire = request.user, visible_questionnaire(request.user, pk)
    given = SealedAnswer.objects.filter(questionnaire=questionnaire)
    n = dict(given.values_list("channel").annotate(n=Count("pk")).order_by())
    leads = bool(rules.leads(user, questionnaire))
    takes = questionnaire.state in TAKES_ANSWERS
    context = {
        "questionnaire": questionnaire,
        "channels": [(one.label, n.get(one.value, 0)) for one in Channel],
        "given": sum(n.values()),
        "takes": takes,
        "last_day": rules.last_day(questionnaire) if takes else None,
        "seconds": _seconds(user, questionnaire) if takes and leads else [],
        "slips": questionnaire.links.filter(is_used=False).count() if takes and leads else None,
        "job": _job(questionnaire) if leads else None,
        "may_read": rules.may_read_results(user, questionnaire),
        "acts": ANSWERING.buttons(user, questionnaire),
        "crumbs": [Area.GOING_DOWN.crumb, *crumbs(questionnaire)],
    }
    return render(request, "research/answers.html", context)


def _seconds(user, questionnaire):
    """Return [(second entry, decision of the rule, URL of its page)]."""
    found = []
    waiting = rules.waiting_seconds(questionnaire).select_related(
        "answer__drawn", "answer__questionnaire__organ__division"
    )
    for second in waiting.order_by("answer__drawn__position")[:200]:
        rule, page = (
            (rules.may_type_second, "type_second")
            if second.typed_by_id is None
            else (rules.may_settle, "settle_second")
        )
        found.append((second, rule(user, second), reverse(f"research:{page}", args=[second.pk])))
    return found


def _job(questionnaire):
    """The latest strip job, until the questionnaire is stripped."""
    jobs = Job.objects.filter(kind="strip_answers", arguments__questionnaire=questionnaire.pk)
    job = jobs.order_by("-pk").first()
    return job if job and questionnaire.state in TAKES_ANSWERS else None


# --- Slips --------------------------------------------------------------------------------------


# A view, not an act: the response is the sheet.
@require_http_methods(["GET", "HEAD", "POST"])
def print_answer_slips(request, pk):
    """Print slips. The sheet is the response to the POST and exists only in memory."""
    user, questionnaire = request.user, visible_questionnaire(request.user, pk)
    require(rules.may_print_links(user, questionnaire))
    left = actions.without_slip(questionnaire).count()
    form = SlipsForm(
        posted(request), user=user, initial={"count": min(left, actions.MOST_SLIPS) or 1}
    )
    if form.is_bound and form.is_valid():
        version = questionnaire.in_force
        links = actions.issue_links(
            questionnaire=questionnaire, version=version, by=user, **form.cleaned_data
        )
        if links:
            return _sheet(request, questionnaire, links)
        form.add_error("count", _("Every drawn unit has a slip or an answer."))
    here = pgettext("questionnaires", "Print slips with codes")
    return form_page(
        request,
        form,
        title=here,
        submit_label=pgettext("questionnaires", "Make the sheet"),
        cancel_url=address(questionnaire),
        intro=_(
            "The sheet is shown once, to be printed at once: the codes are kept nowhere. Each "
            "slip is for the drawn unit that stands on it. Drawn units without a slip: %(n)s."
        )
        % {"n": left},
        crumbs=crumbs(questionnaire, here),
    )


def _sheet(request, questionnaire, links):
    base = f"{settings.PUBLIC_BASE_URL}/q/"
    slips = [
        {
            "code": codes.in_groups(link.code),
            "qr": qr(f"{base}{link.code}/"),
            "position": link.drawn.position,
            "place": link.drawn.unit.name if link.drawn.unit else link.drawn.key,
            "serial": link.drawn.serial,
        }
        for link in links
    ]
    context = {
        "questionnaire": questionnaire,
        "address": base,
        "sheets": [
            slips[at : at + SLIPS_ON_A_PAGE] for at in range(0, len(slips), SLIPS_ON_A_PAGE)
        ],
    }
    return sheet_page(request, "research/slips/answer_codes.html", context)


# --- With the person: the cadre's page --------------------------------------------------------


def _drawn():
    return DrawnUnit.objects.select_related(
        "sample__questionnaire__organ__division", *actions.ASKER_RELATIONS
    )


def _mine(rows, user):
    own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
    return rows.filter(IsAnyOf("asked_by", own), sample__questionnaire__isnull=False)


@require_safe
def fieldwork(request):
    """The user's drawn units in questionnaires that accept answers."""
    user = request.user
    rows = DrawnUnit.objects.filter(sample__questionnaire__state__in=TAKES_ANSWERS).released()
    rows = _mine(rows, user).select_related("sample__questionnaire", "unit")
    tab = "all" if request.GET.get("tab") == "all" else "open"
    if tab == "open":
        rows = rows.filter(disposition="")
    context = {
        "tab": tab,
        "crumbs": [Area.GOING_DOWN.crumb, (_("My fieldwork"), "")],
        **listed(request, rows, IN_ORDER),
    }
    return render(request, "research/fieldwork.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, pk):
    """The questionnaire on a small screen, filled in with the person drawn."""
    user = request.user
    drawn = get_object_or_404(_mine(_drawn(), user), pk=pk)
    page = {
        "intro": _("Read the questions out. The answer is sealed when you hand it in."),
        "cancel_url": reverse("research:fieldwork"),
        "crumbs": [
            Area.GOING_DOWN.crumb,
            (_("My fieldwork"), reverse("research:fieldwork")),
            (drawn.sample.questionnaire.title, ""),
        ],
    }
    return _filled_in(request, drawn, Channel.VISIT, rules.may_ask, page)


@require_http_methods(["GET", "HEAD", "POST"])
def enter_paper(request, pk):
    """Find a paper by its number, then go to its answers."""
    user, questionnaire = request.user, visible_questionnaire(request.user, pk)
    require(rules.may_print_links(user, questionnaire))
    form = PositionForm(posted(request), user=user, questionnaire=questionnaire)
    if form.is_bound and form.is_valid():
        return redirect("research:paper_answer", form.cleaned_data["position"].pk)
    here = _("Enter a paper answer")
    return form_page(
        request,
        form,
        title=here,
        submit_label=_("Go on"),
        cancel_url=address(questionnaire),
        intro=_(
            "One paper in ten is typed a second time by somebody else, drawn by a key that nobody "
            "reads; all of them where the two differ in more than one field of two hundred."
        ),
        crumbs=crumbs(questionnaire, here),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def paper_answer(request, pk):
    user = request.user
    drawn = get_object_or_404(_drawn().filter(sample__questionnaire__isnull=False), pk=pk)
    questionnaire = visible_questionnaire(user, drawn.sample.questionnaire_id)
    require(rules.leads(user, questionnaire))
    drawn.sample.questionnaire = questionnaire
    page = {
        "intro": _("Type what stands on the paper; what is empty there stays empty."),
        "cancel_url": address(questionnaire),
        "crumbs": [Area.GOING_DOWN.crumb, *crumbs(questionnaire, _("Enter a paper answer"))],
    }
    return _filled_in(request, drawn, Channel.PAPER, rules.may_enter_paper, page)


def _filled_in(request, drawn, channel, rule, page):
    user, questionnaire = request.user, drawn.sample.questionnaire
    if request.method == "POST" and questionnaire.stripped_at:
        # The form was opened before the strip and submitted after it: count it and tell its writer.
        actions.count_late(questionnaire.pk)
        return _too_late(request, questionnaire, page)
    require(rule(user, drawn))
    version = _version(request, questionnaire)
    step, is_partial = _step(request, version.definition, user.today)
    problem = ""
    if step.is_finished or is_partial:
        try:
            actions.give(
                drawn=drawn,
                version=version,
                answers=step.answers if step.is_finished else step.typed,
                channel=channel,
                by=user,
                at=timezone.now(),
                is_partial=is_partial,
            )
        except actions.TooLate:
            return _too_late(request, questionnaire, page)
        except ValidationError as refused:
            problem = " ".join(refused.messages)
            step = _begun(version.definition, user.today, answers=step.typed)
        else:
            messages.success(request, _("The answer is sealed and kept."))
            return redirect(
                "research:fieldwork" if channel == Channel.VISIT else address(questionnaire)
            )
    return _ask(request, drawn, version, step, problem, page | {"day": user.today})


def _version(request, questionnaire):
    """The version from which the form was made, which may be an older one; by default the current
    one."""
    asked = whole_number(request.POST.get("version", ""))
    reviewed = QuestionnaireVersion.objects.filter(reviewed_at__isnull=False)
    rows = reviewed.filter(questionnaire=questionnaire).defer("workbook")
    if asked is not None and (found := rows.filter(pk=asked).first()):
        return found
    found = questionnaire.in_force
    if found is None:
        raise Http404
    return found


def _step(request, definition, day):
    """Return (step, whether to store the answers so far as partial)."""
    if request.method != "POST":
        return _begun(definition, day), False
    stops, whole = "stop" in request.POST, drawing.is_whole(definition)
    step = drawing.proceed(definition, request.POST, today=f"{day}", whole=whole)
    return step, stops and not step.is_finished


def _begun(definition, day, **more):
    said = {"language": base(), "whole": drawing.is_whole(definition)}
    return drawing.begin(definition, today=f"{day}", **said, **more)


def _ask(request, drawn, version, step, problem, page):
    context = {
        "drawn": drawn,
        "questionnaire": drawn.sample.questionnaire,
        "version": version,
        "step": step,
        "page": step.page,
        "problem": problem,
        **page,
    }
    status = 422 if problem or step.page.errors else 200
    return render(request, "research/fill_in.html", context, status=status)


def _too_late(request, questionnaire, page):
    context = {"questionnaire": questionnaire, "words": rules.too_late(), **page}
    return render(request, "research/too_late.html", context, status=410)


# --- Second entries ---------------------------------------------------------------------------


def _second(user, pk):
    rows = SecondEntry.objects.select_related("answer__version", "answer__drawn__sample")
    second = get_object_or_404(rows, pk=pk)
    second.answer.questionnaire = visible_questionnaire(user, second.answer.questionnaire_id)
    second.answer.drawn.sample.questionnaire = second.answer.questionnaire
    return second


@require_http_methods(["GET", "HEAD", "POST"])
def type_second(request, pk):
    user, second = request.user, _second(request.user, pk)
    require(rules.may_type_second(user, second))
    answer, questionnaire = second.answer, second.answer.questionnaire
    step, is_partial = _step(request, answer.version.definition, answer.given_on)
    problem = ""
    if step.is_finished or is_partial:
        given = step.answers if step.is_finished else step.typed
        try:
            second = actions.type_second(
                second=second, answers=given, by=user, at=timezone.now(), is_partial=is_partial
            )
        except ValidationError as refused:
            problem = " ".join(refused.messages)
            step = _begun(answer.version.definition, answer.given_on, answers=step.typed)
        else:
            if second.is_settled:
                messages.success(request, _("Both entries say the same."))
                return redirect(address(questionnaire))
            return redirect("research:settle_second", second.pk)
    page = {
        "day": answer.given_on,
        "intro": _("Type the same paper once more, without looking at the first entry."),
        "cancel_url": address(questionnaire),
        "crumbs": [Area.GOING_DOWN.crumb, *crumbs(questionnaire, _("Second entry"))],
    }
    return _ask(request, answer.drawn, answer.version, step, problem, page)


@require_http_methods(["GET", "HEAD", "POST"])
def settle_second(request, pk):
    """Compare differing answers with the paper."""
    user, second = request.user, _second(request.user, pk)
    require(rules.may_settle(user, second))
    questionnaire = second.answer.questionnaire
    differing = actions.compared(second)
    problem = ""
    if request.method == "POST":
        chosen = {place: request.POST.get(f"a:{place}", "") for place, _one, _other in differing}
        if all(one in ("first", "second") for one in chosen.values()):
            takes = [place for place, said in chosen.items() if said == "second"]
            actions.settle(second=second, takes_second=takes, by=user, at=timezone.now())
            messages.success(request, _("The answer is corrected after the paper."))
            return redirect(address(questionnaire))
        problem = _("Choose for each field what stands on the paper.")
    context = {
        "second": second,
        "questionnaire": questionnaire,
        "differing": _in_words(second.answer.version.definition, differing),
        "problem": problem,
        "crumbs": [Area.GOING_DOWN.crumb, *crumbs(questionnaire, _("Compare with the paper"))],
    }
    return render(request, "research/settle.html", context, status=422 if problem else 200)


def _in_words(definition, differing):
    """[(place, question, first, second)]"""
    items, languages = index(definition), (base(),)
    return [
        (
            place,
            named(words(items[path].get("label", {})), path, languages),
            _said(definition, items[path], one, languages),
            _said(definition, items[path], other, languages),
        )
        for place, one, other in differing
        for path in [path_of(place)]
    ]


def _said(definition, item, value, languages):
    if "list" not in item or not value:
        return value or "—"
    labels = {one["name"]: words(one["label"]) for one in definition["lists"][item["list"]]}
    return _(", ").join(named(labels.get(one, {}), one, languages) for one in value.split())
