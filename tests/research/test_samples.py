"""抽样: the frame is frozen and published, then the seed is thrown, and anybody can repeat the
draw."""

import hashlib
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, ProgrammingError, transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import Workbook

from outreach.actions import stays
from portal.actions import places
from portal.duties import todo
from portal.models import AuditEntry, Cadre, GrassrootsUnit, Job
from portal.run import jobs
from portal.sheets import ledgers
from research import frames
from research.actions import samples as actions
from research.frame_lists import frame_in
from research.ledgers.samples import RESPONSES
from research.models import DrawnUnit, Questionnaire, Sample
from research.responses import lines_of
from tests.day import TODAY, now
from tests.people import division, fresh, unit
from tests.research.samples import (
    DIGITS,
    THROWS,
    drawn_sample,
    frozen_sample,
    prepared,
    questionnaire_of,
    running,
    spot_batch,
    villages,
)


def said(error):
    return error.value.messages


@pytest.fixture
def county(people):
    """柳湾村 with eleven more villages in 石桥镇, 上坪村 with seven more in 青山乡."""
    return villages(people)


# --- Preparing ------------------------------------------------------------------------------------


def test_the_organ_that_carries_it_out_prepares_a_sample(people, county):
    questionnaire = questionnaire_of(people)
    for one in ("author", "host", "supervisor", "neighbour_liaison", "neighbour_office"):
        with pytest.raises(PermissionDenied):
            prepared(people, of=questionnaire, by=getattr(people, one))
    sample = prepared(people, of=questionnaire)
    assert (sample.organ, sample.state[0]) == (people.agriculture, "draft")
    assert AuditEntry.objects.filter(event="sample.prepared").count() == 1


def test_a_questionnaire_that_is_not_reviewed_has_no_sample(people, county):
    with pytest.raises(PermissionDenied, match="reviewed"):
        prepared(people, of=questionnaire_of(people, state="review"))
    questionnaire = questionnaire_of(people, number="2")
    prepared(people, of=questionnaire)
    with pytest.raises(PermissionDenied, match="has a sample already"):
        prepared(people, of=questionnaire)


def test_a_preview_says_what_each_stratum_gives(people, county):
    outline = frames.outline_of(prepared(people, number=10), on=TODAY)

    assert [(str(s.name), s.units, s.number) for s in outline.strata] == [
        ("石桥镇", 12, 6),
        ("青山乡", 8, 4),
    ]
    assert outline.problems == [] and outline.left_out == []


def test_a_township_without_such_a_unit_is_named(people, county):
    division("高岭乡", 4, people.county, "990101003000")

    assert frames.outline_of(prepared(people), on=TODAY).left_out == ["高岭乡"]


def test_only_the_one_without_units_is_named_of_two_townships_of_one_name(people, county):
    division("石桥镇", 4, people.county, "990101003000")
    assert frames.outline_of(prepared(people), on=TODAY).left_out == ["云岭县石桥镇"]


def test_every_problem_is_said_in_one_pass(people, county):
    GrassrootsUnit.objects.filter(name__in=["柳湾村", "上坪村"]).update(household_count=None)
    sample = prepared(people, source="rosters", households=5, allocation="fixed", number=9)
    outline = frames.outline_of(sample, on=TODAY)

    unknown = (
        "%s: the number of households is not in the register of units. The office enters it on the "
        "page of the unit, under “Correct”."
    )
    assert outline.problems == [
        unknown % "石桥镇柳湾村",
        unknown % "青山乡上坪村",
        "青山乡 has 8 units, fewer than the 9 to be drawn.",
    ]
    with pytest.raises(ValidationError) as error:
        actions.freeze_sample(sample=sample, by=people.liaison, at=now())
    assert len(said(error)) == 3
    sample.refresh_from_db()
    assert not sample.is_frozen


def test_a_reserve_that_a_stratum_cannot_give_is_refused(people, county):
    sample = prepared(people, allocation="fixed", number=6, reserve_size=3, reserve_batches=1)

    assert frames.outline_of(sample, on=TODAY).problems == [
        "青山乡 has 8 units, fewer than the 6 to be drawn and 3 in reserve."
    ]


