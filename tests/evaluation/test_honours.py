"""评先树优: a quota that is computed and stored, a meeting that chooses, a notice, grades."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone, translation

from demo.evaluation import honours as demo_honours
from evaluation.actions import honours
from evaluation.ledgers.honours import HONOUR_LEDGER
from evaluation.models import (
    Appeal,
    DisciplineFinding,
    Grade,
    Honour,
    HonourPool,
    PoolPart,
    Score,
)
from evaluation.models.honours import eligible_of
from evaluation.rules.honours import obstacles, pools_decided
from portal.days import workdays
from portal.duties import todo
from portal.models import AuditEntry, Reminder
from tests.day import in_days, now, today
from tests.evaluation import finished
from tests.reading import words
from tests.telling import tell


def made(people, cycle, *, by=None, **changes):
    fields = {"title": "县直单位", "purpose": "grade", "basis": "usual"} | changes
    return honours.make_pool(cycle=cycle, by=by or people.office, at=now(), **fields)


def nominated(people, pool, appraised, *, by=None):
    return honours.nominate(
        pool=pool, appraised=appraised, reason="群众口碑好", by=by or people.office, at=now()
    )


def decide(people, pool, *chosen, **changes):
    fields = {"document": "云组〔2026〕20号", "on": today(), "by": people.office} | changes
    return honours.decide_pool(pool=pool, chosen=list(chosen), at=now(), **fields)


@pytest.fixture
def ten(people):
    """(cycle, ten cadres of one organ with scores, a pool of them with two places)."""
    cycle = finished.cycle(people)
    rows = finished.cadres(people, cycle, 10)
    return cycle, rows, made(people, cycle)


# --- the quota -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("percent", "eligible", "quota"),
    [("20", 3, 0), ("20", 4, 0), ("20", 5, 1), ("20", 14, 2), ("25", 15, 3), ("33.33", 3, 0)],
)
def test_a_quota_is_the_whole_part_of_the_share(percent, eligible, quota):
    assert HonourPool(percent=Decimal(percent)).quota_of(eligible) == quota


def test_a_pool_counts_its_members_and_nothing_is_typed(people, ten):
    cycle, rows, pool = ten
    assert (pool.percent, pool.eligible_now, pool.quota_now) == (20, 10, 2)
    assert eligible_of([pool]) == {pool.pk: 10}
    rows[0].left_out_reason = "调离"
    rows[0].save()
    assert (pool.eligible_now, pool.quota_now) == (9, 1)
    assert AuditEntry.objects.filter(event="honour_pool.made").count() == 1
    for one in (people.liaison, people.supervisor, people.neighbour_office, people.recipient):
        with pytest.raises(PermissionDenied):
            made(people, cycle, by=one, title="x", purpose="honour")


def test_parts_say_who_belongs(people):
    cycle = finished.cycle(people)
    mine = finished.cadres(people, cycle, 3)
    finished.cadres(people, cycle, 2, organ=people.water)
    finished.appraised(people, cycle, 9, subject="organ", organ=people.roads)
    pools = [
        made(people, cycle, title="甲", purpose="honour", organ=people.agriculture),
        made(people, cycle, title="乙", purpose="honour", subject="organ"),
        made(people, cycle, title="丙", purpose="honour", scheme=cycle.scheme),
        made(people, cycle, title="丁", purpose="honour", subject="cadre"),
    ]
    assert list(eligible_of(pools).values()) == [3, 1, 6, 5]
    assert [pool.members().count() for pool in pools] == [3, 1, 6, 5]
    assert set(pools[0].members()) == set(mine)


def test_what_the_portal_says_of_a_pool_is_in_the_language_of_the_reader(people, ten):
    _cycle, rows, pool = ten
    with translation.override("en"):
        decide(people, pool, nominated(people, pool, rows[0]))
    made_it, _nominated, decided_it = pool.steps.order_by("pk")
    assert made_it.words == "干部"
    assert decided_it.words == "审定1个，名额2个（参加考核10个）"
    with translation.override("en"):
        assert made_it.words == "Cadre"
        assert decided_it.words == "1 chosen, quota 2 of 10"
        assert Honour(outcome="调离").outcome_words == "调离"
        assert Honour(outcome=Honour.TWICE).outcome_words == "Nominated twice"


def test_nobody_counts_in_two_pools_for_the_grade(people, ten):
    cycle, _rows, _pool = ten
    with pytest.raises(ValidationError, match="10"):
        made(people, cycle, title="又一个")
    assert made(people, cycle, title="先进个人", purpose="honour")
    with pytest.raises(ValidationError):
        made(people, cycle, title="先进个人", purpose="honour")


def test_another_share_rests_on_a_document(people):
    cycle = finished.cycle(people)
    with pytest.raises(ValidationError):
        made(people, cycle, basis="special")
    pool = made(people, cycle, basis="special", basis_document="省委〔2026〕3号")
    assert pool.percent == 25
    other = made(
        people,
        cycle,
        title="其他",
        purpose="honour",
        basis="other",
        percent=Decimal(10),
        basis_document="云组〔2026〕2号",
    )
    assert other.percent == 10
    with pytest.raises(IntegrityError), transaction.atomic():
        HonourPool.objects.filter(pk=pool.pk).update(percent=80)


def test_three_at_twenty_percent_is_none_and_is_said(people, browse):
    cycle = finished.cycle(people)
    rows = finished.cadres(people, cycle, 3)
    pool = made(people, cycle, title="三人", organ=people.agriculture)
    assert pool.quota_now == 0
    honour = nominated(people, pool, rows[0])
    with pytest.raises(PermissionDenied):
        decide(people, pool, honour)
    page = words(browse("office").get(pool.get_absolute_url()))
    assert "3的20%不足1个" in page


def test_two_small_pools_are_joined_with_their_nominations(people, browse):
    cycle = finished.cycle(people)
    mine = finished.cadres(people, cycle, 3)
    theirs = finished.cadres(people, cycle, 3, organ=people.water)
    pool = made(people, cycle, title="甲", organ=people.agriculture)
    other = made(people, cycle, title="乙", organ=people.water)
    honour = nominated(people, other, theirs[1])
    page = words(browse("office").get(pool.get_absolute_url()))
    assert reverse("evaluation:join_honour_pools", args=[pool.pk]) in page
    browse("office").post(
        reverse("evaluation:join_honour_pools", args=[pool.pk]), {"other": other.pk}
    )
    pool.refresh_from_db()
    other.refresh_from_db()
    honour.refresh_from_db()
    assert (pool.eligible_now, pool.quota_now, other.state) == (6, 1, "joined")
    assert (honour.pool, other.joined_to) == (pool, pool)
    assert nominated(people, pool, mine[0])
    with pytest.raises(PermissionDenied):
        honours.join_pools(pool=pool, other=other, by=people.office, at=now())


def test_pools_of_another_share_or_purpose_are_not_joined(people):
    cycle = finished.cycle(people)
    first = made(people, cycle, title="甲", purpose="honour")
    grade = made(people, cycle, title="乙")
    special = made(people, cycle, title="丙", purpose="honour", basis="special", basis_document="x")
    for other in (grade, special, first):
        with pytest.raises(PermissionDenied):
            honours.join_pools(pool=first, other=other, by=people.office, at=now())


# --- nominations ---------------------------------------------------------------------------------


def test_more_are_nominated_than_the_quota_and_nobody_twice(people, ten):
    _cycle, rows, pool = ten
    for one in rows[:4]:
        nominated(people, pool, one)
    assert pool.honours.count() == 4
    with pytest.raises(ValidationError):
        nominated(people, pool, rows[0])


def test_the_liaison_nominates_their_own_and_sees_no_others(people, ten, browse):
    cycle, rows, _pool = ten
    other = finished.cadres(people, cycle, 1, organ=people.roads)[0]
    pool = made(people, cycle, title="先进个人", purpose="honour")
    mine = nominated(people, pool, rows[0], by=people.liaison)
    with pytest.raises(PermissionDenied):
        nominated(people, pool, other, by=people.liaison)
    theirs = nominated(people, pool, other)
    page = words(browse("liaison").get(pool.get_absolute_url()))
    assert mine.appraised.name in page and theirs.appraised.name not in page
    assert Honour.objects.visible_to(people.author).count() == 0
    with pytest.raises(PermissionDenied):
        honours.withdraw_nomination(honour=theirs, reason="x", by=people.liaison, at=now())
    honours.withdraw_nomination(honour=mine, reason="本人谢绝", by=people.liaison, at=now())
    mine.refresh_from_db()
    assert (mine.state, mine.outcome) == ("withdrawn", "本人谢绝")
    assert nominated(people, pool, rows[0], by=people.liaison)


def test_thresholds_and_findings_keep_out_with_the_reason(people):
    cycle = finished.cycle(people)
    bare, below, found, fine = (
        finished.appraised(people, cycle, 1, name="甲某", subject="team"),
        finished.appraised(people, cycle, 2, organ=people.water, subject="organ"),
        finished.appraised(people, cycle, 3, cadre=people.cadre),
        finished.appraised(people, cycle, 4, cadre=people.cadre2),
    )
    finished.scored(cycle, below, gates_met=False)
    finished.scored(cycle, found, fine)
    DisciplineFinding.objects.create(
        cadre=people.cadre,
        organ=people.agriculture,
        kind="dining",
        happened_on=in_days(-60),
        document="云纪〔2026〕1号",
        source="other",
        reference="1",
        recorded_by=people.recipient,
        recorded_at=timezone.now(),
    )
    assert set(obstacles([bare, below, found, fine])) == {bare.pk, below.pk, found.pk}
    pool = made(people, cycle, purpose="honour")
    for one in (bare, below, found):
        with pytest.raises(PermissionDenied, match=one.name):
            nominated(people, pool, one)
    with pytest.raises(PermissionDenied) as refused:
        nominated(people, pool, found, by=people.liaison)
    assert "纪" not in str(refused.value) and "finding" not in str(refused.value)
    assert nominated(people, pool, fine)


def test_nominations_wait_for_the_scores(people):
    cycle = finished.cycle(people, state="collecting")
    (one,) = finished.cadres(people, cycle, 1)
    pool = made(people, cycle)
    with pytest.raises(PermissionDenied):
        nominated(people, pool, one)


# --- the meeting ---------------------------------------------------------------------------------


def test_the_meeting_chooses_within_the_quota_and_the_rest_is_not_chosen(people, ten):
    cycle, rows, pool = ten
    proposed = [nominated(people, pool, one) for one in rows[:3]]
    assert not pools_decided(cycle)
    with pytest.raises(PermissionDenied, match="2"):
        decide(people, pool, *proposed)
    stale = HonourPool.objects.get(pk=pool.pk)
    pool = decide(people, pool, *proposed[:2])
    assert (pool.state, pool.eligible, pool.quota) == ("decided", 10, 2)
    with pytest.raises(PermissionDenied):  # two people enter it at once
        decide(people, stale, proposed[2])
    assert [one.state for one in pool.honours.order_by("pk")] == ["chosen", "chosen", "not_chosen"]
    assert pools_decided(cycle)
    with pytest.raises(PermissionDenied):
        decide(people, pool, proposed[0])
    graded = Grade.objects.decided().filter(value="excellent")
    assert {one.appraised for one in graded} == set(rows[:2])


def test_the_meeting_waits_for_objections_and_open_appeals(people, ten):
    running = finished.cycle(people, over=False)
    (one,) = finished.cadres(people, running, 1)
    early = made(people, running)
    with pytest.raises(PermissionDenied):
        decide(people, early)
    _cycle, rows, pool = ten
    honour = nominated(people, pool, rows[0])
    appeal = Appeal.objects.create(
        appraised=rows[0], text="x", filed_by=people.author, filed_at=timezone.now()
    )
    with pytest.raises(PermissionDenied, match=rows[0].name):
        decide(people, pool, honour)
    appeal.delete()
    with pytest.raises(ValidationError):
        decide(people, pool, honour, on=in_days(1))
    with pytest.raises(ValidationError):
        decide(people, pool, honour, document=" ")
    assert decide(people, pool, honour)


def test_a_nomination_withdrawn_meanwhile_stops_the_decision(people, ten):
    _cycle, rows, pool = ten
    honour = nominated(people, pool, rows[0])
    honours.withdraw_nomination(honour=honour, reason="x", by=people.office, at=now())
    with pytest.raises(ValidationError):
        decide(people, pool, honour)
    assert decide(people, pool).state == "final", "nobody chosen: nothing to make public"


def test_the_database_keeps_a_quota_to_its_share(people, ten):
    _cycle, rows, pool = ten
    decide(people, pool, nominated(people, pool, rows[0]))
    with pytest.raises(IntegrityError), transaction.atomic():
        HonourPool.objects.filter(pk=pool.pk).update(quota=3)


def test_a_pool_is_given_up_with_its_nominations(people, ten):
    cycle, rows, pool = ten
    honour = nominated(people, pool, rows[0])
    pool = honours.give_up_pool(pool=pool, reason="改由县里统一评", by=people.office, at=now())
    honour.refresh_from_db()
    assert (pool.state, honour.state) == ("given_up", "withdrawn")
    assert pools_decided(cycle)
    assert made(people, cycle), "its title and members are free again"


# --- public notice -------------------------------------------------------------------------------


@pytest.fixture
def noticed(people, ten):
    _cycle, rows, pool = ten
    chosen = [nominated(people, pool, one) for one in rows[:2]]
    decide(people, pool, *chosen)
    pool = honours.publicise_pool(pool=pool, on=today(), by=people.office, at=now())
    return pool, chosen, rows


def over(pool):
    HonourPool.objects.filter(pk=pool.pk).update(
        decided_on=in_days(-12), notice_from=in_days(-11), notice_until=in_days(-1)
    )
    pool.refresh_from_db()


def test_a_notice_runs_its_working_days_and_then_it_is_final(people, noticed, browse):
    pool, chosen, _rows = noticed
    assert pool.notice_until == workdays.add_working_days(today(), 5)
    assert Honour.objects.visible_to(people.author).count() == 2, "public is public"
    with pytest.raises(PermissionDenied):
        honours.finish_pool(pool=pool, by=people.office, at=now())
    over(pool)
    answer = browse("office").post(reverse("evaluation:finish_honour_pool", args=[pool.pk]))
    assert answer.status_code == 302
    assert {one.state for one in pool.honours.all()} == {"final"}
    notice = words(browse("office").get(reverse("evaluation:honour_notice", args=[pool.pk])))
    assert all(one.appraised.name in notice for one in chosen)
    assert f"<h1>关于{pool.cycle.ends_on.year}年度考核优秀等次人选的公示" in notice
    assert '<p class="signed">县委组织部<br>' in notice


def test_after_an_objection_somebody_is_taken_off_and_graded_anew(people, noticed):
    pool, chosen, rows = noticed
    honours.take_off(honour=chosen[0], reason="查实弄虚作假", by=people.office, at=now())
    chosen[0].refresh_from_db()
    assert chosen[0].state == "objected"
    assert not Grade.objects.current().filter(appraised=rows[0]).exists()
    with pytest.raises(PermissionDenied):
        honours.take_off(honour=chosen[0], reason="x", by=people.office, at=now())
    over(pool)
    honours.finish_pool(pool=pool, by=people.office, at=now())
    assert [one.state for one in pool.honours.order_by("pk")] == ["objected", "final"]
    assert Honour.objects.visible_to(people.author).count() == 1


# --- grades --------------------------------------------------------------------------------------


def test_everybody_else_is_competent_in_one_act_with_exceptions(people, ten):
    cycle, rows, pool = ten
    honours.propose_grade(
        appraised=rows[5], value="basically", reason="缺勤较多", by=people.office, at=now()
    )
    with pytest.raises(PermissionDenied):  # the pool for “excellent” comes first
        honours.decide_grades(cycle=cycle, document="x", on=today(), by=people.office, at=now())
    decide(people, pool, nominated(people, pool, rows[0]))
    counts = honours.decide_grades(
        cycle=cycle, document="云组〔2026〕21号", on=today(), by=people.office, at=now()
    )
    assert counts == {"competent": 8, "basically": 1}
    values = dict(Grade.objects.decided().values_list("appraised", "value"))
    assert (values[rows[0].pk], values[rows[5].pk], len(values)) == ("excellent", "basically", 10)
    with pytest.raises(PermissionDenied):
        honours.decide_grades(cycle=cycle, document="x", on=today(), by=people.office, at=now())


def test_without_a_total_a_grade_comes_from_somebody_alone(people):
    cycle = finished.cycle(people)
    known, unknown, named = finished.cadres(people, cycle, 3)
    Score.objects.filter(appraised__in=[unknown, named]).update(total=None)
    honours.propose_grade(appraised=named, value="competent", reason="", by=people.office, at=now())

    counts = honours.decide_grades(
        cycle=cycle, document="云组〔2026〕21号", on=today(), by=people.office, at=now()
    )

    assert counts == {"competent": 2}
    graded = Grade.objects.decided().values_list("appraised", flat=True)
    assert set(graded) == {known.pk, named.pk}
    assert not unknown.grades.exists()
    with pytest.raises(PermissionDenied):
        honours.decide_grades(cycle=cycle, document="x", on=today(), by=people.office, at=now())
    propose_later = {"appraised": unknown, "value": "competent", "reason": ""}
    honours.propose_grade(**propose_later, by=people.office, at=now())
    honours.decide_grades(cycle=cycle, document="x", on=today(), by=people.office, at=now())
    assert unknown.grades.decided().exists()


def test_excellent_is_never_proposed_beside_its_pool(people, ten):
    cycle, rows, _pool = ten

    def propose(value="basically", one=rows[0], by=people.office, reason="x"):
        honours.propose_grade(appraised=one, value=value, reason=reason, by=by, at=now())

    with pytest.raises(ValidationError):
        propose("excellent")
    with pytest.raises(ValidationError):
        propose(reason=" ")
    with pytest.raises(ValidationError):
        propose(one=finished.appraised(people, cycle, 30, subject="organ", organ=people.roads))
    with pytest.raises(PermissionDenied):
        propose(by=people.liaison)
    propose()
    propose("incompetent")
    assert [g.value for g in Grade.objects.current()] == ["incompetent"]
    assert Grade.objects.count() == 2, "the first stays as it was"


def test_who_is_appraised_is_neither_nominated_nor_graded_by_their_own_hand(people, ten, browse):
    cycle, rows, pool = ten
    mine = rows[3]
    mine.cadre.user = people.office
    mine.cadre.save()

    with pytest.raises(PermissionDenied, match="本人"):
        nominated(people, pool, mine)
    with pytest.raises(PermissionDenied, match="本人"):
        honours.propose_grade(
            appraised=mine, value="basically", reason="x", by=people.office, at=now()
        )
    for address in (
        reverse("evaluation:nominate_for_honour", args=[pool.pk]),
        reverse("evaluation:propose_grade", args=[cycle.pk]),
    ):
        typed = {"who": mine.name, "value": "basically", "reason": "实绩较好"}
        answer = browse("office").post(address, typed)
        assert answer.status_code == 422 and "本人" in words(answer)
    assert not Honour.objects.exists() and not Grade.objects.exists()
    nominated(people, pool, rows[4])


def test_a_grade_is_read_by_who_reads_scores_and_oneself_once_decided(people):
    cycle = finished.cycle(people)
    one = finished.appraised(people, cycle, cadre=people.cadre)
    finished.scored(cycle, one)
    honours.propose_grade(appraised=one, value="basically", reason="x", by=people.office, at=now())
    assert Grade.objects.visible_to(people.office).count() == 1
    assert Grade.objects.visible_to(people.author).count() == 0
    honours.decide_grades(cycle=cycle, document="x", on=today(), by=people.office, at=now())
    assert Grade.objects.visible_to(people.author).count() == 1
    for other in (people.colleague, people.liaison, people.supervisor, people.neighbour_office):
        assert Grade.objects.visible_to(other).count() == 0, other


# --- pages ---------------------------------------------------------------------------------------


def test_the_part_of_a_cycle_shows_pools_quotas_and_grades(people, ten, browse):
    cycle, _rows, pool = ten
    address = reverse("evaluation:cycle_honours", args=[cycle.pk])
    page = words(browse("office").get(address))
    assert pool.title in page and "10的20%" in page
    assert reverse("evaluation:new_honour_pool", args=[cycle.pk]) in page
    part = words(browse("office").get(address, headers={"HX-Request": "true"}))
    assert "<html" not in part and pool.title in part
    assert browse("author").get(address).status_code in (403, 404)


def test_bad_input_is_answered_in_words_and_nothing_is_saved(people, ten, browse):
    cycle, rows, pool = ten
    client = browse("office")
    new = reverse("evaluation:new_honour_pool", args=[cycle.pk])
    for typed in ({"basis": "other"}, {"basis": "special"}, {"basis": "usual", "percent": "99"}):
        answer = client.post(new, {"title": "x", "purpose": "honour", **typed})
        assert answer.status_code == 422, typed
    assert HonourPool.objects.count() == 1
    nominate = reverse("evaluation:nominate_for_honour", args=[pool.pk])
    for who in ("无此人", "干部", ""):
        assert client.post(nominate, {"who": who, "reason": "好"}).status_code == 422, who
    assert client.post(nominate, {"who": rows[0].name, "reason": "好"}).status_code == 302
    assert client.post(nominate, {"who": rows[0].name, "reason": "好"}).status_code == 422
    for one in rows[1:3]:
        nominated(people, pool, one)
    chosen = [honour.pk for honour in pool.honours.all()]
    decide_page = reverse("evaluation:decide_honour_pool", args=[pool.pk])
    sent = {"chosen": chosen, "document": "云组〔2026〕20号", "on": today()}
    answer = client.post(decide_page, sent)
    assert answer.status_code == 422 and rows[1].name in words(answer)
    assert client.post(decide_page, sent | {"chosen": chosen[:2]}).status_code == 302
    assert client.post(decide_page, sent).status_code == 403


def test_the_register_is_searched_filtered_and_exported_in_the_official_order(
    people, noticed, browse
):
    pool, _chosen, rows = noticed
    over(pool)
    honours.finish_pool(pool=pool, by=people.office, at=now())
    client, address = browse("author"), reverse("evaluation:honours")
    page = words(client.get(address))
    assert rows[0].name in page and rows[1].name in page and rows[2].name not in page
    assert rows[1].name not in words(client.get(address, {"q": rows[0].name}))
    assert rows[0].name not in words(client.get(address, {"year": 2001}))
    assert rows[0].name in words(client.get(reverse("evaluation:honours_print")))
    sheet = HONOUR_LEDGER.sheet(people.office, QueryDict(""), now())
    assert [row[2] for row in sheet.rows] == [rows[0].name, rows[1].name]


def test_lists_cost_the_same_for_one_row_and_three(people, browse, django_assert_num_queries):
    cycle = finished.cycle(people)
    client = browse("office")
    pages = (reverse("evaluation:honours"), reverse("evaluation:honour_pools"))

    def one_more(n):
        organ = (people.agriculture, people.water, people.roads)[n]
        rows = finished.cadres(people, cycle, 5, organ=organ)
        pool = made(people, cycle, title=f"池{n}", organ=organ)
        honour = nominated(people, pool, rows[0])
        Honour.objects.filter(pk=honour.pk).update(state="final")

    one_more(0)
    for page in pages:
        client.get(page)
    for page, queries in zip(pages, (10, 10), strict=True):
        with django_assert_num_queries(queries):
            client.get(page)
    one_more(1)
    one_more(2)
    for page, queries in zip(pages, (10, 10), strict=True):
        with django_assert_num_queries(queries):
            client.get(page)


# --- what waits ----------------------------------------------------------------------------------


def told(kind):
    day = today()
    while not workdays.is_working_day(day):
        day += timedelta(days=1)
    tell(kind, day=day)
    return {one.user for one in Reminder.objects.filter(kind=kind)}


def test_each_step_waits_for_the_office_in_list_and_reminder(people, ten):
    _cycle, rows, pool = ten

    def waits(kind):
        return [todo.counts(one)[kind] for one in (people.office, people.neighbour_office)]

    assert waits("honour_to_decide") == [1, 0] and told("honour_to_decide") == {people.office}
    decide(people, pool, nominated(people, pool, rows[0]))
    assert waits("honour_to_publicise") == [1, 0]
    assert told("honour_to_publicise") == {people.office}
    pool = honours.publicise_pool(pool=pool, on=today(), by=people.office, at=now())
    assert waits("honour_to_finish") == [0, 0]
    over(pool)
    assert waits("honour_to_finish") == [1, 0] and told("honour_to_finish") == {people.office}


def test_a_part_of_a_pool_says_who_belongs_in_words(people):
    assert "县农业农村局" in PoolPart(organ=people.agriculture, subject="cadre").words


def test_the_demo_tells_a_published_cycle_to_its_honours(people):
    cycle = finished.cycle(people)
    cycle.objection_from, cycle.objection_until = in_days(-22), in_days(-14)
    cycle.save()
    finished.cadres(people, cycle, 6)
    unscored, *_others = finished.cadres(people, cycle, 5, organ=people.water)
    Score.objects.filter(appraised=unscored).update(total=None)
    county = SimpleNamespace(
        people=SimpleNamespace(users={"liming": people.office}),
        anchor=today(),
        midnight=now(),
        is_tiny=False,
    )
    demo_honours.make(county, cycle)
    states = dict(HonourPool.objects.values_list("purpose", "state").order_by("pk")[:2])
    assert states == {"grade": "final", "honour": "publicity"}
    for pool in HonourPool.objects.order_by("pk")[:2]:
        steps = list(pool.steps.order_by("at", "pk"))
        assert [step.move for step in steps] == [step.move for step in pool.steps.order_by("pk")], (
            pool
        )
        assert all(timezone.localtime(step.at).hour >= 9 for step in steps)
        assert len({honour.reason for honour in pool.honours.all()}) > 1
    assert Grade.objects.decided().count() == 11
    assert unscored.grades.get().value == "competent" and unscored.grades.get().reason


def test_oneself_reads_ones_grade_once_it_is_decided_and_no_nomination(people, browse):
    cycle = finished.cycle(people)
    one = finished.appraised(people, cycle, cadre=people.cadre)
    finished.scored(cycle, one)
    nominated(people, made(people, cycle, purpose="honour", title="先进个人"), one)
    honours.propose_grade(appraised=one, value="basically", reason="x", by=people.office, at=now())
    address = reverse("evaluation:appraised_results", args=[one.pk])
    page = words(browse("author").get(address))
    assert "基本称职" not in page and "先进个人" not in page
    honours.decide_grades(cycle=cycle, document="云组9号", on=today(), by=people.office, at=now())
    assert "基本称职" in words(browse("author").get(address))
    assert "基本称职" not in words(browse("liaison").get(address))
    page = words(browse("office").get(address))
    assert "先进个人" in page and reverse("evaluation:blank_ballot", args=[one.pk]) in page
