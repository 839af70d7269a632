"""A finished cycle of appraisal in the invented county, with one objection upheld."""

from django.utils import timezone

from evaluation import scoring
from evaluation.demo import cycles, discipline, honours, members, polls, schemes, scores, words
from portal.access import Role
from portal.models import Job


def make(county):
    """Called when helping stands."""
    members.make(county)
    discipline.make(county)
    office = county.people.users["liming"]
    cycle = cycles.begin(county, schemes.make(county))
    polls.hold(cycle, by=office, rng=county.rng)
    words.give_all(
        cycle, liaisons=county.people.holding(Role.LIAISON), hosts=county.people.holding(Role.HOST)
    )
    cycle = cycles.close(county, cycle)
    # A worker would do it; the county stands at once.
    asked = Job.objects.filter(kind=scoring.KIND, arguments__cycle=cycle.pk)
    asked.update(state=Job.State.DONE, finished_at=timezone.now())
    scores.compute(cycle, by=office, at=county.moment(cycles.computed_on(county)))
    cycle = cycles.publish(county, cycle)
    scores.uphold_one_objection(cycle, by=office, at=county.moment(cycles.objected_on(county)))
    honours.make(county, cycle)
    cycles.finish(county, cycle)