def test_an_optimal_allocation_names_strata_it_does_not_know(people, county):
    sample = prepared(people, allocation="optimal", deviations={"石桥镇": 0.4, "虚构乡": 1.0})
    assert frames.outline_of(sample, on=TODAY).problems == [
        "虚构乡 has no unit in the frame: remove it from the plan."
    ]
    sample.deviations = {"石桥镇": 4.0, "青山乡": 0.1}
    assert frames.outline_of(sample, on=TODAY).numbers == {"石桥镇": 8, "青山乡": 2}


def test_villages_of_one_name_have_different_keys(people, county):
    twin = unit("柳湾村", people.town_organ, people.village_place)
    GrassrootsUnit.objects.filter(pk=twin.pk).update(code="V9")
    keys = [one.key for one in frames.villages(prepared(people), on=TODAY)]

    assert len(keys) == len(set(keys)) == 21
    assert "石桥镇柳湾村(V9)" in keys


def test_an_area_outside_that_of_the_organ_is_refused(people, county):
    questionnaire = questionnaire_of(people)
    with pytest.raises(ValidationError, match="lies outside the area"):
        prepared(people, of=questionnaire, area=people.other_county)
    sample = prepared(people, of=questionnaire, area=people.town)
    assert frames.outline_of(sample, on=TODAY).units == 12


# --- Uploaded lists -------------------------------------------------------------------------------


def csv_of(*lines, encoding="utf-8"):
    return SimpleUploadedFile("名单.csv", "\n".join(lines).encode(encoding))


def test_a_list_is_read_with_and_without_headings():
    for upload in (
        csv_of("编号,层,户数", "车间一,东区,12", "车间二,西区,8"),
        csv_of("层;编号;户数", "东区;车间一;12", "西区;车间二;8"),
        csv_of("车间一\t东区\t12", "车间二\t西区\t8", encoding="gb18030"),
    ):
        assert frame_in(upload).strata == {"东区": {"车间一": 12}, "西区": {"车间二": 8}}


def test_a_workbook_is_read(tmp_path):
    book = Workbook()
    for row in (["名称", "层", "规模"], [101, "东区", 12.0], ["乙", "西区", None]):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    upload = SimpleUploadedFile("list.xlsx", (tmp_path / "list.xlsx").read_bytes())

    assert frame_in(upload).strata == {"东区": {"101": 12}, "西区": {"乙": 1}}


def test_doubles_bad_rows_and_empty_strata_are_named_in_one_pass():
    upload = csv_of("编号,层,户数", "甲,东,5", "甲,西,5", ",北,", "乙,东,约十户", "丙,东,0")
    with pytest.raises(ValidationError) as error:
        frame_in(upload)
    assert said(error) == [
        "Row 4: the number or name is missing.",
        "Row 5: “约十户” is no whole number of households.",
        "丙 has no household: remove it from the frame or enter its number.",
        "甲 stands more than once in the frame; it would be drawn too often.",
    ]


def test_numbers_of_persons_are_not_published():
    with pytest.raises(ValidationError, match="numbers of persons"):
        frame_in(csv_of("甲 13800138000,东,1", "乙,东,1"))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04junk", b"\x00\x01\x02"])
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_what_is_no_list_is_refused(name, content):
    with pytest.raises(ValidationError):
        frame_in(SimpleUploadedFile(name, content))


def listed(people, upload, **plan):
    return prepared(people, source="list", frame=frame_in(upload), as_of=TODAY, kinds=[], **plan)


def test_strata_of_a_list_smaller_than_their_allocation_are_refused(people):
    rows = [f"甲{n},东" for n in range(9)] + ["乙1,西"]
    sample = listed(people, csv_of(*rows), allocation="fixed", number=2)

    assert frames.outline_of(sample, on=TODAY).problems == [
        "西 has 1 units, fewer than the 2 to be drawn."
    ]
    actions.change_sample(sample=sample, by=people.liaison, number=1)
    sample = actions.freeze_sample(sample=sample, by=people.liaison, at=now())
    assert (sample.unit_count, sample.as_of) == (10, TODAY)


# --- Freeze ---------------------------------------------------------------------------------------


