"""Prominent problems: list, record, lifting, progress, solving, print, sheet, part of a matter."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach.models import Matter
from pairing.actions import problems as actions
from pairing.filters.problems import BY_REVIEW, NEWEST, TABS, in_tab, problems_at
from pairing.forms.problems import (
    AddMattersForm,
    ChangeOfficialForm,
    LiftForm,
    ProgressForm,
    SolveForm,
)
from pairing.ledgers.problems import PROBLEM_LEDGER
from pairing.models import ProminentProblem
from pairing.rules import problems as rules
from portal import ledgers, parameters
from portal.access import Decision, NotNow, NotYours, Permission, require
from portal.asked import whole_number
from portal.rules import may_see_people
from portal.seen import seen
from portal.side_list import Area
from portal.text_forms import ReasonForm
from portal.web import counted, exact_total, form_page, listed, page_or_part, posted, sheet_page

SORTS = {"newest": NEWEST, "review": BY_REVIEW}


@require_safe
def problems(request):
    user = request.user
    require(may_see_people(user))
    filtered, tab = problems_at(user, request.GET)
    tab = tab or "open"
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    due = counted(in_tab(rows, "due", on=user.today), up_to=999)[0]
    rows = in_tab(rows, tab, on=user.today)
    if count := exact_total(request, rows):
        return count
    sort = SORTS.get(request.GET.get("sort"), BY_REVIEW if tab == "due" else NEWEST)
    context = {
        **listed(request, rows.for_list(), sort),
        "filter": filtered,
        "tab": tab,
        "tabs": [
            {"code": code, "label": label, "current": code == tab,
             "count": due if code == "due" else None}
            for code, label in TABS.items()
        ],
        "sorts": SORTS.items(),
        "sort": sort,
        "today": user.today,
        "may_export": user.holds(Permission.EXPORT),
        "may_lift": bool(rules.may_lift_problems(user)),
        "crumbs": [Area.PAIRING.crumb, (_("Prominent problems"), "")],
    }  # fmt: skip
    return page_or_part(request, "pairing/problems.html", "pairing/_problem_rows.html", context)


@seen
def _visible(user):
    return ProminentProblem.objects.visible_to(user).select_related(
        "official__organ", "organ", "unit", "township", "lifted_by"
    )


def _crumbs(problem, here):
    return [
        (_("Prominent problems"), reverse("pairing:problems")),
        (problem.title, problem.get_absolute_url()),
        (here, ""),
    ]


def _matters(user, problem):
    """Its matters, each with whether the reader may open it; a title names no people."""
    seen = set(
        Matter.objects.visible_to(user).filter(problems=problem).values_list("pk", flat=True)
    )
    matters = list(problem.matters.for_list().order_by("pk"))
    for matter in matters:
        matter.is_seen = matter.pk in seen
    return matters


@require_safe
def problem(request, pk):
    user, problem = request.user, _visible(request.user, pk)
    context = {
        "problem": problem,
        "matters": _matters(user, problem),
        "steps": problem.steps.select_related("by__organ").order_by("-at", "-pk"),
        "is_due": problem.is_open and problem.next_review_on <= user.today,
        "acts": _acts(user, problem),
        "crumbs": [
            Area.PAIRING.crumb,
            (_("Prominent problems"), reverse("pairing:problems")),
            (problem.title, ""),
        ],
    }
    return render(request, "pairing/problem.html", context)


def _acts(user, problem):
    acts = [
        ("note_problem", _("Note progress"), rules.may_note_progress, True),
        ("add_problem_matters", _("Add matters"), rules.may_add_matters, False),
        ("change_problem_official", _("Change the lead official"),
         rules.may_change_official, False),
        ("solve_problem", _("Note as solved"), rules.may_solve, False),
        ("hand_back_problem", _("Hand it back"), rules.may_hand_back, False),
    ]  # fmt: skip
    shown = []
    for name, label, rule, primary in acts:
        decision = rule(user, problem)
        if decision or not isinstance(decision, NotYours | NotNow):
            url = reverse(f"pairing:{name}", args=[problem.pk])
            shown.append({"label": label, "decision": decision, "url": url, "primary": primary})
    return shown


@require_safe
def problems_of_matter(request, pk):
    """The part of a matter's page: whether it was lifted, and the button for who may."""
    user = request.user
    matter = get_object_or_404(Matter.objects.visible_to(user), pk=pk)
    lift = rules.may_lift_matter(user, matter)
    context = {
        "matter": matter,
        "problems": ProminentProblem.objects.visible_to(user)
        .filter(matters=matter)
        .select_related("official")
        .order_by("-lifted_on", "-pk"),
        "lift": None if isinstance(lift, NotYours | NotNow) else lift,
        "lift_url": f"{reverse('pairing:lift_problem')}?matter={matter.pk}",
        "crumbs": [(matter.number_label, matter.get_absolute_url()), (_("Prominent problem"), "")],
    }
    return page_or_part(
        request, "pairing/problems_of_matter.html", "pairing/_problems_of_matter.html", context
    )


