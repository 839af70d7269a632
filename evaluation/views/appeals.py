"""Objections: list, record, filing, deciding, taking back."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evaluation import records
from evaluation.actions import appeals as actions
from evaluation.filters.appeals import NEWEST, OLDEST, TABS, AppealFilter, in_tab
from evaluation.forms.appeals import DecideAppealForm, FileAppealForm
from evaluation.models import Appeal, EvidenceDecision, Score, ScoreEvidence
from evaluation.rules import appeals as rules
from portal.access import NotNow, NotYours, require
from portal.days import short_day
from portal.rules import may_see_people
from portal.seen import seen
from portal.side_list import Area
from portal.web import exact_total, form_page, listed, page_or_part, posted

require_form = require_http_methods(["GET", "HEAD", "POST"])
SORTS = {"oldest": OLDEST, "newest": NEWEST}


def _list_crumb():
    return (_("Objections to scores"), reverse("evaluation:appeals"))


@require_safe
def appeals(request):
    user = request.user
    require(may_see_people(user))
    tab = request.GET.get("tab")
    tab = tab if tab in TABS else "filed"
    visible = in_tab(Appeal.objects.visible_to(user), tab)
    filtered = AppealFilter(request.GET, queryset=visible, user=user)
    rows = filtered.qs if filtered.form.is_valid() else visible.none()
    if count := exact_total(request, rows):
        return count
    sort = SORTS.get(request.GET.get("sort"), OLDEST if tab == "filed" else NEWEST)
    context = {
        **listed(request, rows.for_list(), sort),
        "filter": filtered,
        "tab": tab,
        "tabs": [
            {"code": code, "label": label, "current": code == tab} for code, label in TABS.items()
        ],
        "sorts": SORTS.items(),
        "sort": sort,
        "crumbs": [Area.EVALUATION.crumb, (_("Objections to scores"), "")],
    }
    return page_or_part(request, "evaluation/appeals.html", "evaluation/_appeal_rows.html", context)


@seen
def _visible(user):
    return Appeal.objects.visible_to(user).for_list().select_related("appraised__cadre")


def _decisions(user, appeal):
    """What was decided about records with it, each as its reader may see it."""
    found = list(appeal.decisions.order_by("pk"))
    wanted = {}
    for one in found:
        wanted.setdefault(records.kind_of(one.indicator), []).append(one.record_id)
    opened = records.links(user, wanted)
    for one in found:
        kind = records.kind_of(one.indicator)
        one.words, one.url = opened.get(
            (kind, one.record_id), (records.number(kind, one.record_id), "")
        )
        one.title = records.title_of(one.indicator)
    return found


def _before_and_after(user, appeal):
    """(score that was objected to, score of the last computation), as far as they are read."""
    found = (
        Score.objects.visible_to(user)
        .filter(appraised=appeal.appraised_id)
        .select_related("computation")
        .defer("lines")
        .order_by("computation__number")
    )
    found = list(found)
    before = [one for one in found if one.computation.at <= appeal.filed_at]
    decided = appeal.decided_at
    after = [one for one in found if decided and one.computation.at > decided]
    return (before or [None])[-1], (after or [None])[-1]


@require_safe
def appeal(request, pk):
    user, appeal = request.user, _visible(request.user, pk)
    before, after = _before_and_after(user, appeal)
    acts = [
        ("decide_appeal", _("Decide on the objection"), rules.may_decide(user, appeal),
         {"primary": True}),
        ("withdraw_appeal", _("Take it back"), rules.may_withdraw(user, appeal),
         {"post": True, "confirm": _("Take the objection back? The score stays as it is.")}),
    ]  # fmt: skip
    context = {
        "appeal": appeal,
        "about": records.title_of(appeal.indicator) if appeal.indicator else "",
        "decisions": _decisions(user, appeal),
        "before": before,
        "after": after,
        "acts": [
            {"label": label, "decision": decision, **more,
             "url": reverse(f"evaluation:{name}", args=[appeal.pk])}
            for name, label, decision, more in acts
            if decision or not isinstance(decision, NotYours | NotNow)
        ],
        "crumbs": [Area.EVALUATION.crumb, _list_crumb(), (appeal.appraised.name, "")],
    }  # fmt: skip
    return render(request, "evaluation/appeal.html", context)


@require_form
def file_appeal(request, pk):
    user = request.user
    score = get_object_or_404(
        Score.objects.visible_to(user)
        .filter(appraised=pk)
        .select_related("appraised__cycle")
        .order_by("-computation__number")[:1]
    )
    appraised = score.appraised
    require(rules.may_file(user, appraised, on=user.today))
    codes = [line["indicator"] for line in score.lines["results"]["indicators"]]
    codes += [line["gate"] for line in score.lines["gates"]]
    form = FileAppealForm(posted(request), user=user, codes=codes)
    if form.is_bound and form.is_valid():
        return redirect(
            actions.file_appeal(appraised=appraised, by=user, at=timezone.now(), **form.content())
        )
    here, back = _("Object to the score"), reverse("evaluation:score", args=[pk])
    return form_page(
        request, form, title=here, submit_label=_("File the objection"), cancel_url=back,
        intro=_("Until %(day)s. The office answers in writing; if it agrees, the score is computed "
                "anew and both stand side by side.")
        % {"day": short_day(appraised.cycle.objection_until, on=user.today)},
        crumbs=[(appraised.cycle.title, appraised.cycle.get_absolute_url()),
                (_("Where my points come from"), back), (here, "")],
    )  # fmt: skip


@require_form
def decide_appeal(request, pk):
    user, appeal = request.user, _visible(request.user, pk)
    require(rules.may_decide(user, appeal))
    evidence = ScoreEvidence.objects.filter(appraised=appeal.appraised_id).order_by("pk")
    if appeal.indicator:
        evidence = evidence.filter(indicator=appeal.indicator)
    evidence = list(evidence)
    wanted = {}
    for row in evidence:
        wanted.setdefault(records.kind_of(row.indicator), []).extend([*row.met, *row.missed])
    opened = records.links(user, wanted)

    def shown(code, record):
        kind = records.kind_of(code)
        return opened.get((kind, record), (records.number(kind, record),))[0]

    decided = EvidenceDecision.objects.filter(appraised=appeal.appraised_id).order_by("at", "pk")
    form = DecideAppealForm(
        posted(request), user=user, evidence=evidence, decisions=list(decided), shown=shown
    )
    if form.is_bound and form.is_valid():
        content = form.content()
        actions.decide_appeal(appeal=appeal, by=user, at=timezone.now(), **content)
        return redirect(appeal)
    here = _("Decide on the objection")
    return form_page(
        request, form, title=here, submit_label=_("Enter the decision"),
        cancel_url=appeal.get_absolute_url(),
        intro=_("%(name)s objects: %(text)s") % {"name": appeal.appraised.name,
                                                 "text": appeal.text},
        crumbs=[_list_crumb(), (appeal.appraised.name, appeal.get_absolute_url()), (here, "")],
    )  # fmt: skip


@require_POST
def withdraw_appeal(request, pk):
    appeal = _visible(request.user, pk)
    return redirect(actions.withdraw_appeal(appeal=appeal, by=request.user, at=timezone.now()))
