"""Contact cards of the invented county, and messages by the villager's door."""

import uuid
from datetime import timedelta

from outreach.actions import cards, door
from outreach.actions.matters import move_matter
from outreach.door import codes, store
from outreach.models import ContactArea, ContactCard, DoorMessage, Matter
from outreach.models.cards import with_check_digit

RAISED = (
    ("02", "村口到三组的路灯有六盏不亮，晚上老人出门看不清。", "named", "李大山", "100-0500-0001"),
    (
        "10",
        "今年的耕地补贴一卡通上还没到账，想问问什么时候能发。",
        "organisation",
        "张秀梅",
        "100-0500-0002",
    ),
    ("11", "希望村里把集体林地出租的合同和收入贴出来。", "anonymous", "", ""),
)
HELD = "同一件事：路灯还是不亮，请早点来修。"


def make(county):
    office, today = county.office(), county.anchor
    issued = _issued(county, office)
    # Avoid duplicates, also with the old code of a card that is not changed yet.
    taken = {card.short_code for card in issued}
    for card in issued:
        # The same in each run, unlike real tokens.
        card.token = f"demo{county.rng.getrandbits(48):012x}"
        while (code := _code(county)) in taken:
            pass
        taken.add(code)
        card.short_code = code
    ContactCard.objects.bulk_update(issued, ["token", "short_code"])
    _texts(county, office)

    users = county.people.users
    own = next(c for c in issued if c.area.cadre_id == users["wangjianguo"].cadre.pk)
    # One card whose phone number has changed since, and one that is revoked.
    ContactCard.objects.filter(pk=own.pk).update(phone="100-0000-0042")
    cards.revoke_card(
        card=issued[-1], by=office, at=county.moment(today - timedelta(days=30)), reason="卡片印错"
    )
    _messages(county, own)


def _issued(county, office):
    """Issue the cards to one township after the other, each on a working day."""
    areas = ContactArea.objects.running(county.anchor)
    areas = areas.select_related("cadre__organ", "unit__host_organ").order_by("pk")
    of_hosts = {}
    for area in areas:
        of_hosts.setdefault(area.unit.host_organ_id, []).append(area)
    issued = []
    for n, (_host, some) in enumerate(sorted(of_hosts.items())):
        day = county.working_day(county.anchor - timedelta(days=120 - 3 * n))
        made, _refusals = cards.issue_cards(areas=some, by=office, at=county.moment(day))
        issued += made
    return issued


def _code(county):
    return with_check_digit(str(county.rng.randint(10**6, 10**7 - 1)))


def _texts(county, office):
    at = county.moment(county.anchor - timedelta(days=121))
    for block, text in (
        ("supervision", "100-0100-0099"),
        ("service", "村（社区）便民服务站，工作日 8:30—17:30"),
    ):
        cards.keep_text(
            block=block,
            language="zh-hans",
            division=county.places.county,
            text=text,
            by=office,
            at=at,
        )


def _messages(county, card):
    """Receive messages as a worker does: three matters, one word, and one held for review; in a
    tiny county one matter and an addition to it."""
    at = county.moment(county.anchor - timedelta(days=6))
    raised = county.few(RAISED, 1)
    keys = [uuid.UUID(int=county.rng.getrandbits(128), version=4) for _one in raised]
    slips = []
    for key, (category, text, confidentiality, name, phone) in zip(keys, raised, strict=True):
        slips.append(codes.of_form(key))
        content = {
            "category": category,
            "text": text,
            "confidentiality": confidentiality,
            "name": name,
            "phone": phone,
        }
        store.deliver(store.Letter("raise", str(key), content, card.pk, *slips[-1]))
    _take_over(at)
    matter = Matter.objects.get(client_key=keys[0])
    _say(county, slips[0], "", "最暗的是三组路口那一盏。", at + timedelta(hours=1))
    if county.is_tiny:
        return
    _handle(county, matter, at)
    # A word by the door's own slip does not decide; the office brings a slip that does.
    _say(county, slips[0], "basically", "修好了五盏。", at + timedelta(days=2))
    decides = door.print_slip(
        matter=matter, by=county.office(), at=county.moment(county.anchor - timedelta(days=4))
    )
    _say(county, decides, "basically", "修好了五盏，还有一盏闪。", at + timedelta(days=3))
    again = {"category": "02", "text": HELD, "confidentiality": "anonymous"}
    store.deliver(store.Letter("raise", str(keys[0]), again, card.pk, *slips[0]))
    _take_over(at + timedelta(days=3, minutes=5))


def _say(county, slip, word, comment, at):
    key = uuid.UUID(int=county.rng.getrandbits(128), version=4)
    said = {"word": word, "comment": comment}
    store.deliver(store.Letter("word", str(key), said, None, *slip))
    _take_over(at)


def _take_over(at):
    DoorMessage.objects.filter(state=DoorMessage.State.NEW).update(received_at=at)
    door.take_over_new(at=at)


def _handle(county, matter, at):
    host, other = county.hosts(matter)[:2]
    for by, code, hours, facts in (
        (host, "take_up", 2, {}),
        (host, "internal", 3, {"text": "灯头由镇里统一采购，先用库存的五个。"}),
        (
            host,
            "report",
            26,
            {
                "resolution": "solved",
                "text": "更换灯头五个、线路一处，当晚试亮。",
                "method": "person",
            },
        ),
        (other, "pass_review", 28, {}),
    ):
        move_matter(matter=matter, code=code, by=by, at=at + timedelta(hours=hours), **facts)