def test_a_freeze_publishes_frame_and_plan_with_their_hashes(people, county, browse):
    sample = frozen_sample(people)
    questionnaire = sample.questionnaire
    questionnaire.refresh_from_db()

    assert questionnaire.state == "frozen" and questionnaire.steps.filter(move="frozen").exists()
    assert sample.steps.get().move == "frozen"
    client = browse("supervisor")
    for page, digest in (
        ("sample_frame", sample.frame_digest),
        ("sample_plan", sample.plan_digest),
    ):
        response = client.get(reverse(f"research:{page}", args=[sample.pk]))
        assert hashlib.sha256(b"".join(response)).hexdigest() == digest
    page = client.get(sample.get_absolute_url()).content.decode()
    assert sample.frame_digest in page and sample.plan_digest in page
    with pytest.raises(PermissionDenied):
        actions.change_sample(sample=sample, by=people.liaison, number=3)


@pytest.mark.parametrize(
    "facts",
    [
        {"number": 3},
        {"numbers": {}},
        {"frame_file": b""},
        {"frame_digest": "0" * 64},
        {"frozen_at": None, "unit_count": None, "frame_digest": "", "plan_digest": ""},
        {"reserve_batches": 4},
        {"described": "别的"},
    ],
)
def test_the_database_keeps_what_is_frozen(people, county, facts):
    sample = frozen_sample(people)
    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
        Sample.objects.filter(pk=sample.pk).update(**facts)


def test_the_database_keeps_seed_result_and_drawn_units(people, county):
    sample = drawn_sample(people)
    for facts in ({"seed": "1" * 20}, {"witness": "别人"}, {"result_digest": "0" * 64}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            Sample.objects.filter(pk=sample.pk).update(**facts)
    for facts in ({"key": "x"}, {"reserve": 3}, {"stratum": ""}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            sample.drawn.update(**facts)
    for rows in (sample.drawn.all(), sample.steps.all(), Sample.objects.filter(pk=sample.pk)):
        with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
            rows._raw_delete(rows.db)


# --- Seed and draw --------------------------------------------------------------------------------


def seed(people, sample, **changes):
    given = {
        "kind": "dice",
        "digits": THROWS,
        "how": "会议室掷骰子二十五次",
        "organiser": "陈静",
        "witness": "高明",
        "witness_of": "柳湾村村民委员会",
        "by": people.liaison,
        "at": now(),
    }
    return actions.enter_seed(sample=sample, **given | changes)


def test_a_seed_before_the_freeze_is_refused(people, county):
    sample = prepared(people)
    with pytest.raises(PermissionDenied, match="Freeze and publish"):
        seed(people, sample)
    sample = actions.freeze_sample(sample=sample, by=people.liaison, at=now())
    with pytest.raises((ValidationError, PermissionDenied)):
        seed(people, sample, at=sample.frozen_at - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"digits": "123456"}, "at least 20 are needed"),
        ({"digits": "7" * 20}, "A die shows 1 to 6"),
        ({"kind": "public", "digits": "123456789"}, "at least 16"),
        ({"witness": "陈 静"}, "somebody else"),
        ({"witness_of": "县农业农村局"}, "from outside the organ"),
    ],
)
def test_a_seed_that_proves_nothing_is_refused(people, county, changes, words):
    with pytest.raises(ValidationError, match=words):
        seed(people, frozen_sample(people), **changes)


def test_a_redraw_with_another_seed_is_refused(people, county):
    sample = drawn_sample(people)
    with pytest.raises(PermissionDenied, match="drawn once"):
        seed(people, sample, digits=THROWS[::-1])
    assert sample.drawn.count() == 10
    sample.questionnaire.refresh_from_db()
    assert sample.questionnaire.state == "drawn"


def test_a_new_sample_needs_a_reason_a_new_frame_and_a_new_seed(people, county):
    first = drawn_sample(people)
    actions.give_up(sample=first, by=people.liaison, at=now(), reason="名册漏登两个组")
    questionnaire = Questionnaire.objects.get(pk=first.questionnaire_id)

    assert questionnaire.state == "reviewed" and questionnaire.sample is None
    assert first.steps.filter(move="given_up", text="名册漏登两个组").exists()
    second = prepared(people, of=questionnaire)
    with pytest.raises(PermissionDenied, match="Freeze and publish"):
        seed(people, second)
    assert Sample.objects.filter(questionnaire=questionnaire).count() == 2


