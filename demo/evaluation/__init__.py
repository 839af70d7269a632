"""A finished cycle of appraisal in the invented county, with one objection upheld."""

from datetime import timedelta

from demo.evaluation import cycles, discipline, honours, members, polls, schemes, scores, words
from evaluation.actions import hints
from evaluation.appraisal import scoring
from portal.models import Job
from portal.roles import Role

# Name of this chapter in the progress output.
CHAPTER = "appraisal"


def make(county):
    """Make the chapter; needs those of outreach and pairing."""
    members.make(county)
    discipline.make(county)
    office = county.people.users["liming"]
    cycle = cycles.begin(county, schemes.make(county))
    cycles.attest_months(county, cycle)
    # Before the data are frozen, since later entries do not count.
    asked_until = cycles.asked_until(county)
    polls.hold(cycle, by=office, rng=county.rng, today=county.anchor, at=asked_until)
    words.give_all(
        cycle,
        liaisons=_holding(county, Role.LIAISON),
        hosts=_holding(county, Role.HOST),
        at=asked_until,
    )
    cycle = cycles.close(county, cycle)
    # Computed here, since no worker runs while the county is made.
    kinds = (scoring.KIND, hints.KIND)
    Job.objects.filter(kind__in=kinds, arguments__cycle=cycle.pk).delete()
    scores.compute(cycle, by=office, at=cycle.data_at + timedelta(minutes=20))
    cycle = cycles.publish(county, cycle)
    scores.uphold_one_objection(cycle, by=office, at=county.moment(cycles.objected_on(county)))
    cycle = cycles.finish(county, cycle)
    honours.make(county, cycle)
    cycles.hand_over(cycle, by=office, at=county.moment(cycle.final_on + timedelta(days=2)))


def _holding(county, role):
    """Return the holders of a role in all organs."""
    found = [users for (held, _organ), users in county.people.by_role.items() if held == role]
    return list(dict.fromkeys(user for users in found for user in users))
