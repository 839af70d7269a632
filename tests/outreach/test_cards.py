"""干部联系卡: issuing, printing, replacing, revoking; callers and paper slips on the desk."""

import re
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from outreach.actions import cards
from outreach.actions.areas import pass_on_area
from outreach.door import codes, store
from outreach.duties.cards import is_first_of_month
from outreach.ledgers.cards import CARD_LEDGER
from outreach.models import CardText, ContactArea, ContactCard, FollowUp, Matter, MatterSlip
from outreach.models.cards import is_well_formed
from portal.duties import reminders
from portal.duties.duty import DUTIES
from portal.models import AuditEntry, Reminder
from portal.sheets import ledgers
from portal.templatetags.portal import unbroken
from tests.day import now, today
from tests.outreach.test_succession import rename

PHONE = "100-0000-0017"


@pytest.fixture
def area(people):
    people.cadre.public_phone = PHONE
    people.cadre.save()
    return people.area


@pytest.fixture
def card(people, area):
    return issue(people, area)


def issue(people, area, by=None):
    return cards.issue_card(area=area, by=by or people.host, at=now())[0]


def test_a_card_is_issued_once_for_an_area(people, area):
    card, is_new = cards.issue_card(area=area, by=people.liaison, at=now())
    again, is_new_again = cards.issue_card(area=area, by=people.host, at=now())

    assert (is_new, is_new_again, again) == (True, False, card)
    assert (card.holder, card.organ_name, card.phone, card.unit_name) == (
        "王建国",
        "县农业农村局",
        PHONE,
        "柳湾村",
    )
    assert is_well_formed(card.short_code, 8) and len(card.token) >= 16
    assert card.stands(today()) == "issued"
    assert AuditEntry.objects.filter(event="card.issued").count() == 1


def test_a_card_is_issued_within_ones_own_reach_and_with_a_phone(people, area):
    for who in (
        "author",
        "desk",
        "supervisor",
        "neighbour_host",
        "neighbour_liaison",
        "neighbour_office",
    ):
        with pytest.raises(PermissionDenied):
            issue(people, area, by=getattr(people, who))
    people.cadre.public_phone = ""
    people.cadre.save()
    with pytest.raises(PermissionDenied, match="公开电话"):
        issue(people, area)
    people.cadre.public_phone = PHONE
    people.cadre.save()
    area.ends_on = today() - timedelta(days=1)
    area.save()
    with pytest.raises(PermissionDenied):
        issue(people, area)


def test_many_cards_are_issued_in_as_many_statements_as_one(people, area):
    def statements(areas):
        with CaptureQueriesContext(connection) as asked:
            issued, _refusals = cards.issue_cards(areas=areas, by=people.host, at=now())
        assert [card.area_id for card in issued] == [one.pk for one in areas]
        return len(asked)

    others = [
        ContactArea.objects.create(
            cadre=people.cadre, unit=people.village, kind="part", group=group, starts_on=today()
        )
        for group in ("一组", "二组", "三组")
    ]
    of_one = statements([area])
    # One of them already has a card.
    assert statements([others[1], area, others[0], others[2]]) <= of_one
    assert AuditEntry.objects.filter(event="card.issued").count() == 4


def test_cards_are_issued_for_an_organ_a_host_or_some_cadres(people, area, browse):
    other = ContactArea.objects.create(
        cadre=people.cadre2, unit=people.village, starts_on=today()
    )  # without a phone
    session = browse("office")
    page = session.post(reverse("outreach:issue_cards"), {}, follow=True)
    assert page.status_code == 422

    for field, value in (
        ("organ", people.agriculture.pk),
        ("host", people.town_organ.pk),
        ("cadres", people.cadre.pk),
    ):
        ContactCard.objects.all().delete()
        page = session.post(reverse("outreach:issue_cards"), {field: value}, follow=True)
        assert ContactCard.objects.get().area == area, field
        if field != "cadres":
            assert "赵敏" in page.content.decode() and other.cards.count() == 0


def test_what_changed_since_the_print_is_to_be_replaced_and_renewed(people, card):
    with pytest.raises(PermissionDenied):
        cards.renew_card(card=card, by=people.host, at=now())
    for name, value in (("public_phone", "100-0000-0018"), ("post", "副局长"), ("name", "王国建")):
        assert not ContactCard.objects.to_replace(today()).exists()
        setattr(people.cadre, name, value)
        people.cadre.save()
        found = ContactCard.objects.to_replace(today()).get()
        assert found.stands(today()) == "changed" and found.changes[0][1] == value
        cards.renew_card(card=card, by=people.author, at=now())

    card.refresh_from_db()
    assert (card.holder, card.phone, card.post) == ("王国建", "100-0000-0018", "副局长")
    with pytest.raises(PermissionDenied):
        cards.renew_card(card=card, by=people.neighbour_host, at=now())