def test_once_answers_are_taken_the_sample_stands(people, county):
    sample = running(drawn_sample(people))
    with pytest.raises(PermissionDenied, match="stands"):
        actions.give_up(sample=sample, by=people.liaison, at=now(), reason="不满意")


def test_each_drawn_unit_knows_its_village_and_probability(people, county):
    sample = drawn_sample(people, source="rosters", households=4, number=6, method="pareto")
    rows = list(sample.drawn.order_by("position"))

    assert len(rows) == 24 and len({row.unit_id for row in rows}) == 6
    assert {row.township_id for row in rows} == {people.town.pk, people.other_town.pk}
    for row in rows:
        village = GrassrootsUnit.objects.get(pk=row.unit_id)
        assert row.key.endswith(f"{village.name}/{row.serial}")
        assert 1 <= row.serial <= village.household_count
        assert 0 < row.probability <= 1


def test_serial_numbers_of_all_rosters_are_drawn_together(people, county):
    sample = drawn_sample(people, source="rosters", number=40)

    assert sample.unit_count == sum(
        GrassrootsUnit.objects.filter(kind="rural").values_list("household_count", flat=True)
    )
    assert all(row.serial and row.unit_id for row in sample.drawn.all())


def listing():
    guide = Path(__file__).parents[2] / "docs" / "sampling.md"
    return re.search(r"```python\n(.*?)```", guide.read_text(), re.S)[1]


@pytest.mark.parametrize(
    "plan",
    [
        {},
        {"method": "pareto", "number": 8, "reserve_size": 2, "reserve_batches": 1},
        {"method": "systematic"},
        {"source": "rosters", "households": 5, "method": "pareto", "number": 6},
        {"source": "rosters", "number": 60, "reserve_size": 5, "reserve_batches": 2},
    ],
)
def test_anybody_draws_it_again_from_the_downloaded_files(people, county, browse, tmp_path, plan):
    drawn_sample(people)  # which the next sample avoids
    sample = drawn_sample(people, of=questionnaire_of(people, number="2"), **plan)
    client = browse("liaison")
    names = {"frame.tsv": "sample_frame", "plan.tsv": "sample_plan", "drawn.tsv": "sample_result"}
    for name, page in names.items():
        response = client.get(reverse(f"research:{page}", args=[sample.pk]))
        (tmp_path / name).write_bytes(b"".join(response))
    lines = b"".join(client.get(reverse("research:redraw_lines"))).decode()
    assert lines == listing()
    (tmp_path / "redraw.py").write_text(lines)

    words = [sys.executable, "-I", "redraw.py", "frame.tsv", "plan.tsv", sample.seed]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, check=True)
    assert hashlib.sha256(done.stdout).hexdigest() == sample.result_digest
    assert done.stdout == (tmp_path / "drawn.tsv").read_bytes()


def test_surveys_avoid_the_villages_of_earlier_ones(people, county):
    first = drawn_sample(people, number=10)
    second = drawn_sample(people, of=questionnaire_of(people, number="2"), number=10)

    one, other = (set(s.drawn.values_list("unit", flat=True)) for s in (first, second))
    assert not one & other
    assert {row.probability for row in second.drawn.all()} == {0.5}
    # Samples of other organs do not affect it.
    theirs = questionnaire_of(people, number="3", organ=people.water)
    theirs = prepared(people, of=theirs, by=people.office)
    assert not any(village.before for village in frames.villages(theirs, on=TODAY))
    wished = prepared(people, of=questionnaire_of(people, number="4"), avoids_earlier=False)
    assert not any(village.before for village in frames.villages(wished, on=TODAY))


