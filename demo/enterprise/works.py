"""职代会提案: those from which matters arose, and those of one subsidiary in every state; the
subsidiary's talks and disclosures."""

from datetime import timedelta

from demo.enterprise.cast import FORGE
from demo.texts import sections
from demo.told import Storyteller
from demo.works import disclosures, talks
from demo.works import proposals as congress
from outreach.models import Matter
from outreach.models.matters import Source
from portal.records.steps import take_step
from portal.roles import Role
from portal.tools.saving import change
from works.actions import proposals
from works.models import CongressStep
from works.models.proposals import ProposalState

# Name of this chapter in the progress output.
CHAPTER = "works"


def make(group):
    brought = Matter.objects.filter(source=Source.PROPOSAL).exclude(request_text="")
    for n, matter in enumerate(brought.select_related("unit__division").order_by("pk")):
        _behind(group, matter, n)
    told, organ = Storyteller(group), group.places.organs[FORGE]
    hosts = [told.user(name) for name in ("weihaichao", "panxiuyun")]
    congress.tell(told, organ, hosts, 70, congress.TINY if group.is_tiny else None)
    talks.tell(Storyteller(group), organ, hosts, 60)
    disclosures.tell(Storyteller(group), organ, hosts[0], 80)


def _behind(group, matter, n):
    """Make the proposal that became this matter, collected and filed earlier."""
    hosts = group.people.holding(Role.HOST, matter.host_organ_id)
    day = matter.registered_on

    def before(days):
        return group.moment(group.working_day(day - timedelta(days=days)))

    proposal = proposals.collect(
        by=hosts[0],
        at=before(14),
        organ=matter.host_organ,
        unit=matter.unit,
        session=sections(congress.FILE)["sessions"][0],
        category=matter.category,
        title=matter.title,
        text=matter.request_text,
        delegation=f"{group.places.workshop_of(matter.unit).name}代表团",
        seconders=5 + n % 9,
    )
    proposal = proposals.file(proposal=proposal, by=hosts[-1], at=before(7))
    change(proposal, state=ProposalState.TAKEN_UP, matter=matter)
    take_step(proposal, CongressStep.Move.TAKEN_UP, by=matter.typed_by, at=matter.created_at)
