"""机构改革: past reorganisations, and new ones with a preview before confirmation."""

from functools import partial

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal import rules
from portal.actions import reorganisations as actions
from portal.forms.reorganisations import FORMS, ChooseForm
from portal.forms.staff import carried_out
from portal.models import Cadre, Reorganisation, ReorganisationChange
from portal.pages.web import Sort, exact_total, form_page, listed, posted
from portal.places import succession
from portal.tools import asked
from portal.trust.access import require
from portal.views.pieces import require_form

Kind, Noun = Reorganisation.Kind, Reorganisation.Noun
CHANGE_ORDER = Sort(_("by kind"), "what", descending=False)
SHOWN_CHANGES = 10

KINDS_OF_PLACES = (Kind.MERGE, Kind.SPLIT, Kind.RENAME, Kind.MOVE)
KINDS = dict.fromkeys(Noun, KINDS_OF_PLACES) | {Noun.CADRE: (Kind.TRANSFER,)}
ACTIONS = {
    Kind.MERGE: actions.merge,
    Kind.SPLIT: actions.split,
    Kind.RENAME: actions.rename,
    Kind.MOVE: actions.move,
    Kind.TRANSFER: actions.transfer,
}
SENTENCES = {
    Kind.MERGE: _("Several become one, or one is taken up by another."),
    Kind.SPLIT: _("One becomes several; one of them takes over open work."),
    Kind.RENAME: _("It has another name from a day on; earlier records keep the old one."),
    Kind.MOVE: _("It goes under another organ, host or division."),
    Kind.TRANSFER: _("A cadre moves to another organ; open work is handed over."),
}


@require_safe
def reorganisation(request, pk):
    require(rules.may_see_people(request.user))
    record = get_object_or_404(
        Reorganisation.objects.visible_to(request.user).select_related("by"), pk=pk
    )
    named = "organ unit division cadre from_organ to_organ from_unit to_unit"
    named += " from_division to_division"
    rows = record.changes.select_related(*named.split())
    if exact := exact_total(request, rows):
        return exact
    context = {
        "record": record,
        "passed": [succession.Passed(code, count) for code, count in record.passed],
        "crumbs": [(_("Reorganisations"), reverse("reorganisations")), (record.document, "")],
        **listed(request, rows, CHANGE_ORDER),
    }
    return render(request, "portal/reorganisation.html", context)


@require_safe
def begin_reorganisation(request):
    """Choose the kind, for the organ, unit or division that the address may name."""
    decisions = {noun: rules.may_reorganise(request.user, noun) for noun in Noun}
    if not any(decisions.values()):
        require(decisions[Noun.ORGAN])
    about = {
        noun: asked.row(request.GET, noun, model.objects.all())
        for noun, model in actions.MODELS.items()
    }
    chosen = [noun for noun, row in about.items() if row] or list(Noun)
    groups = [
        {
            "title": row.name if (row := about[noun]) else noun.label,
            "kinds": [
                {
                    "label": kind.label,
                    "sentence": SENTENCES[kind],
                    "url": reverse("new_reorganisation", args=[kind, noun])
                    + (f"?of={row.pk}" if row else ""),
                }
                for kind in KINDS[noun]
            ],
        }
        for noun in map(Noun, chosen)
        if decisions[noun]
    ]
    context = {
        "groups": groups,
        "crumbs": [(_("Reorganisations"), reverse("reorganisations")), (_("New"), "")],
    }
    return render(request, "portal/begin_reorganisation.html", context)


@require_form
def new_reorganisation(request, kind, noun):
    """Form, preview and confirmation on one address; each sends the whole form again."""
    if noun not in Noun.values or kind not in KINDS[noun]:
        raise Http404
    kind, noun, user = Kind(kind), Noun(noun), request.user
    require(rules.may_reorganise(user, noun))
    source = _source(user, noun, request)
    title = f"{kind.label}：{source.name}" if source else f"{kind.label}：{noun.label}"
    crumbs = [
        (_("Reorganisations"), reverse("reorganisations")),
        (_("New"), reverse("begin_reorganisation")),
        (kind.label, ""),
    ]
    page = {"title": title, "crumbs": crumbs, "cancel_url": reverse("reorganisations")}
    if source is None and kind != Kind.MERGE:
        return _choose(request, kind, noun, page)
    form = FORMS[kind](posted(request), user=user, noun=noun, source=source)
    action = _action(kind, noun, source, user)
    is_sure = "confirmed" in request.POST
    if is_sure and (done := carried_out(form, action)):
        return redirect(done)
    is_asked = not is_sure and "change" not in request.POST
    if is_asked and (rehearsed := carried_out(form, partial(actions.rehearse, action))):
        return _preview(request, rehearsed, page)
    response = form_page(
        request, form, intro=SENTENCES[kind], submit_label=_("See what will happen"), **page
    )
    if "change" in request.POST:
        response.status_code = 200
    return response


def _source(user, noun, request):
    source = asked.row(request.GET, "of", actions.MODELS[noun].objects.all())
    if source is None:
        return None
    if noun == Noun.CADRE:
        source = get_object_or_404(
            Cadre.objects.visible_to(user).select_related("organ__division"), pk=source.pk
        )
    require(rules.may_reorganise_row(user, source))
    return source


def _action(kind, noun, source, user):
    known = {"by": user, "at": timezone.now()}
    if kind == Kind.TRANSFER:
        known["cadre"] = source
    else:
        known["noun"] = noun
        if kind != Kind.MERGE:
            known["source"] = source
    return partial(ACTIONS[kind], **known)


def _choose(request, kind, noun, page):
    """Ask which record, with a picker that also works without script."""
    sent = request.GET if {"of", "of_text"} & set(request.GET) else None
    form = ChooseForm(sent, user=request.user, noun=noun)
    if form.is_bound and form.is_valid():
        address = reverse("new_reorganisation", args=[kind, noun])
        return redirect(f"{address}?of={form.cleaned_data['of'].pk}")
    status = 422 if form.is_bound else 200
    context = {"form": form, "submit_label": _("Go on"), **page}
    return render(request, "portal/choose_reorganised.html", context, status=status)


def _preview(request, rehearsed, page):
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in {"csrfmiddlewaretoken", "change"}
        for value in values
    ]
    groups = []
    for what in ReorganisationChange.What:
        made = [change for change in rehearsed.made if change.what == what]
        if made:
            more = max(len(made) - SHOWN_CHANGES, 0)
            groups.append({"title": what.label, "rows": made[:SHOWN_CHANGES], "more": more})
    context = {"record": rehearsed, "groups": groups, "sent": sent, **page}
    return render(request, "portal/reorganisation_preview.html", context)