def test_a_long_draw_is_the_work_of_a_worker(people, county, monkeypatch, browse):
    monkeypatch.setattr(actions, "AT_ONCE", 5)
    sample = actions.freeze_sample(sample=prepared(people), by=people.liaison, at=now())
    assert not sample.is_frozen and sample.job.is_open
    with pytest.raises(PermissionDenied, match="worker"):
        actions.freeze_sample(sample=sample, by=people.liaison, at=now())
    client = browse("liaison")
    page = client.get(sample.get_absolute_url()).content.decode()
    assert "hx-trigger" in page

    jobs.run(sample.job_id, clock=timezone.now)
    sample.refresh_from_db()
    assert sample.is_frozen and Job.objects.get(pk=sample.job_id).state == "done"
    part = client.get(sample.get_absolute_url(), headers={"HX-Request": "true"})
    assert part.headers["HX-Refresh"] == "true"

    sample = seed(people, sample)
    assert not sample.is_drawn and sample.state[0] == "drawing"
    jobs.run(sample.job_id, clock=timezone.now)
    sample.refresh_from_db()
    assert sample.is_drawn and sample.drawn.count() == 10
    job = Job.objects.get(pk=sample.job_id)
    assert job.file_name == "sample.tsv"
    assert hashlib.sha256(jobs.file_of(job).read_bytes()).hexdigest() == sample.result_digest


# --- Who asks where -------------------------------------------------------------------------------


def assign(people, sample, cadre, **more):
    return actions.assign_asker(sample=sample, by=people.liaison, at=now(), cadre=cadre, **more)


def test_drawn_units_are_given_to_who_asks(people, county):
    sample = running(drawn_sample(people, number=10))
    assign(people, sample, people.neighbour, stratum="青山乡")

    assert sample.drawn.filter(asked_by=people.neighbour).count() == 4
    duty = todo.counts(fresh(people.neighbour_cadre))
    assert duty["drawn_to_ask"] == 4
    assert DrawnUnit.objects.visible_to(people.neighbour_cadre).count() == 4
    assert Sample.objects.visible_to(people.neighbour_cadre).get() == sample
    assert not Sample.objects.of_roles(people.neighbour_cadre).exists()


def test_nobody_asks_where_they_work_stay_or_live(people, county):
    sample = running(drawn_sample(people, number=20))
    # 王建国 has 柳湾村 as his contact area.
    with pytest.raises(ValidationError, match="柳湾村 is a contact area"):
        assign(people, sample, people.cadre, unit=people.village)
    host = people._cadre(people.host2, "副镇长", 9)
    with pytest.raises(ValidationError, match="is managed by the organ"):
        assign(people, sample, host, stratum="石桥镇")
    stays.publish_stay(
        cadre=people.neighbour,
        unit=people.other_village,
        document="云组通〔2026〕5号",
        by=people.office,
        at=now(),
        kind="residential",
        starts_on=TODAY,
        ends_on=TODAY + timedelta(days=60),
    )
    with pytest.raises(ValidationError, match="上坪村 is where this cadre stays"):
        assign(people, sample, people.neighbour)
    Cadre.objects.filter(pk=people.cadre2.pk).update(home_division=people.town)
    people.cadre2.refresh_from_db()
    with pytest.raises(ValidationError, match="is this cadre's home.*more"):
        assign(people, sample, people.cadre2)
    assert not sample.drawn.exclude(asked_by=None).exists()
    assign(people, sample, people.cadre2, stratum="青山乡")


def test_one_drawn_unit_goes_to_somebody_else(people, county):
    sample = running(drawn_sample(people, number=20))
    assign(people, sample, people.cadre2)
    drawn = sample.drawn.get(unit=people.village)
    given = {"drawn": drawn, "by": people.liaison, "at": now()}
    with pytest.raises(ValidationError, match="contact area"):
        actions.assign_one(cadre=people.cadre, **given)
    actions.assign_one(cadre=people.neighbour, **given)
    assert sample.drawn.get(pk=drawn.pk).asked_by == people.neighbour
    with pytest.raises(PermissionDenied):
        actions.assign_one(cadre=people.neighbour, drawn=drawn, by=people.colleague, at=now())


# --- What became of them --------------------------------------------------------------------------


@pytest.fixture
def asked(people, county):
    """Twenty drawn villages in which 赵敏 interviews."""
    sample = running(drawn_sample(people, number=10, reserve_size=2, reserve_batches=2))
    assign(people, sample, people.cadre2)
    return sample


def a_try(people, drawn, time, day=TODAY):
    return actions.note_try(drawn=drawn, by=people.colleague, at=now(), on=day, time=time)


