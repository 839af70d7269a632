"""经验做法: proposed by anybody, tried elsewhere, decided, spread, turned into one rule."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oversight.actions import practices
from oversight.ledgers.practices import PRACTICE_LEDGER
from oversight.models import Practice, PracticeTrial
from portal.duties import reminders, todo
from portal.models import Reminder
from portal.sheets import statistics
from portal.sheets.periods import Period
from portal.sheets.statistics import Subject
from tests.day import in_days, now, today
from tests.oversight.planning import handed_in, in_trial, practice_of, rule_of, spread, tried
from tests.people import fresh
from tests.reading import words

HEADINGS = (
    "序号 编号 名称 报送单位 适用单位类型 解决的问题 主要做法 成效（系统数据） 群众评价 "
    "验证单位、结果 审核意见 推广文号 转化制度名称、文号 施行日期 有效期至 备注"
)


def sees(user, practice):
    return Practice.objects.visible_to(user).filter(pk=practice.pk).exists()


# --- Who reads and writes -------------------------------------------------------------------------


def test_anybody_writes_the_office_reads_it_handed_in_and_all_once_it_is_spread(people):
    for by in (people.author, people.host, people.handler, people.supervisor):
        assert practice_of(people, by=by).organ == by.organ
    draft = practice_of(people)
    assert sees(people.host, draft)
    assert not sees(people.office, draft)
    practice = handed_in(people)
    assert sees(people.office, practice)
    for one in ("handler", "author", "neighbour_office", "supervisor"):
        assert not sees(getattr(people, one), practice), one

    practice = spread(people, name="邻里议事")
    for one in ("handler", "author", "neighbour_office", "supervisor", "desk"):
        assert sees(getattr(people, one), practice), one
    assert not sees(people.auditor, practice)


def test_a_found_practice_says_where(people):
    with pytest.raises(ValidationError, match="发现"):
        practice_of(people, origin="found", found_in="")
    assert practice_of(people, origin="found", found_in="三季度督查")


def test_who_wrote_it_does_not_review_it(people):
    own = practice_of(people, by=people.office)
    own = practices.submit_practice(practice=own, by=people.office, at=now())
    with pytest.raises(PermissionDenied):
        practices.refuse_practice(practice=own, by=people.office, at=now(), reason="x")


# --- Review and trial -----------------------------------------------------------------------------


def test_it_is_asked_to_be_added_to_once(people):
    practice = handed_in(people)
    assert practice.number_label == f"JY{today().year}-001"
    practice = practices.ask_to_add(
        practice=practice, by=people.office, at=now(), reason="说明成本"
    )
    practices.change_practice(practice=practice, by=people.host, method="每组一名代办员，自愿。")
    practice = practices.submit_practice(practice=practice, by=people.host, at=now())
    assert practice.number == 1
    with pytest.raises(PermissionDenied):
        practices.ask_to_add(practice=practice, by=people.office, at=now(), reason="再补")


def test_it_is_tried_elsewhere_and_linked_to_what_happened_there(people):
    practice = handed_in(people)
    with pytest.raises(ValidationError, match="其他单位"):
        practices.try_practice(
            practice=practice, by=people.office, at=now(), unit=people.village, starts_on=today()
        )
    practice = in_trial(people, name="第二条")
    ended = {
        "practice": practice,
        "by": people.office,
        "at": now(),
        "trial": practice.trials.get(),
        "ended_on": today(),
        "works": True,
        "result": "有效",
    }
    with pytest.raises(ValidationError, match="至少"):
        practices.end_trial(**ended)
    with pytest.raises(ValidationError, match="单位"):
        practices.end_trial(**ended, matters=[people.matter()])
    visit = people.visit(place=people.other_village)
    practice = practices.end_trial(**ended, visits=[visit])
    assert practice.trials.get().visits.get() == visit


def test_trials_need_two_units_or_three_months(people):
    practice = practices.try_practice(
        practice=handed_in(people),
        by=people.office,
        at=now(),
        unit=people.other_village,
        starts_on=in_days(-10),
    )
    with pytest.raises(PermissionDenied, match="试行未结束"):
        practices.finish_trials(practice=practice, by=people.office, at=now(), opinion="好")
    visit = people.visit(place=people.other_village)
    practice = practices.end_trial(
        practice=practice,
        by=people.office,
        at=now(),
        trial=practice.trials.get(),
        ended_on=today(),
        works=True,
        result="有效",
        visits=[visit],
    )
    with pytest.raises(PermissionDenied, match="2"):
        practices.finish_trials(practice=practice, by=people.office, at=now(), opinion="好")


# --- Decision, spreading, rule --------------------------------------------------------------------


def test_it_is_spread_after_a_meeting_decided(people):
    practice = tried(people)
    with pytest.raises(PermissionDenied):
        practices.spread_practice(
            practice=practice, by=people.office, at=now(), document="x", spread_on=today()
        )
    with pytest.raises(PermissionDenied):
        practices.decide_practice(
            practice=practice, by=people.host, at=now(), decided_on=today(), decided_in="部务会"
        )


def test_it_becomes_a_rule_once_and_stage_by_stage(people):
    practice = spread(people)
    practice = practices.begin_rule(practice=practice, by=people.office, at=now(), title="办法")
    with pytest.raises(PermissionDenied):
        practices.issue_rule(
            practice=practice, by=people.office, at=now(), document="x", valid_from=today()
        )
    with pytest.raises(PermissionDenied, match="已"):
        practices.begin_rule(practice=practice, by=people.office, at=now(), title="又一个")
    for stage in ("heard", "checked", "delib"):
        practice = practices.advance_rule(
            practice=practice, by=people.office, at=now(), stage_on=today()
        )
        practice = Practice.objects.get(pk=practice.pk)
        assert practice.rule.stage == stage
    with pytest.raises(PermissionDenied):
        practices.advance_rule(practice=practice, by=people.office, at=now(), stage_on=today())
    practice = practices.issue_rule(
        practice=practice,
        by=people.office,
        at=now(),
        document="云组发〔2026〕20号",
        valid_from=today(),
        valid_to=in_days(700),
    )
    rule = Practice.objects.get(pk=practice.pk).rule
    assert rule.holds(today())
    assert not rule.holds(in_days(701))
    with pytest.raises(PermissionDenied, match="已"):
        practices.begin_rule(practice=practice, by=people.office, at=now(), title="又一个")


def test_a_rule_replaces_another_and_its_number_is_used_once(people):
    old = rule_of(people, valid_from=in_days(-30))
    other = spread(people, name="另一做法")
    with pytest.raises(ValidationError, match="文号"):
        rule_of(people, other, document="云组发〔2026〕20号")
    other.refresh_from_db()
    new = practices.issue_rule(
        practice=other,
        by=people.office,
        at=now(),
        document="云组发〔2026〕31号",
        valid_from=today(),
        replaces=Practice.objects.get(pk=old.pk).rule,
    )
    rule = Practice.objects.get(pk=old.pk).rule
    assert (rule.replaced_by.practice, rule.ended_on) == (new, today())
    assert not rule.holds(today())
    assert rule.holds(in_days(-1))


def _decided(people, name):
    return practices.decide_practice(
        practice=tried(people, name=name),
        by=people.office,
        at=now(),
        decided_on=today(),
        decided_in="部务会",
    )


def test_a_document_number_of_two_practices_is_refused_unless_it_is_said_to_be_so(people):
    first = spread(people, name="村务代办员")
    told = {"by": people.office, "at": now(), "spread_on": today()}
    second = _decided(people, "邻里议事")
    with pytest.raises(ValidationError, match="村务代办员") as refused:
        practices.spread_practice(practice=second, document=f" {first.document} ", **told)
    assert list(refused.value.error_dict) == ["document"]
    second.refresh_from_db()
    assert (second.state, second.document) == ("decided", "")

    second = practices.spread_practice(
        practice=second, document=first.document, is_shared=True, **told
    )
    assert (second.state, second.document) == ("spread", first.document)


def test_the_number_of_another_county_is_another_number(people):
    first = spread(people)
    Practice.objects.filter(pk=first.pk).update(numbered_in="elsewhere")
    second = _decided(people, "邻里议事")
    second = practices.spread_practice(
        practice=second, by=people.office, at=now(), document=first.document, spread_on=today()
    )
    assert second.state == "spread"


def test_a_document_number_of_two_practices_is_asked_about(people, browse):
    spread(people, name="村务代办员")
    practice = _decided(people, "邻里议事")
    url = reverse("oversight:spread_practice", args=[practice.pk])
    number = Practice.objects.get(name="村务代办员").document
    typed = {"document": number, "spread_on": today().isoformat()}
    client = browse("office")
    assert 'type="checkbox"' not in words(client.get(url)).partition("<main")[2]

    refused = client.post(url, typed)
    assert refused.status_code == 422
    page = words(refused)
    assert "村务代办员" in page
    assert f'value="{number}"' in page
    assert 'name="is_shared"' in page
    practice.refresh_from_db()
    assert practice.document == ""

    client.post(url, typed | {"is_shared": "on"})
    practice.refresh_from_db()
    assert (practice.state, practice.document) == ("spread", number)


# --- No reminders, one library --------------------------------------------------------------------


def test_nobody_is_reminded_of_practices(people):
    handed_in(people)
    assert todo.counts(fresh(people.office))["practice_to_check"] == 1
    reminders.tell(day=today(), at=reminders.morning_of(today()), by="test")
    assert not Reminder.objects.filter(kind__startswith="practice").exists()


def test_the_library_is_searched(people, browse):
    spread(people)
    client, url = browse("handler"), reverse("oversight:practices")
    assert "村务代办员" in words(client.get(url, {"q": "代办"}))
    assert "村务代办员" in words(client.get(url, {"q": "跑路"}))
    assert "村务代办员" not in words(client.get(url, {"q": "水库"}))
    assert "村务代办员" in words(client.get(url, {"suits": "rural"}))
    assert "村务代办员" not in words(client.get(url, {"suits": "urban"}))


def test_the_pages_of_a_practice(people, browse):
    client = browse("host")
    sent = {
        "name": "代办员",
        "problem": "跑路远",
        "method": "每组一名",
        "unit_kinds": ["rural"],
        "origin": "offered",
    }
    client.post(reverse("oversight:new_practice"), sent)
    practice = Practice.objects.get()
    assert client.get(practice.get_absolute_url()).status_code == 200
    client.post(reverse("oversight:submit_practice", args=[practice.pk]))
    done = rule_of(people)
    page = words(browse("handler").get(done.get_absolute_url()))
    assert "云组发〔2026〕20号" in page
    trial = in_trial(people, name="在试")
    client = browse("office")
    form = reverse("oversight:end_practice_trial", args=[trial.pk])
    assert client.get(form).status_code == 200
    visit = people.visit(place=people.other_village)
    typed = {
        "trial": trial.trials.get().pk,
        "works": "1",
        "result": "有效",
        "ended_on": today().isoformat(),
        "visits": [visit.pk],
    }
    assert client.post(form, typed | {"visits": []}).status_code == 422
    client.post(form, typed)
    assert trial.trials.get().works is True


def test_the_sheet_takes_effects_from_records(people):
    spread(people)
    sheet = PRACTICE_LEDGER.sheet(people.office, QueryDict(), now())
    assert ["序号", *(one.heading for one in sheet.columns)] == HEADINGS.split()
    row = list(next(iter(sheet.rows)))
    assert row[7:10] == ["走访1次", "", "上坪村（有效）：代办28件，老人少跑路"]
    PracticeTrial.objects.update(result="黄奶奶少跑路")
    (row,) = PRACTICE_LEDGER.sheet(people.office, QueryDict(), now()).rows
    assert "黄" not in row[9]


def test_the_statistics_count_what_was_spread(people):
    spread(people)
    handed_in(people, name="还没推广")
    period = Period.named(str(today().year))
    table = statistics.count(Subject(people.county), "organ", period)
    place = [column.key for column in table.columns].index("practices")
    assert table.total.cells[place] == 1
    row = next(row for row in table.rows if row.cells[place])
    assert (row.name, table.columns[place].heading) == ("石桥镇党委", "典型做法")


def test_the_list_costs_the_same_for_one_row_and_three(people, browse):
    spread(people)
    client, url = browse("office"), reverse("oversight:practices")

    def cost():
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    one = cost()
    spread(people, name="二")
    rule_of(people, spread(people, name="三"))
    assert cost() == one
