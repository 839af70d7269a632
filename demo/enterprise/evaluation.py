"""考核: a cycle in the collecting phase, with an open poll at one workshop."""

from datetime import timedelta
from decimal import Decimal

from demo.evaluation.polls import vote
from demo.told import Storyteller
from evaluation.actions import cycles, polls, schemes
from evaluation.models.schemes import Gate, Service, Subject
from portal.models.places import UnitKind

# Name of this chapter in the progress output.
CHAPTER = "appraisal"

# {indicator: (share, floor, cap, minimum n)}
INDICATORS = {"own_results_word": (60, 60, 95, 3), "promises_kept": (40, 30, 95, 2)}
WORKSHOP, STAFF, SLIPS = "铸造车间", 126, 20
REMARKS = ("来得勤，问得细，答应的事有回音。", "夜班也来过，知道我们累。", "会可以再少一点。")


def make(group):
    office = group.people.users["huangyue"]
    at = Storyteller(group).at
    scheme = schemes.write_scheme(
        by=office,
        at=at(60),
        title="领导干部下一线考核方案",
        subject=Subject.CADRE.value,
        service=Service.VISITING.value,
        unit_kinds=[UnitKind.STATE_ENTERPRISE.value],
        minimum_ballots=5,
        # Only the ballots and the results count: subsidiaries and organs give no word, as there are
        # too many people to appraise.
        weight_masses=Decimal(50),
        weight_unit=Decimal(0),
        weight_results=Decimal(50),
        weight_organisation=Decimal(0),
    )
    lines = [
        {"indicator": code, "share": share, "floor": floor, "cap": cap, "minimum_n": n}
        for code, (share, floor, cap, n) in INDICATORS.items()
    ]
    schemes.set_indicators(scheme, by=office, lines=lines)
    schemes.set_gates(scheme, by=office, limits={Gate.FINDINGS.value: 0})
    document = group.document("华岳党群", group.anchor - timedelta(days=55))
    scheme = schemes.publish_scheme(scheme, by=office, at=at(55), document=document)
    ends = group.anchor.replace(day=1) - timedelta(days=1)
    cycle = cycles.open_cycle(
        by=office,
        at=at(12),
        schemes=[scheme],
        title=f"{ends.year}年度领导干部下一线考核",
        starts_on=(ends - timedelta(days=330)).replace(day=1),
        ends_on=ends,
        ballots_until=group.anchor + timedelta(days=12),
    )
    cycles.gather(cycle, by=office, at=at(11))
    cycle = cycles.start_collecting(cycle, by=office, at=at(9))
    _hold(group, cycle, office, at)


def _hold(group, cycle, office, at):
    poll = cycle.polls.get(unit__name=WORKSHOP)
    polls.set_roster(poll, by=office, roster_size=STAFF, served_wanted=4, roster_wanted=SLIPS)
    polls.freeze_frames(cycle, by=office, at=at(7))
    polls.enter_seed(
        cycle,
        by=office,
        at=at(6),
        kind="dice",
        seed="".join(group.rng.choices("123456", k=24)),
        how="铸造车间职工之家当场投掷",
        organiser="党群工作部工作人员",
        witness="职工代表",
        witness_of="南江铸锻工会",
    )
    poll = polls.open_poll(cycle.polls.get(pk=poll.pk), by=office)
    vote(poll, 11, group.rng, office, slips=SLIPS, remarks=REMARKS)
    # The other polls still have to be drawn together.
    for other in cycle.polls.exclude(pk=poll.pk).order_by("pk"):
        sizes = {"roster_size": group.rng.randint(18, 140), "served_wanted": 4}
        polls.set_roster(other, by=office, roster_wanted=10, **sizes)