def test_a_successor_takes_over_with_the_same_card(people, card):
    """A card belongs to the post: QR code and number lead to whoever looks after the area now."""
    rename(people, people.village, "柳湾社区", noun="unit")

    card.refresh_from_db()
    assert card.area != people.area and card.area.unit.name == "柳湾社区"
    assert card.stands(today()) == "changed"
    assert store.card(card.token).unit == "柳湾社区"

    heir = ContactArea.objects.create(
        cadre=people.cadre2, unit=card.area.unit, starts_on=today(), kind="village"
    )
    people.cadre2.public_phone = "100-0000-0044"
    people.cadre2.save()
    with transaction.atomic():
        assert cards.follow_area(card.area, heir, people.office) == 1
    found = store.card(card.short_code)
    assert (found.holder, found.phone, found.token) == ("赵敏", "100-0000-0044", card.token)
    assert AuditEntry.objects.filter(event="card.followed").count() == 2


def test_until_a_successor_begins_the_card_is_not_dead(people, card):
    """If a replacement is announced ahead, matters and card pass to the successor at once."""
    first = today() + timedelta(days=5)
    new = pass_on_area(card.area, by=people.office, on=first, cadre=people.cadre2)

    card.refresh_from_db()
    assert card.area == new and new.starts_on == first
    found = store.card(card.token)
    assert (found.holder, found.is_over) == ("赵敏", False)
    assert card.is_in_force(on=today())
    assert card in ContactCard.objects.to_replace(today())


