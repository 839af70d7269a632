"""民主评议党员 in the invented county: one appraisal finished, one under way."""

from datetime import timedelta

from evaluation.actions import members
from evaluation.models.members import BRANCH_KINDS
from portal.models import PartyOrganization, RoleGrant
from portal.roles import Role

NAMES = ("秦守义", "罗桂芳", "覃大明", "韦秀兰", "陆长河", "莫春生", "蒙国强", "杨小满")
PROBATIONARY = "岑思远"


def make(county):
    """Make appraisals of up to two branches of units whose host has an account."""
    hosts = {
        grant.organ_id: grant.user.acting(on=county.anchor)
        for grant in RoleGrant.objects.filter(role=Role.HOST).select_related("user").order_by("pk")
    }
    branches = (
        PartyOrganization.objects.of_units()
        .current(county.anchor)
        .filter(kind__in=BRANCH_KINDS, unit__host_organ__in=hosts)
        .select_related("unit")
        .order_by("pk")
    )
    stories = county.few(("finished", "running"), 1)
    for branch, story in zip(branches, stories, strict=False):
        _Appraisal(county, branch, hosts[branch.unit.host_organ_id]).tell(story)


class _Appraisal:
    def __init__(self, county, branch, host):
        self.county, self.branch, self.host = county, branch, host

    def by(self, ago):
        at = self.county.moment(self.county.anchor - timedelta(days=ago))
        return {"by": self.host, "at": at}

    def tell(self, story):
        appraisal = members.begin_appraisal(
            organization=self.branch, year=self.county.anchor.year, **self.by(30)
        )
        rows = members.add_members(
            appraisal=appraisal,
            members=[*((name, False) for name in NAMES), (PROBATIONARY, True)],
            **self.by(30),
        )
        held_on = self.county.anchor - timedelta(days=12)
        members.note_meeting(
            appraisal=appraisal, held_on=held_on, expected=9, present=9, valid=8, **self.by(12)
        )
        decided = rows if story == "finished" else rows[:4]
        members.note_results(
            appraisal=appraisal,
            results={
                member.pk: self._result(member, place) for place, member in enumerate(decided)
            },
            **self.by(11),
        )
        if story == "finished":
            members.finish_appraisal(appraisal=appraisal, **self.by(9))

    def _result(self, member, place):
        good = 6 - place % 4
        return {
            "self_done": True,
            "peers": [good, 8 - good, 0, 0],
            "ballots": [good, 8 - good, 0, 0],
            "grade": None if member.is_probationary else 1 if place < 2 else 2,
        }