def test_three_tries_at_different_hours_make_a_non_response(people, asked):
    drawn = asked.drawn.first()
    a_try(people, drawn, "morning")
    with pytest.raises(ValidationError, match="noted already"):
        a_try(people, drawn, "morning")
    a_try(people, drawn, "morning", TODAY - timedelta(days=1))
    a_try(people, drawn, "noon", TODAY - timedelta(days=1))
    drawn.refresh_from_db()
    assert drawn.disposition == ""
    a_try(people, drawn, "evening")

    drawn.refresh_from_db()
    assert (drawn.disposition, drawn.disposed_on) == ("not_met", TODAY)
    assert drawn.steps.get().disposition == "not_met"
    with pytest.raises(PermissionDenied):
        a_try(people, drawn, "afternoon")
    # Reached after all.
    actions.dispose(drawn, "complete", by=None, at=now(), channel="link")
    drawn.refresh_from_db()
    assert (drawn.disposition, drawn.channel) == ("complete", "link")
    assert [s.disposition for s in drawn.steps.order_by("pk")] == ["not_met", "complete"]


def test_an_answer_says_by_itself_that_it_is_complete(people, asked):
    drawn = asked.drawn.first()
    given = {"drawn": drawn, "at": now()}
    for code in ("complete", "partial", "not_met"):
        with pytest.raises(ValidationError, match="follows from"):
            actions.note_disposition(disposition=code, by=people.colleague, **given)
    with pytest.raises(PermissionDenied):
        actions.note_disposition(disposition="refused", by=people.author, **given)
    actions.note_disposition(disposition="refused", by=people.colleague, text="没空", **given)
    # The keeper of the sample corrects it with a further entry.
    actions.note_disposition(disposition="empty", by=people.liaison, **given)
    assert [s.disposition for s in drawn.steps.order_by("pk")] == ["refused", "empty"]
    assert AuditEntry.objects.filter(event="drawn_unit.disposed").count() == 2


def test_nobody_is_asked_before_answers_are_taken(people, county):
    sample = drawn_sample(people)
    with pytest.raises(PermissionDenied, match="Nobody is asked here now"):
        actions.note_disposition(
            drawn=sample.drawn.first(), by=people.liaison, at=now(), disposition="refused"
        )


def dispose_all(sample, *codes):
    for drawn, code in zip(sample.drawn.released().order_by("position"), codes, strict=False):
        channel = "visit" if code in ("complete", "partial") else ""
        actions.dispose(drawn, code, by=None, at=now(), channel=channel)


def test_the_response_rate_leaves_out_who_is_not_eligible(asked):
    codes = ["complete"] * 4 + ["partial", "refused", "empty", "ineligible", "not_met"]
    dispose_all(asked, *codes)
    lines, whole = lines_of(asked)

    assert (whole.drawn, whole.ineligible, whole.complete, whole.open) == (10, 2, 4, 1)
    assert whole.rate == "50.0%（4/8）"
    assert [(line.code, line.in_frame, line.drawn) for line in lines] == [
        ("石桥镇", 12, 6),
        ("青山乡", 8, 4),
    ]
    assert sum(line.complete for line in lines) == 4


def test_the_reserve_is_released_batch_by_batch_and_counts_as_drawn(people, asked):
    release = {"sample": asked, "by": people.liaison, "reason": "拒访较多"}
    with pytest.raises(PermissionDenied, match="Nobody is lost"):
        actions.release_reserve(at=now(), **release)
    dispose_all(asked, "refused", *["complete"] * 9)
    actions.release_reserve(at=now(), **release)
    asked.refresh_from_db()

    # Two of each stratum; the refusal remains a non-response.
    released = asked.drawn.released()
    assert released.count() == 14 and released.filter(disposition="refused").count() == 1
    assert lines_of(asked)[1].rate == "64.3%（9/14）"
    assert {(row.stratum, round(row.probability, 6)) for row in released} == {
        ("石桥镇", round(8 / 12, 6)),
        ("青山乡", 6 / 8),
    }
    assert sum(1 / row.probability for row in released) == pytest.approx(20)
    actions.release_reserve(at=now(), **release)
    with pytest.raises(PermissionDenied, match="No reserve is left"):
        actions.release_reserve(at=now(), **release)
    assert asked.steps.filter(move="released").count() == 2