def test_a_card_is_revoked_with_a_reason_and_once(people, card):
    for who in ("author", "neighbour_host", "desk"):
        with pytest.raises(PermissionDenied):
            cards.revoke_card(card=card, by=getattr(people, who), at=now(), reason="印错")
    cards.revoke_card(card=card, by=people.liaison, at=now(), reason="印错")
    with pytest.raises(PermissionDenied):
        cards.revoke_card(card=card, by=people.liaison, at=now(), reason="又一次")
    assert store.card(card.token).is_over
    assert issue(people, people.area) != card


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone": ""},
        {"short_code": "01234567"},
        {"short_code": "12ab5678"},
        {"revoked_on": date(2026, 1, 1)},
    ],
)
def test_the_database_refuses_half_a_card(people, card, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactCard.objects.filter(pk=card.pk).update(**wrong)


def test_texts_are_kept_by_territory_and_language(people, card):
    def keep(division, text, by=None, block="raise"):
        return cards.keep_text(
            block=block,
            language="zh-hans",
            division=division,
            text=text,
            by=by or people.office,
            at=now(),
        )

    places = people.village_place.path
    keep(people.county, "县里的事")
    keep(people.town, "镇里的事")
    assert store.texts(places, "zh-hans")[0]["raise"] == "镇里的事"
    assert store.texts(people.other_place.path, "zh-hans")[0]["raise"] == "县里的事"
    keep(people.town, "改过的事")
    assert CardText.objects.count() == 2
    keep(people.town, " ")
    assert store.texts(places, "zh-hans")[0]["raise"] == "县里的事"
    for by, division in (
        (people.host, people.town),
        (people.office, None),
        (people.office, people.other_county),
        (people.office, people.city),
    ):
        with pytest.raises(PermissionDenied):
            keep(division, "不行", by=by)
    with pytest.raises(ValidationError):
        keep(people.county, "长" * 601)


def test_the_list_the_record_and_the_print_say_what_is_printed(people, card, browse):
    session = browse("author")
    page = session.get(reverse("outreach:contact_cards")).content.decode()
    assert card.code_in_groups in page and "王建国" in page
    people.cadre.public_phone = "100-0000-0018"
    people.cadre.save()
    page = session.get(reverse("outreach:contact_cards"), {"tab": "replace"}).content.decode()
    assert f"{PHONE} → 100-0000-0018" in page
    record = session.get(reverse("outreach:contact_card", args=[card.pk])).content.decode()
    assert "<svg" in record and card.address in record and 'style="' not in record

    for size in ("card", "a6"):
        sheet = session.get(reverse("outreach:print_cards"), {"size": size, "chosen": card.pk})
        page = sheet.content.decode()
        for words in (
            PHONE,
            "12345",
            "12388",
            "您反映的事项仅用于帮助办理",
            "王建国",
            "柳湾村",
            card.code_in_groups,
            "<svg",
        ):
            assert words in page
        assert 'style="' not in page
    assert session.post(reverse("outreach:renew_card", args=[card.pk])).status_code == 302
    page = session.get(reverse("outreach:print_card", args=[card.pk])).content.decode()
    assert "100-0000-0018" in page and PHONE not in page


def test_hours_on_a_card_stay_on_one_line():
    assert unbroken("工作日 8:30—17:30") == "工作日 8:30\u2060—\u206017:30"
    assert unbroken("不吃请——不收礼") == "不吃请——不收礼"


def test_eight_cards_fill_a_sheet_and_the_backs_are_mirrored():
    from outreach.views.cards import _mirrored  # noqa: PLC0415

    assert _mirrored([1, 2, 3, 4, 5]) == [2, 1, 4, 3, None, 5]


def test_the_list_costs_the_same_with_three_cards_as_with_one(people, card, browse):
    session = browse("office")

    def cost():
        with CaptureQueriesContext(connection) as queries:
            session.get(reverse("outreach:contact_cards"))
        return len(queries)

    cost()
    one = cost()
    for unit in (people.other_village, people.village):
        area = ContactArea.objects.create(
            cadre=people.cadre, unit=unit, starts_on=today(), kind="part", group="三组"
        )
        issue(people, area, by=people.office)
    assert cost() == one


def test_the_register_of_cards(people, card, tmp_path):
    cards.revoke_card(card=card, by=people.host, at=now(), reason="=印错")
    issue(people, people.area)
    target = tmp_path / "cards.xlsx"
    ledgers.write(
        CARD_LEDGER, user=people.office, filters={"tab": "all"}, target=target, at=timezone.now()
    )
    rows = list(openpyxl.load_workbook(target).active.iter_rows(values_only=True))
    shown = [row for row in rows if row[1] and "柳湾村" in str(row)]
    assert len(shown) == 2
    assert any("作废：=印错" in str(cell) for row in shown for cell in row)
    target = tmp_path / "none.xlsx"
    ledgers.write(
        CARD_LEDGER,
        user=people.neighbour_office,
        filters={"tab": "all"},
        target=target,
        at=timezone.now(),
    )
    assert "柳湾村" not in str(list(openpyxl.load_workbook(target).active.values))


def test_the_cadre_is_told_once_a_month_of_cards_to_replace(people, card):
    first = date(2026, 12, 1)
    assert is_first_of_month(first) and not is_first_of_month(date(2026, 12, 2))
    # The National Day is no working day.
    assert not is_first_of_month(date(2026, 10, 1))
    reminders.tell(day=first, at=now(), by="test")
    assert not Reminder.objects.filter(kind="replace_card").exists()
    people.cadre.public_phone = "100-0000-0018"
    people.cadre.save()
    reminders.tell(day=date(2026, 12, 2), at=now(), by="test")
    assert not Reminder.objects.filter(kind="replace_card").exists()

    reminders.tell(day=first, at=now(), by="test")

    told = Reminder.objects.get(kind="replace_card")
    assert (told.user, told.noun_id) == (people.author, card.pk)
    assert [one.pk for one in DUTIES["replace_card"].rows(people.author)] == [card.pk]
    assert not DUTIES["replace_card"].rows(people.host)


def test_a_callers_matter_is_registered_by_the_number_of_the_card(people, card, browse):
    session = browse("desk")
    page = session.post(reverse("outreach:call_in"), {"card": "1234 5678"})
    assert page.status_code == 422
    page = session.post(reverse("outreach:call_in"), {"card": card.code_in_groups}, follow=True)
    text = page.content.decode()
    assert "王建国" in text and "柳湾村" in text and page.status_code == 200

    key = re.search(r'name="key" value="([^"]+)"', text)[1]
    sent = {
        "key": key,
        "card": card.short_code,
        "unit": people.village.pk,
        "title": "路灯不亮",
        "category": "02",
        "source": "call",
        "urgency": "normal",
        "nature": "help",
        "raiser_kind": "villager",
        "confidentiality": "named",
        "raiser_name": "李大山",
    }
    assert session.post(reverse("outreach:new_matter"), sent).status_code == 302
    matter = Matter.objects.get()
    assert (matter.registered_by, matter.typed_by, matter.source) == (
        people.cadre,
        people.desk,
        "call",
    )


def test_a_paper_slip_has_a_code_and_its_word_is_entered(people, card, browse):
    matter = people.awaiting_word()
    session = browse("office")
    page = session.post(reverse("outreach:slip_with_code", args=[matter.pk])).content.decode()
    number, code = (
        codes.digits_of(found) for found in re.findall(r"<strong>([\d ]+)</strong>", page)
    )
    slip = MatterSlip.objects.get()
    assert (slip.number, slip.made_by) == (number, people.office) and code not in slip.code_digest
    assert store.slip(number, code)["asks"]

    answer = browse("author").post(reverse("outreach:call_in"), {"matter": matter.number_label})
    call = FollowUp.objects.get(matter=matter)
    assert answer.url == f"{reverse('outreach:follow_up', args=[call.pk])}?method=slip"
    page = browse("author").get(answer.url).content.decode()
    assert re.search(r'value="slip"[^>]*selected', page)
    browse("author").post(answer.url, {"word": "satisfied", "method": "slip", "comment": ""})
    call.refresh_from_db()
    assert (call.word, call.method, call.answered_by) == ("satisfied", "slip", people.author)
    page = browse("office").get(reverse("outreach:words"), {"way": "slip"}).content.decode()
    assert "纸质" in page
    assert matter.number_label not in (
        browse("office").get(reverse("outreach:words"), {"way": "call"}).content.decode()
    )
    page = browse("desk").post(reverse("outreach:call_in"), {"matter": "MQ2026-9999"})
    assert page.status_code == 422
