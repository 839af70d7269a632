"""Handing a final cycle to the personnel side: the sheet, its fingerprint, the receipt."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from demo.evaluation import cycles as demo
from evaluation.actions import hand_overs as actions
from evaluation.ledgers.results import PERSONNEL_REFERENCE, fingerprint
from evaluation.models import Appraised, Cycle, HandOver, Tally
from evaluation.models.cycles import CycleState
from evaluation.rules import hand_overs as rules
from portal import parameters
from portal.duties import todo
from portal.models import AuditEntry, PolicyParameter
from portal.sheets.ledgers import LedgerProblem
from tests.day import in_days, now, today
from tests.evaluation import finished

pytestmark = pytest.mark.django_db

HEADINGS = (
    "单位、姓名 职务 驻点、联系点 工作态度 工作作风 工作实绩 群众评议（n） 底线事项"
    " 数据缺项说明 备注"
)
WHERE = "县委组织部干部科"


@pytest.fixture
def final(people):
    """王建国 without a total before 赵敏 with one, in the official order."""
    cycle = finished.cycle(people, state="final")
    first = finished.appraised(people, cycle, 1, cadre=people.cadre)
    second = finished.appraised(people, cycle, 2, cadre=people.cadre2)
    finished.scored(cycle, first, total=None)
    finished.scored(cycle, second)
    finished.tally(first, overall=(3, 0, 0, 0, 0), valid=3)
    finished.tally(second, overall=(12, 6, 2, 0, 0), valid=20)
    return cycle, first, second


def handed(people, cycle, **changes):
    return actions.hand_over(
        cycle, **{"by": people.office, "at": now(), "recipient": WHERE} | changes
    )


def received(people, hand_over, **changes):
    told = {"by": people.office, "at": now(), "received_by": "周正", "received_on": today()}
    return actions.note_receipt(hand_over, **told | changes)


def rows(people, cycle):
    sheet = PERSONNEL_REFERENCE.sheet(people.office, QueryDict(f"cycle={cycle.pk}"), now())
    return sheet, list(sheet.rows)


# --- The sheet --------------------------------------------------------------------------------


def test_the_reference_sheet_has_the_headings_and_says_what_is_missing(people, final):
    cycle, first, second = final

    sheet, (one, two) = rows(people, cycle)

    assert [column.heading for column in sheet.columns] == HEADINGS.split()
    assert [one[1], two[1]] == [f"{row.organ_name}　{row.name}" for row in (first, second)]
    assert one[4] == "票数不足5张，不列" and one[7] == "缺数据（n=3）"
    assert one[6].endswith("办事实绩25.50／30分（记录0条）")
    assert (one[8], one[9], one[10]) == ("达标", "群众评议有效票不足（n=3）", "")
    assert two[4] == two[5] == "好12、较好6、一般2、差0、不了解0"
    assert (two[7], two[9]) == ("36.00／40分（n=20）", "")
    # The sheet neither ranks nor shows totals.
    assert all(str(Decimal("88.50")) not in str(cell) for row in (one, two) for cell in row)


def test_a_cycle_that_is_not_final_gives_no_such_sheet(people, final, client):
    cycle, _first, _second = final
    for state in ("checking", "objection", "cancelled"):
        cycle.state, cycle.final_on, cycle.document = state, None, ""
        cycle.save()
        with pytest.raises(LedgerProblem, match="审定"):
            rows(people, cycle)
        assert not rules.may_hand_over(people.office, cycle)
        client.force_login(people.office)
        address = reverse("evaluation:personnel_reference_print", args=[cycle.pk])
        assert client.get(address).status_code == 403
        with pytest.raises(PermissionDenied):
            handed(people, cycle)


# --- Handing over ------------------------------------------------------------------------------


def test_who_gave_what_to_whom_and_who_signed_for_it_are_rows(people, final):
    cycle, _first, _second = final

    one = handed(people, cycle, recipient=f" {WHERE} ")

    assert (one.recipient, one.row_count, one.handed_by) == (WHERE, 2, people.office)
    assert one.fingerprint == fingerprint(cycle)[0] and len(one.fingerprint) == 64
    assert one.computation == cycle.computations.get()
    entry = AuditEntry.objects.get(event="cycle.handed_over")
    assert (entry.noun, entry.noun_id) == ("handover", one.pk)
    one = received(people, one)
    assert (one.received_by, one.received_on) == ("周正", today())
    assert AuditEntry.objects.filter(event="cycle.receipt_noted").count() == 1
    told = cycle.steps.order_by("pk").values_list("move", "text")
    assert list(told) == [("handed", WHERE), ("received", f"{WHERE} 周正")]


def test_a_later_norm_changes_nothing_of_the_sheet(people, final):
    cycle, _first, _second = final
    Cycle.objects.update(data_at=now() - timedelta(days=10))
    before = rows(people, cycle)[1]

    PolicyParameter.objects.create(
        code="eval.min_display_n", value="30", basis="x", valid_from=in_days(-1)
    )
    parameters.forget()

    assert rows(people, cycle)[1] == before


def test_the_fingerprint_covers_what_the_sheet_says_and_its_order(people, final):
    cycle, first, second = final
    found = {fingerprint(cycle)}
    with translation.override("en"):
        assert fingerprint(cycle) in found
    for change in (
        lambda: second.scores.update(masses=Decimal("35.00")),
        lambda: second.scores.update(gates_met=False),
        lambda: first.scores.update(lines=finished.lines()),
        lambda: Tally.objects.filter(appraised=second).update(style=[20, 0, 0, 0, 0]),
        lambda: Appraised.objects.filter(pk=first.pk).update(post="副科长"),
        lambda: Appraised.objects.filter(pk=first.pk).update(sort_key="~"),
        lambda: Appraised.objects.filter(pk=first.pk).update(left_out_reason="借调"),
    ):
        change()
        now_found = fingerprint(cycle)
        assert now_found not in found
        found.add(now_found)


def test_a_sheet_that_differs_since_is_said_on_the_receipt(people, final, client):
    cycle, _first, second = final
    one = handed(people, cycle)
    client.force_login(people.office)
    address = reverse("evaluation:print_hand_over", args=[one.pk])
    page = client.get(address).content.decode()
    assert "与移交时一致" in page and one.fingerprint in page and WHERE in page

    second.name = "赵敏敏"
    second.save()

    assert "与移交时不一致" in client.get(address).content.decode()


def test_it_is_received_once_by_somebody_else_and_not_before(people, final):
    cycle, _first, _second = final
    one = handed(people, cycle)
    for wrong in (
        {"received_by": " "},
        {"received_by": people.office.name},
        {"received_on": in_days(-1)},
        {"received_on": in_days(1)},
    ):
        with pytest.raises(ValidationError):
            received(people, one, **wrong)
    received(people, one)
    with pytest.raises(PermissionDenied, match="周正"):
        received(people, one, received_by="别人")
    one.refresh_from_db()
    assert one.received_by == "周正"


def test_nobody_else_hands_over_or_notes_a_receipt(people, final):
    cycle, _first, _second = final
    one = handed(people, cycle)
    for name in ("author", "liaison", "host", "desk", "supervisor", "neighbour_office"):
        who = getattr(people, name)
        assert not rules.may_hand_over(who, cycle) and not rules.may_note_receipt(who, one)
        assert not HandOver.objects.visible_to(who).exists()
        with pytest.raises(PermissionDenied):
            received(people, one, by=who)


def test_who_is_appraised_does_not_hand_over(people, final):
    cycle, _first, _second = final
    people.cadre.user = people.office
    people.cadre.save()

    with pytest.raises(PermissionDenied, match="本人"):
        handed(people, cycle)


def test_who_reads_only_a_part_hands_nothing_over(people, final):
    cycle, _first, second = final
    second.province = second.city = second.county = second.township = second.division = None
    second.organ = second.host_organ = people.neighbour_office.organ
    second.save()

    with pytest.raises(PermissionDenied, match="范围"):
        handed(people, cycle)
    assert not HandOver.objects.exists()


def test_bad_input_is_said_and_keeps_nothing(people, final, client):
    cycle, _first, _second = final
    client.force_login(people.office)
    address = reverse("evaluation:hand_over_cycle", args=[cycle.pk])
    assert client.post(address, {"recipient": ""}).status_code == 422
    assert client.post(address, {"recipient": "长" * 61}).status_code == 422
    assert not HandOver.objects.exists()
    assert client.post(address, {"recipient": WHERE}).status_code == 302
    # A second hand-over to the same office needs the receipt of the first; one to another office
    # does not.
    again = client.post(address, {"recipient": WHERE})
    assert again.status_code == 422 and "回执" in again.content.decode()
    assert client.post(address, {"recipient": "县委组织部公务员科"}).status_code == 302
    one = HandOver.objects.order_by("pk").first()
    receipt = reverse("evaluation:note_receipt", args=[one.pk])
    assert client.post(receipt, {"received_by": "周正", "received_on": "昨天"}).status_code == 422
    done = client.post(receipt, {"received_by": "周正", "received_on": today()})
    assert done.status_code == 302
    page = client.get(done.url).content.decode()
    assert "周正" in page and one.fingerprint[:16] in page and "县委组织部公务员科" in page


def test_the_database_keeps_a_receipt_whole_and_the_rest_as_it_was(people, final):
    one = handed(people, final[0])
    row = HandOver.objects.filter(pk=one.pk)
    for broken in ({"received_by": "周正"}, {"received_on": today()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**broken)
    for other in ({"recipient": "别处"}, {"fingerprint": "0" * 64}, {"row_count": 0}):
        with pytest.raises(ProgrammingError, match="permission"), transaction.atomic():
            row.update(**other)
    with pytest.raises(ProgrammingError, match="permission"), transaction.atomic():
        row.delete()


def test_the_part_stands_on_the_page_of_a_final_cycle_alone(people, final, client):
    cycle, _first, _second = final
    client.force_login(people.office)
    address = reverse("evaluation:hand_overs", args=[cycle.pk])
    assert address in client.get(cycle.get_absolute_url()).content.decode()
    cycle.state, cycle.final_on = CycleState.OBJECTION, None
    cycle.save()
    assert address not in client.get(cycle.get_absolute_url()).content.decode()
    assert client.get(address).status_code == 403


def test_three_hand_overs_cost_as_many_queries_as_one(people, final, client):
    cycle, _first, _second = final
    handed(people, cycle)
    client.force_login(people.office)
    address = reverse("evaluation:hand_overs", args=[cycle.pk])
    client.get(address)

    def queries():
        with CaptureQueriesContext(connection) as told:
            assert client.get(address).status_code == 200
        return len(told)

    once = queries()
    for where in ("甲", "乙"):
        handed(people, cycle, recipient=where)
    assert queries() == once


def test_a_receipt_that_is_missing_waits_for_the_office(people, final):
    cycle, _first, _second = final
    one = handed(people, cycle)
    kind = todo.kind_for(people.office, "receipt_to_note")
    assert list(kind.rows(people.office)) == [one]
    other = todo.kind_for(people.neighbour_office, "receipt_to_note")
    assert other is None or not other.rows(people.neighbour_office).exists()
    received(people, one)
    assert not kind.rows(people.office).exists()


def test_the_demo_hands_its_cycle_over(people, final):
    cycle, _first, _second = final

    demo.hand_over(cycle, by=people.office, at=now() - timedelta(days=3))

    one = HandOver.objects.get()
    assert one.is_received and one.row_count == 2