# --- Lifting and what follows ------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def lift_problem(request):
    user = request.user
    require(rules.may_lift_problems(user))
    matter = _matter_named(user, request.GET.get("matter", ""))
    initial = {"review_days": parameters.number("problem.review_days", on=user.today)}
    if matter:
        initial |= {"matters": matter.number_label, "title": matter.title,
                    "organ": matter.lead_organ, "official": matter.lead_official}  # fmt: skip
    form = LiftForm(posted(request), user=user, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            return redirect(actions.lift_problem(by=user, at=timezone.now(), **form.content()))
        except ValidationError as problem:
            form.add_error(None, problem.messages[0])
    here = _("Lift a problem to a lead official")
    back = matter.get_absolute_url() if matter else reverse("pairing:problems")
    return form_page(
        request, form, title=here, submit_label=_("Lift it"), cancel_url=back,
        intro=_("The official leads its matters from now on and is asked for a word every so many "
                "days, until all are closed."),
        crumbs=[(_("Prominent problems"), reverse("pairing:problems")), (here, "")],
    )  # fmt: skip


def _matter_named(user, text):
    pk = whole_number(text)
    if pk is None:
        return None
    rows = Matter.objects.visible_to(user).select_related("lead_organ__parent",
                                                          "lead_official__organ")  # fmt: skip
    return rows.filter(pk=pk).first()


def _act_page(request, problem, form, *, title, intro, act):
    """One form, one act, back to the problem."""
    if form.is_bound and form.is_valid():
        try:
            cleaned = {k: v for k, v in form.cleaned_data.items() if k != "numbers"}
            act(problem=problem, by=request.user, at=timezone.now(), **cleaned)
            return redirect(problem)
        except ValidationError as refused:
            form.add_error(None, refused.messages[0])
    return form_page(
        request, form, title=title, submit_label=title, intro=intro,
        cancel_url=problem.get_absolute_url(), crumbs=_crumbs(problem, title),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def note_problem(request, pk):
    problem = _visible(request.user, pk)
    require(rules.may_note_progress(request.user, problem))
    return _act_page(
        request, problem, ProgressForm(posted(request), user=request.user),
        title=_("Note progress"), act=actions.note_progress,
        intro=_("The next word is expected %(n)s days from today.") % {"n": problem.review_days},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def add_problem_matters(request, pk):
    problem = _visible(request.user, pk)
    require(rules.may_add_matters(request.user, problem))
    return _act_page(
        request, problem, AddMattersForm(posted(request), user=request.user, problem=problem),
        title=_("Add matters"), act=actions.add_matters,
        intro=_("The official leads them as well from now on."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change_problem_official(request, pk):
    problem = _visible(request.user, pk)
    require(rules.may_change_official(request.user, problem))
    return _act_page(
        request, problem, ChangeOfficialForm(posted(request), user=request.user),
        title=_("Change the lead official"), act=actions.change_official,
        intro=_("The open matters go to the new lead official as well."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def solve_problem(request, pk):
    problem = _visible(request.user, pk)
    require(rules.may_solve(request.user, problem))
    return _act_page(
        request, problem, SolveForm(posted(request), user=request.user),
        title=_("Note as solved"), act=actions.solve_problem,
        intro=_("The people's word on each matter stays as it was said."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def hand_back_problem(request, pk):
    problem = _visible(request.user, pk)
    require(rules.may_hand_back(request.user, problem))
    return _act_page(
        request, problem, ReasonForm(posted(request), user=request.user),
        title=_("Hand it back"), act=actions.hand_back,
        intro=_("Its matters go on as before it was lifted, with who led them then."),
    )  # fmt: skip


# --- On paper ----------------------------------------------------------------------------------


@require_safe
def problem_print(request, pk):
    problem = _visible(request.user, pk)

    def context():
        return {
            "problem": problem,
            "matters": _matters(request.user, problem),
            "steps": problem.steps.select_related("by").order_by("at", "pk"),
        }

    return sheet_page(request, "pairing/slips/problem.html", context)


@require_POST
def export_problems(request):
    if not request.user.holds(Permission.EXPORT):
        require(Decision(_("Your roles do not export ledgers.")))
    filters = {k: v for k, v in request.POST.items() if k != "csrfmiddlewaretoken" and v}
    return redirect(ledgers.start_export(PROBLEM_LEDGER, filters=filters, by=request.user))
