"""Summons of the small cast: 石桥镇 calls organs of the county."""

from datetime import timedelta

from neighbours.actions import summons as actions
from neighbours.models import SummonedOrgan, Summons
from tests.day import in_days, now, today


def called(people, by=None, **changes):
    """Call the bureaus of water and roads for tomorrow."""
    facts = {
        "organ": people.town_organ,
        "unit": people.village,
        "reason": "masses",
        "title": "东支渠与村道交叉处反复积水",
        "text": "渠道归水利、涵管归交通，三次分头处理没有解决。",
        "organs": [people.water, people.roads],
        "meet_on": in_days(1),
        "place": "柳湾村村部",
    } | changes
    return actions.call_organs(by=by or people.host, at=now(), **facts)


def emergency(people, by=None, **changes):
    facts = {
        "organ": people.town_organ,
        "unit": people.village,
        "title": "暴雨后涵管塌陷",
        "text": "村道中断，先行抢通。",
        "organs": [people.water, people.roads],
        "came": [people.roads],
        "called_at": now() - timedelta(hours=5),
        "place": "柳湾村三组",
    } | changes
    return actions.note_emergency(by=by or people.host, at=now(), **facts)


def asked(summons, organ):
    return SummonedOrgan.objects.select_related("summons", "organ").get(
        summons=summons, organ=organ
    )


def gathered(people, *, came=None, **changes):
    """The organs have met today."""
    summons = called(people, meet_on=today(), **changes)
    came = [people.water] if came is None else came
    return actions.note_attendance(summons=summons, by=people.host, at=now(), came=came)


def concluded(people, summons=None, **changes):
    facts = {
        "conclusion": "由水利局牵头改造涵管，交通局配合恢复路面。",
        "lead": people.water,
        "supports": [people.roads],
        "requirement": "下月底前完成",
        "category": "01",
        "urgency": "normal",
    } | changes
    summons = summons or gathered(people)
    return actions.conclude(summons=summons, by=people.host, at=now(), **facts)


def sees(user, summons):
    return Summons.objects.visible_to(user).filter(pk=summons.pk).exists()