def test_spot_checks_are_sampled_too(people, county):
    batch = spot_batch(people)
    sample = drawn_sample(people, of=batch)

    assert sample.is_under_way and sample.drawn.filter(unit__isnull=False).count() == 10
    drawn = sample.drawn.first()
    # For spot checks the result is entered by hand, since there is no answer.
    actions.note_disposition(drawn=drawn, by=people.liaison, at=now(), disposition="complete")
    # The places are told nothing, neither before nor after the draw.
    assert not Sample.objects.visible_to(people.host).exists()
    assert not DrawnUnit.objects.visible_to(people.host).exists()


# --- Pages and sheet ------------------------------------------------------------------------------


ELEMENTS = (
    "抽样确认书 名称 抽样框说明、截止日期 单元数 框摘要 公布时间 方法 样本量、分层 "
    "种子、产生方式和时间 结果摘要 复算说明 组织人 见证人"
)
HEADINGS = "层 抽样框数 抽取数 启用备用数 不符合条件 完成 拒访 未遇 应答率 入户 链接 纸质 备注"


def test_the_confirmation_has_its_elements_in_both_languages(people, county, browse):
    sample = drawn_sample(people, reserve_size=1, reserve_batches=1)
    client = browse("liaison")
    address = reverse("research:confirmation", args=[sample.pk])
    page = client.get(address).content.decode()

    for words in ELEMENTS.split():
        assert words in page, words
    for fact in (
        sample.frame_digest,
        sample.result_digest,
        sample.seed,
        "高明",
        "柳湾村村民委员会",
    ):
        assert fact in page
    drawn_on = timezone.localtime(sample.drawn_at)
    assert f"<span>{drawn_on.year}年{drawn_on.month}月{drawn_on.day}日</span>" in page
    with translation.override("en"):
        client.cookies["django_language"] = "en"
        people.liaison.language = "en"
        people.liaison.save()
        page = client.get(address).content.decode()
    for words in ("Confirmation of the sample", "Hash of the result", "How to draw it again"):
        assert words in page, words


def test_the_sheet_says_questionnaire_once_and_of_a_spot_check_never(people, county):
    asked, looked = drawn_sample(people), drawn_sample(people, of=spot_batch(people))
    Sample.objects.filter(pk=asked.pk).update(title="灌溉用水问卷")
    titles = [
        RESPONSES.sheet(people.liaison, {"sample": f"{one.pk}"}, now()).title
        for one in (asked, looked)
    ]
    assert titles == ["灌溉用水问卷应答情况表", f"{looked.title}应答情况表"]


def test_a_draft_has_no_confirmation_and_publishes_nothing(people, county, browse):
    sample = prepared(people)
    client = browse("liaison")

    assert client.get(reverse("research:confirmation", args=[sample.pk])).status_code == 403
    for page in ("sample_frame", "sample_plan", "sample_result"):
        assert client.get(reverse(f"research:{page}", args=[sample.pk])).status_code == 404


def test_the_sheet_says_what_the_page_says(people, asked, tmp_path):
    dispose_all(asked, *["complete"] * 5, "refused", "not_met", "ineligible")
    query = QueryDict(f"sample={asked.pk}")
    with translation.override("zh-hans"):
        sheet = RESPONSES.sheet(people.liaison, query, timezone.localtime())
    rows = list(sheet.rows)

    assert " ".join(column.heading for column in RESPONSES.columns) == HEADINGS
    assert [row[:2] for row in rows] == [(1, "石桥镇"), (2, "青山乡"), (None, "合计")]
    assert rows[-1][2:] == (20, 10, 0, 1, 5, 1, 1, "55.6%（5/9）", 5, 0, 0, "")
    written = ledgers.write(
        RESPONSES,
        user=people.liaison,
        filters={"sample": str(asked.pk)},
        target=tmp_path / "x.xlsx",
        at=now(),
    )
    assert written["written"] == 3
    with pytest.raises(ledgers.LedgerProblem):
        RESPONSES.check(people.neighbour_liaison, query)


