"""Objections: who files them, until when, who decides, and the effect of one that is upheld."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from demo.evaluation import scores as demo
from evaluation.actions import appeals as actions
from evaluation.actions import cycles
from evaluation.appraisal import hooks, scoring
from evaluation.models import Appeal, Cycle, EvidenceDecision, Score
from evaluation.rules import appeals as rules
from portal.duties import todo
from portal.duties.duty import DUTIES
from portal.models import AuditEntry, Reminder
from tests.day import in_days, now
from tests.evaluation.scored import appraised, computed, cycle, scheme, scored
from tests.evaluation.test_indicators import item
from tests.pairing.cast import paired
from tests.telling import tell

pytestmark = pytest.mark.django_db
KEPT = [("promises_kept", 100, 50, 90, 1)]


def filed(people, one, by=None, **fields):
    fields = {"text": "第三项已按期完成", "indicator": ""} | fields
    return actions.file_appeal(appraised=one, by=by or people.author, at=now(), **fields)


def decided(people, appeal, upheld=True, by=None, **fields):
    fields = {"outcome": "经核实，情况属实"} | fields
    return actions.decide_appeal(
        appeal=appeal, by=by or people.office, at=now(), upheld=upheld, **fields
    )


def finishable(a_cycle):
    return next((d for d in (ask(a_cycle) for ask in hooks.BEFORE_FINISH) if not d), True)


def test_the_appraised_object_once_within_the_days(people):
    _cycle, one, _computation = scored(people)
    filed(people, one)

    with pytest.raises(PermissionDenied, match="已有一件异议"):
        filed(people, one)
    assert AuditEntry.objects.filter(event="appeal.filed").count() == 1


@pytest.mark.parametrize("who", ["office", "liaison", "colleague", "host", "supervisor"])
def test_nobody_objects_for_a_cadre(people, who):
    _cycle, one, _computation = scored(people)

    with pytest.raises(PermissionDenied):
        filed(people, one, by=getattr(people, who))


def test_the_liaison_objects_for_the_leading_team_of_the_organ(people):
    one_scheme = scheme(people, subject="organ")
    a_cycle = cycle(people, one_scheme, state="objection")
    one = appraised(people, a_cycle, one_scheme, cadre=None)
    computed(a_cycle, people.office)

    with pytest.raises(PermissionDenied):
        filed(people, one, by=people.host)
    with pytest.raises(PermissionDenied):
        filed(people, one, by=people.author)
    assert filed(people, one, by=people.liaison).is_open


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"objection_from": in_days(-9), "objection_until": in_days(-1)}, "截止"),
        ({"objection_from": in_days(1)}, "起"),
        ({"state": "checking"}, "公示"),
        ({"state": "final", "document": "1", "final_on": in_days(0)}, "截止"),
    ],
)
def test_outside_the_period_it_is_refused_with_the_reason(people, change, said):
    _cycle, one, _computation = scored(people)
    Cycle.objects.update(**change)
    one.refresh_from_db()

    with pytest.raises(PermissionDenied, match=said):
        filed(people, one)
    assert not Appeal.objects.exists()


def test_the_last_day_counts_whole(people):
    _cycle, one, _computation = scored(people)
    Cycle.objects.update(objection_until=in_days(0))
    one.refresh_from_db()

    assert filed(people, one).is_open


def test_nobody_decides_in_a_cycle_that_was_cancelled(people):
    a_cycle, one, _computation = scored(people)
    appeal = filed(people, one)
    assert todo.counts(people.office)["appeals"] == 1

    cycles.cancel_cycle(a_cycle, by=people.office, at=now(), reason="方案有误")

    assert todo.counts(people.office)["appeals"] == 0
    appeal.refresh_from_db()
    with pytest.raises(PermissionDenied, match="已中止"):
        decided(people, appeal)


def test_upheld_with_a_record_the_score_computed_anew_is_shown_beside_the_old(client, people):
    pairing = paired(people, level="unit")
    items = [item(people, pairing, met) for met in (True, False, False)]
    a_cycle, one, first = scored(people, indicators=KEPT)
    appeal = filed(people, one, indicator="promises_kept")
    client.force_login(people.office)
    address = reverse("evaluation:decide_appeal", args=[appeal.pk])
    field = f"record-promises_kept-{items[1].pk}"
    assert field in client.get(address).content.decode()

    answer = client.post(address, {"upheld": "yes", "outcome": "按期完成", field: "met"})

    assert answer.status_code == 302
    appeal.refresh_from_db()
    assert (appeal.state, appeal.decided_by) == ("upheld", people.office)
    assert appeal.decisions.get().verdict == "met"
    assert "重新计算" in str(finishable(a_cycle).refusal)
    again = scoring.compute(a_cycle, by=people.office, at=timezone.now())
    assert finishable(a_cycle) is True
    before, after = first.scores.get().total, again.scores.get().total
    assert before < after
    client.force_login(people.author)
    text = client.get(appeal.get_absolute_url()).content.decode()
    assert str(before) in text and str(after) in text and "按期完成" in text
    page = client.get(reverse("evaluation:score", args=[one.pk])).content.decode()
    assert str(after) in page and str(before) in page
    assert items[1].get_absolute_url() in page
    # Afterwards another objection may be filed.
    assert filed(people, one).is_open


def test_bad_input_is_said_and_nothing_is_half_kept(client, people):
    pairing = paired(people, level="unit")
    one_item = item(people, pairing, False)
    _cycle, one, _computation = scored(people, indicators=KEPT)
    client.force_login(people.author)
    file = reverse("evaluation:file_appeal", args=[one.pk])
    assert client.post(file, {"text": ""}).status_code == 422
    assert client.post(file, {"text": "x", "indicator": "volume"}).status_code == 422
    assert client.post(file, {"text": "电话 13800138000"}).status_code == 422
    assert not Appeal.objects.exists()
    assert client.post(file, {"text": "已按期", "indicator": "promises_kept"}).status_code == 302
    appeal = Appeal.objects.get()

    client.force_login(people.office)
    decide = reverse("evaluation:decide_appeal", args=[appeal.pk])
    field = f"record-promises_kept-{one_item.pk}"
    assert client.post(decide, {"upheld": "yes"}).status_code == 422
    refused = client.post(decide, {"upheld": "no", "outcome": "查无此事", field: "met"})
    assert refused.status_code == 422 and "查无此事" in refused.content.decode()
    assert (
        client.post(decide, {"upheld": "yes", "outcome": "x", field: "volume"}).status_code == 422
    )
    appeal.refresh_from_db()
    assert appeal.is_open and not EvidenceDecision.objects.exists()


def test_dismissed_it_changes_nothing(people):
    a_cycle, one, _computation = scored(people)
    appeal = decided(people, filed(people, one), upheld=False, outcome="记录无误")

    assert appeal.state == "dismissed" and finishable(a_cycle) is True
    assert Score.objects.count() == 1


def test_two_who_decide_at_once_do_so_once(people):
    _cycle, one, _computation = scored(people)
    appeal = filed(people, one)
    stale = Appeal.objects.get(pk=appeal.pk)
    decided(people, appeal)

    with pytest.raises(PermissionDenied, match="李明"):
        decided(people, stale, upheld=False)
    with pytest.raises(PermissionDenied):
        actions.withdraw_appeal(appeal=stale, by=people.author, at=now())


def test_neither_the_person_concerned_nor_who_filed_it_decides(people):
    _cycle, one, _computation = scored(people)
    appeal = filed(people, one)
    for who in (people.author, people.liaison, people.supervisor, people.neighbour_office):
        assert not rules.may_decide(who, appeal)
    Appeal.objects.update(filed_by=people.office)
    appeal.refresh_from_db()
    assert "您" in str(rules.may_decide(people.office, appeal).refusal)
    Appeal.objects.update(filed_by=people.author)
    people.cadre.user = people.office
    people.cadre.save()
    appeal = Appeal.objects.get()
    assert "本人" in str(rules.may_decide(people.office, appeal).refusal)
    assert not DUTIES["appeals"].rows(people.office).exists()


def test_it_is_taken_back_by_who_filed_it(people):
    a_cycle, one, _computation = scored(people)
    appeal = filed(people, one)
    assert "异议" in str(finishable(a_cycle).refusal)

    with pytest.raises(PermissionDenied):
        actions.withdraw_appeal(appeal=appeal, by=people.office, at=now())
    actions.withdraw_appeal(appeal=appeal, by=people.author, at=now())

    assert finishable(a_cycle) is True
    with pytest.raises(PermissionDenied):
        decided(people, appeal)


def test_numbers_of_people_are_masked_and_an_answer_is_never_empty(people):
    _cycle, one, _computation = scored(people)
    appeal = filed(people, one, text="身份证110101199003074477的老人")
    assert "110101199003074477" not in appeal.text
    with pytest.raises(IntegrityError), transaction.atomic():
        decided(people, appeal, outcome=" ")


def test_the_queue_of_the_office_is_what_it_may_decide(people):
    _cycle, one, _computation = scored(people)
    appeal = filed(people, one)
    for who in (people.office, people.neighbour_office, people.author, people.supervisor):
        kind = todo.kind_for(who, "appeals")
        waiting = list(kind.rows(who)) if kind else []
        assert waiting == ([appeal] if rules.may_decide(who, appeal) else [])


def test_the_list_filters_by_state_and_cycle(client, people):
    a_cycle, one, _computation = scored(people)
    appeal = filed(people, one)
    client.force_login(people.office)

    def shown(**query):
        answer = client.get(reverse("evaluation:appeals"), query)
        return [row.pk for row in answer.context["page"]]

    assert shown() == [appeal.pk] == shown(cycle=a_cycle.pk) == shown(q="王建")
    assert shown(tab="upheld") == [] == shown(q="没有")
    assert shown(cycle=0) == []
    decided(people, appeal)
    assert (shown(), shown(tab="upheld"), shown(tab="all")) == ([], [appeal.pk], [appeal.pk])
    client.force_login(people.colleague)
    assert shown(tab="all") == []


def test_three_rows_cost_as_many_queries_as_one(client, people):
    _cycle, one, _computation = scored(people)
    filed(people, one)
    client.force_login(people.office)
    address = reverse("evaluation:appeals") + "?tab=all"
    client.get(address)

    def queries():
        with CaptureQueriesContext(connection) as told:
            assert client.get(address).status_code == 200
        return len(told)

    once = queries()
    for n in range(2):
        Appeal.objects.create(
            appraised=one,
            text="x",
            filed_by=people.author,
            state="withdrawn",
            decided_by=people.author,
            decided_at=now(),
            filed_at=now() - timedelta(days=n),
        )
    assert queries() == once


def test_the_office_is_reminded_until_it_answers_and_then_who_filed_it(people):
    _cycle, one, _computation = scored(people)
    appeal = filed(people, one)

    def told(kind):
        day = timezone.localdate()
        tell(kind, day=day, at=now())
        found = Reminder.objects.filter(kind=kind, noun_id=appeal.pk)
        return set(found.values_list("user__username", flat=True))

    assert told("appeal_open") == {"office"}
    assert told("appeal_answered") == set()
    decided(people, appeal)
    assert told("appeal_answered") == {"author"}


def test_an_answer_of_a_friday_is_told_on_monday(people):
    _cycle, one, _computation = scored(people)
    appeal = filed(people, one)
    decided(people, appeal)
    friday = timezone.make_aware(datetime(2026, 11, 6, 17, 30))
    Appeal.objects.filter(pk=appeal.pk).update(decided_at=friday)

    def told(day):
        at = timezone.make_aware(datetime.combine(day, time(7)))
        tell("appeal_answered", day=day, at=at)
        return Reminder.objects.filter(kind="appeal_answered", noun_id=appeal.pk).exists()

    assert not told(date(2026, 11, 7))
    assert told(date(2026, 11, 9))
    Reminder.objects.all().delete()
    assert not told(date(2026, 11, 10))


def test_the_demo_upholds_one_objection_and_computes_anew(people):
    item(people, paired(people, level="unit"), False)
    one_scheme = scheme(people, indicators=KEPT)
    # The objection period ended long ago; what counts is the day of the action.
    a_cycle = cycle(
        people,
        one_scheme,
        state="objection",
        objection_from=in_days(-20),
        objection_until=in_days(-13),
    )
    one = appraised(people, a_cycle, one_scheme)
    demo.compute(a_cycle, by=people.office, at=now() - timedelta(days=21))
    assert not rules.may_file(people.author, one, on=in_days(0))

    appeal = demo.uphold_one_objection(a_cycle, by=people.office, at=now() - timedelta(days=19))

    assert appeal.decisions.get().verdict == "met"
    assert finishable(a_cycle) is True and scoring.current(a_cycle).number == 2
