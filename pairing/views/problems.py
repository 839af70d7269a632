"""Prominent problems: list, record, lifting, print, sheet, part of a matter."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outreach.models import Matter
from pairing.actions import problems as actions
from pairing.acts.problems import PROBLEMS, crumbs, visible_problem
from pairing.forms.problems import LiftForm
from pairing.models import ProminentProblem
from pairing.rules import problems as rules
from portal import parameters
from portal.models.text import shown
from portal.pages.acts import is_shown
from portal.pages.side_list import Area
from portal.pages.text_forms import tell_masked
from portal.pages.web import form_page, page_or_part, posted, sheet_page
from portal.records.steps import history
from portal.tools.asked import whole_number
from portal.trust import wall
from portal.trust.access import require


def _matters(user, problem):
    """The matters of a problem, each with `is_seen`: whether the reader may open it."""
    seen = Matter.objects.visible_to(user).filter(problems=problem)
    seen = set(seen.values_list("pk", flat=True))
    with wall.as_system("the matters that a problem names"):
        matters = list(problem.matters.for_list().order_by("pk"))
    for matter in matters:
        matter.is_seen = matter.pk in seen
    return matters


@require_safe
def problem(request, pk):
    user, problem = request.user, visible_problem(request.user, pk)
    context = {
        "problem": problem,
        "matters": _matters(user, problem),
        "steps": history(problem),
        "is_due": problem.is_open and problem.next_review_on <= user.today,
        "acts": PROBLEMS.buttons(user, problem),
        "crumbs": [Area.PAIRING.crumb, *crumbs(problem)],
    }
    return render(request, "pairing/problem.html", context)


@require_safe
def problems_of_matter(request, pk):
    """The part of a matter's page: its problems, and the button to lift it."""
    user = request.user
    matter = get_object_or_404(Matter.objects.visible_to(user), pk=pk)
    lift = rules.may_lift_matter(user, matter)
    context = {
        "matter": matter,
        "problems": ProminentProblem.objects.visible_to(user)
        .filter(matters=matter)
        .select_related("official")
        .order_by("-lifted_on", "-pk"),
        "lift": lift if is_shown(lift) else None,
        "lift_url": f"{reverse('pairing:lift_problem')}?matter={matter.pk}",
        "crumbs": [(matter.number_label, matter.get_absolute_url()), (_("Prominent problem"), "")],
    }
    page, part = "pairing/problems_of_matter.html", "pairing/_problems_of_matter.html"
    return page_or_part(request, page, part, context)


# --- Lifting -----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def lift_problem(request):
    # A view, not an act, since its address names the matter that the form begins with.
    user = request.user
    require(rules.may_lift_problems(user))
    matter = _matter_named(user, request.GET.get("matter", ""))
    initial = {"review_days": parameters.number("problem.review_days", on=user.today)}
    if matter:
        initial |= {
            "matters": matter.number_label,
            # Without the raiser: the official who lifts the matter may not see the contact.
            "title": shown(matter.title),
            "organ": matter.lead_organ,
            "official": matter.lead_official,
        }
    form = LiftForm(posted(request), user=user, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            with wall.as_system("an act, after its rule"):
                problem = actions.lift_problem(by=user, at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages[0])
        else:
            tell_masked(request, form)
            return redirect(problem)
    here = _("Lift a problem to a lead official")
    back = matter.get_absolute_url() if matter else reverse("pairing:problems")
    return form_page(
        request,
        form,
        title=here,
        submit_label=_("Lift it"),
        cancel_url=back,
        intro=_(
            "The official leads its matters from now on and is asked for a word every so many "
            "days, until all are closed."
        ),
        crumbs=[(_("Prominent problems"), reverse("pairing:problems")), (here, "")],
    )


def _matter_named(user, text):
    pk = whole_number(text)
    if pk is None:
        return None
    rows = Matter.objects.visible_to(user).filter(pk=pk)
    return rows.select_related("lead_organ__parent", "lead_official__organ").first()


# --- On paper ----------------------------------------------------------------------------------


@require_safe
def problem_print(request, pk):
    problem = visible_problem(request.user, pk)
    steps = problem.steps.select_related("by").order_by("at", "pk")

    def context():
        matters = _matters(request.user, problem)
        return {"problem": problem, "matters": matters, "steps": steps}

    return sheet_page(request, "pairing/slips/problem.html", context)
