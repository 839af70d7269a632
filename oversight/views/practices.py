"""The page of a practice."""

from django.db.models import Prefetch
from django.shortcuts import render
from django.views.decorators.http import require_safe

from outreach.models import Matter, Visit
from oversight.acts.practices import PRACTICES, crumbs, visible_practice
from oversight.models import PracticeRule
from portal.pages.side_list import Area
from portal.records.steps import history


@require_safe
def practice(request, pk):
    user, practice = request.user, visible_practice(request.user, pk)
    matters = Matter.objects.visible_to(user).order_by("pk")
    visits = Visit.objects.visible_to(user).order_by("-visited_on", "-pk")
    trials = practice.trials.select_related("unit").order_by("pk")
    trials = trials.prefetch_related(
        Prefetch("matters", matters, to_attr="seen_matters"),
        Prefetch("visits", visits, to_attr="seen_visits"),
    )
    rule = getattr(practice, "rule", None)
    replaced = (
        PracticeRule.objects.filter(replaced_by=rule) if rule else PracticeRule.objects.none()
    )
    context = {
        "practice": practice,
        "trials": list(trials),
        "rule": rule,
        "rule_holds": rule is not None and rule.holds(user.today),
        "replaced": replaced.select_related("practice").order_by("pk"),
        "steps": history(practice),
        "acts": PRACTICES.buttons(user, practice),
        "crumbs": [Area.EVALUATION.crumb, *crumbs(practice)],
    }
    return render(request, "oversight/practice.html", context)
