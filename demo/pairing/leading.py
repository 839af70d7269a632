"""Six contact points of leaders, three of them also last year, and three prominent problems."""

from datetime import timedelta
from random import Random
from uuid import NAMESPACE_OID, uuid5

from django.db.models import F

from demo.outreach.county import stated
from outreach.actions import visits
from outreach.models import Matter, Visit
from outreach.models.matters import Closure, Stage
from outreach.models.visits import Purpose, VisitMode
from pairing.actions import leading, problems
from pairing.models import ProblemMatter, ProblemStep, ProminentProblem
from pairing.models.fields import place_of
from pairing.models.problems import ProblemState
from portal.models import PartyOrganization
from portal.models.places import UnitKind
from portal.tools.saving import put

FOCUS = (
    "东支渠多年失修，尾水田浇不上水",
    "村集体收入薄弱，缺少带头产业",
    "留守老人就餐不便",
    "通组公路破损，雨天出行难",
    "饮水点水泵老化",
    "村务公开不及时，群众意见较多",
)

FIRST = (
    "到村里看了东支渠清淤，与村干部、村民小组长一起走了两处堵点，听他们说了往年放水的难处。"
    "商定先修闸口，再清下游淤泥，用工由村里安排，材料由镇里统一买。"
)
SECOND = (
    "到村里听了闸口修复的进展，到现场看了放水，村民小组长说水已经放得下来，尾水田还差一段。"
    "与镇里商量把剩下的一段列入冬修，完工后请用水的农户一起看。"
)


def make(county):
    _contact_points(county)
    _problems(county)


def _day(county, ago):
    return county.anchor - timedelta(days=ago)


def _contact_points(county):
    users, organs = county.people.users, county.places.organs
    office, year = users["liming"], county.anchor.year
    villages = [u for u in county.places.units if u.kind in {UnitKind.RURAL, UnitKind.COMMUNITY}]
    secretary = users["hezhiqiang"].cadre
    hosts = [users["zhangweidong"].cadre, users["zhoudayong"].cadre]
    plan = [(secretary, villages[0]), (secretary, villages[-1])]
    for leader in hosts:
        own = [unit for unit in villages if unit.host_organ_id == leader.organ_id]
        # Prefer a unit that the leader has visited, so that the plan shows progress.
        been = (
            Visit.objects.standing()
            .filter(author=leader, unit__in=own, visited_on__year=year)
            .order_by("-visited_on", "pk")
        )
        first = been.first()
        if first is not None:
            _tick(first)
            own.sort(key=lambda unit, pk=first.unit_id: unit.pk != pk)
        plan += [(leader, own[0]), (leader, own[1])]
    # Arranged some weeks into the year.
    ago = max((county.anchor - county.anchor.replace(month=1, day=1)).days - 20, 0)
    for n, (leader, unit) in enumerate(county.few(plan, 1)):
        party = PartyOrganization.objects.filter(unit=unit, ended_on=None).order_by("pk").first()
        for past in range(2 if n in {0, 2, 4} else 1):
            leading.arrange_point(
                leader=leader,
                unit=unit,
                year=year - past,
                by=office,
                focus=FOCUS[n],
                at=county.moment(_day(county, ago + 365 * past)),
                planned_visits=4 + n % 3 * 2,
                cooperating=[organs["县水利局"] if n % 2 else organs["县农业农村局"]],
                party_organization=party,
                recorder=users["wangjianguo"].cadre if (leader, past) == (secretary, 0) else None,
            )
    _entered(county, secretary, villages[0])


def _entered(county, leader, unit):
    """代录: the recorder enters two visits of the leader, who confirms the first; the second
    waits for him."""
    recorder = county.people.users["wangjianguo"]
    for ago, text in ((8, FIRST), (3, SECOND)):
        visit, _new = visits.record_visit(
            client_key=uuid5(NAMESPACE_OID, f"entered {unit.name} {ago}"),
            author=leader,
            by=recorder,
            at=county.moment(_day(county, ago - 1)),
            unit=unit,
            visited_on=_day(county, ago),
            summary=text,
            purposes=[Purpose.CONTACT_POINT],
            **stated(Random(ago)) | {"mode": VisitMode.FIELD},
        )
        if text is FIRST:
            visits.confirm_visit(
                visit=visit, by=leader.user, at=county.moment(_day(county, ago - 2))
            )


def _tick(visit):
    visit.purposes = sorted({*visit.purposes, Purpose.CONTACT_POINT})
    visit.save(update_fields=["purposes"])


def _problems(county):
    users, organs = county.people.users, county.places.organs
    desk, official = users["sunzhiyuan"], users["hezhiqiang"].cadre
    host = users["zhangweidong"].cadre
    at_county = Matter.objects.filter(county=county.places.county)
    waiting = at_county.filter(stage=Stage.HANDLING, registered_on__lt=_day(county, 40))
    # No steps may follow after the matters were lifted.
    waiting = waiting.exclude(steps__at__gte=county.moment(_day(county, 36)))
    waiting = list(waiting.select_related("unit", "lead_organ").order_by("registered_on", "pk"))
    # One problem shared by two villages, and one that has been open for long.
    water = [
        one for one in waiting if one.lead_organ == organs["县水利局"] and one.category == "02"
    ]
    others = [one for one in waiting if one.lead_organ and one not in water[:2]]

    def lift(ago, matters, title, why, official, organ):
        return problems.lift_problem(
            matters=matters,
            title=title,
            why=why,
            official=official,
            organ=organ,
            review_days=30,
            by=desk,
            at=county.moment(_day(county, ago)),
        )

    if len(water) >= 2:
        noted = lift(
            35,
            water[:2],
            "跨村水利设施老化、管护无人负责",
            "涉及两个以上村，多次协调未果",
            official,
            organs["县水利局"],
        )
        problems.note_progress(
            problem=noted,
            by=desk,
            at=county.moment(_day(county, 12)),
            text="召开现场会，明确县水利局牵头、镇村配合，先修复再定管护责任。",
        )
    if others:
        # No progress was noted since, so it is in the official's to-do list.
        lift(33, others[:1], _called(others[0]), "久拖未决，需统筹力量", host, others[0].lead_organ)
    _solved(county, at_county, desk, official)


def _called(matter):
    return f"{matter.unit.name}：{matter.title}"[:60]


def _solved(county, at_county, desk, official):
    """An earlier problem. Its matter is closed already, so the rows are written directly."""
    closed = at_county.filter(
        closure=Closure.SATISFIED,
        lead_organ__isnull=False,
        registered_on__lt=F("closed_on") - timedelta(days=3),
    )
    matter = closed.order_by("closed_on", "pk").first()
    if matter is None:
        return
    solved = ProminentProblem(
        title=_called(matter),
        why="群众反复反映，责任单位不明",
        official=official,
        post=official.post,
        organ=matter.lead_organ,
        review_days=30,
        lifted_on=matter.registered_on + timedelta(days=1),
        lifted_by=desk,
        state=ProblemState.SOLVED,
        closed_on=matter.closed_on,
        close_note="办理结果经回访，反映人满意",
    )
    put(solved, place_of(matter))
    solved.review_from(solved.lifted_on)
    solved.save()
    ProblemMatter.objects.create(problem=solved, matter=matter, released_on=matter.closed_on)
    for move, day, text in (
        ("lifted", solved.lifted_on, solved.why),
        ("solved", solved.closed_on, solved.close_note),
    ):
        ProblemStep.objects.create(
            problem=solved, move=move, at=county.moment(day), by=desk, text=text
        )
