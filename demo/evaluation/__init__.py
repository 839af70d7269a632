"""A finished cycle of appraisal in the invented county, with one objection upheld."""

from datetime import timedelta

from demo.evaluation import cycles, discipline, honours, members, polls, schemes, scores, words
from evaluation.actions import hints
from evaluation.appraisal import scoring
from portal.models import Job
from portal.roles import Role

# As the progress of the making names it.
CHAPTER = "appraisal"


def make(county):
    """Called when helping stands."""
    members.make(county)
    discipline.make(county)
    office = county.people.users["liming"]
    cycle = cycles.begin(county, schemes.make(county))
    cycles.attest_months(county, cycle)
    # Before the data are frozen: what comes later counts for nothing.
    asked_until = cycles.asked_until(county)
    polls.hold(cycle, by=office, rng=county.rng, today=county.anchor, at=asked_until)
    words.give_all(
        cycle,
        liaisons=_holding(county, Role.LIAISON),
        hosts=_holding(county, Role.HOST),
        at=asked_until,
    )
    cycle = cycles.close(county, cycle)
    # Computed here, as no worker runs while the county is made.
    kinds = (scoring.KIND, hints.KIND)
    Job.objects.filter(kind__in=kinds, arguments__cycle=cycle.pk).delete()
    scores.compute(cycle, by=office, at=cycle.data_at + timedelta(minutes=20))
    cycle = cycles.publish(county, cycle)
    scores.uphold_one_objection(cycle, by=office, at=county.moment(cycles.objected_on(county)))
    cycle = cycles.finish(county, cycle)
    honours.make(county, cycle)
    cycles.hand_over(cycle, by=office, at=county.moment(cycle.final_on + timedelta(days=2)))


def _holding(county, role):
    """Of every organ."""
    found = [users for (held, _organ), users in county.people.by_role.items() if held == role]
    return list(dict.fromkeys(user for users in found for user in users))