def test_a_sample_is_prepared_in_the_browser(people, county, browse):
    questionnaire = questionnaire_of(people)
    client = browse("liaison")
    address = f"{reverse('research:new_sample')}?questionnaire={questionnaire.pk}"
    assert client.get(address).status_code == 200
    typed = {
        "title": "农田水利问卷",
        "source": "units",
        "described": "云岭县全部行政村",
        "is_by_township": "on",
        "method": "simple",
        "households": "0",
        "allocation": "proportion",
        "number": "10",
        "reserve_size": "0",
        "reserve_batches": "0",
    }
    assert client.post(address, typed).status_code == 422
    response = client.post(address, typed | {"kinds": ["rural"]})
    sample = Sample.objects.get()
    assert response.url == sample.get_absolute_url()
    assert "石桥镇" in client.get(response.url).content.decode()

    upload = csv_of("编号,层", *(f"户{n},{'东' if n % 2 else '西'}" for n in range(30)))
    typed |= {"source": "list", "listed": upload, "as_of": TODAY.isoformat()}
    edit = reverse("research:change_sample", args=[sample.pk])
    assert client.get(edit).status_code == 200
    assert client.post(edit, typed).status_code == 302
    # Without a new file the list stays.
    del typed["listed"]
    assert client.post(edit, typed | {"number": "8"}).status_code == 302
    client.post(reverse("research:freeze_sample", args=[sample.pk]))
    sample.refresh_from_db()
    assert (sample.unit_count, sample.numbers) == (30, {"东": 4, "西": 4})
    thrown = {
        "kind": "public",
        "digits": DIGITS,
        "how": "双色球第2026138期",
        "organiser": "陈静",
        "witness": "高明",
        "witness_of": "县公证处",
    }
    client.post(reverse("research:enter_seed", args=[sample.pk]), thrown)
    sample.refresh_from_db()
    assert sample.is_drawn


def test_who_asks_works_from_the_to_do_list(people, asked, browse):
    client = browse("colleague")
    drawn = asked.drawn.order_by("position").first()
    assert drawn.key in client.get(reverse("todo"), {"kind": "drawn_to_ask"}).content.decode()
    assert client.get(drawn.get_absolute_url()).status_code == 200
    tried = {"on": TODAY.isoformat(), "time": "morning"}
    client.post(reverse("research:note_try", args=[drawn.pk]), tried)
    assert drawn.tries.count() == 1
    client.post(
        reverse("research:note_disposition", args=[drawn.pk]), {"disposition": "ineligible"}
    )
    drawn.refresh_from_db()
    assert drawn.disposition == "ineligible"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 10),
        ("stratum=青山乡", 4),
        ("disposition=refused", 1),
        ("tab=open", 8),
        ("tab=done", 2),
        ("nobody=yes", 0),
    ],
)
def test_the_list_of_drawn_units_is_filtered(people, asked, browse, query, count):
    dispose_all(asked, "refused", "complete")
    address = f"{reverse('research:drawn_units')}?sample={asked.pk}&{query}"
    assert len(browse("liaison").get(address).context["page"]) == count
    # Users who do not see the whole sample find only their own villages there.
    assert len(browse("author").get(address).context["page"]) == 0


LIST_QUERIES, DRAWN_QUERIES, PAGE_QUERIES = 8, 9, 12


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_three(
    people, county, browse, django_assert_num_queries, n
):
    for number in range(n):
        drawn_sample(people, of=questionnaire_of(people, number=str(number)))
    client = browse("liaison")
    client.get(reverse("research:samples"))
    with django_assert_num_queries(LIST_QUERIES):
        assert len(client.get(reverse("research:samples")).context["page"]) == n


@pytest.mark.parametrize("n", [2, 20])
def test_pages_of_many_drawn_units_cost_the_same(
    people, county, browse, django_assert_num_queries, n
):
    sample = running(drawn_sample(people, allocation="fixed", number=max(1, n // 4)))
    assign(people, sample, people.cadre2, stratum="青山乡")
    client = browse("liaison")
    drawn = f"{reverse('research:drawn_units')}?sample={sample.pk}"
    for address, queries in ((drawn, DRAWN_QUERIES), (sample.get_absolute_url(), PAGE_QUERIES)):
        client.get(address)
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200


def test_the_page_of_a_unit_says_how_many_households_it_has(people, browse):
    where = {"parent": None, "host_organ": people.town_organ, "division": people.village_place}
    places.change_unit(unit=people.village, by=people.office, household_count=217, **where)
    client = browse("office")

    assert "217" in client.get(people.village.get_absolute_url()).content.decode()
    assert (
        'name="household_count"'
        in client.get(reverse("edit_unit", args=[people.village.pk])).content.decode()
    )
