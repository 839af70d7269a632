"""The sources of one's points: who reads them, down to records; recomputing; changes; sheet;
preview."""

import io
import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from python_calamine import load_workbook

from evaluation.actions import scores as actions
from evaluation.appraisal import changes, exporting, gathering, hooks, previewing, scoring
from evaluation.models import Computation, Cycle, EvidenceDecision, Score, ScoreEvidence
from evaluation.rules import scores as rules
from outreach.models import MonthWord, StayMonth
from portal.duties import todo
from portal.models import AuditEntry, Job
from portal.run import jobs
from portal.sheets import ledgers
from tests.day import TODAY, in_days
from tests.evaluation.scored import appraised, ballots, computed, cycle, poll, scheme, scored
from tests.evaluation.test_indicators import ago, closed, item, stay
from tests.pairing.cast import paired

pytestmark = pytest.mark.django_db
KEPT = [("promises_kept", 100, 50, 90, 1)]


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def promised(people, *met, state="objection", **more):
    """Return (cycle, appraised, items) for 王建国, scored with items of help done in time or
    late."""
    pairing = paired(people, level="unit")
    items = [item(people, pairing, one) for one in met]
    a_cycle, one, _computation = scored(people, state=state, indicators=KEPT, **more)
    return a_cycle, one, items


def page(client, user, one, name="score", *args, **query):
    client.force_login(user)
    return client.get(reverse(f"evaluation:{name}", args=[one.pk, *args]), query)


def run(kind, **arguments):
    job = Job.objects.filter(kind=kind).latest("pk")
    jobs.run(job.pk, clock=timezone.now)
    job.refresh_from_db()
    return job


# --- The page -------------------------------------------------------------------------------------


def test_the_page_leads_from_points_to_records(client, people):
    _cycle, one, items = promised(people, True, True, False)
    score = Score.objects.get()

    text = page(client, people.author, one).content.decode()

    assert str(score.total) in text and str(score.masses) in text
    # 12 good and 6 fairly good on every line, out of the component's own weight.
    assert "93.33 × 40 ÷ 100 = 37.33" in text and "满分 40" in text
    assert text.count("讲政策") == 3 and items[2].get_absolute_url() in text
    assert score.computation.result_hash[:16] in text
    office = page(client, people.office, one)
    assert office.status_code == 200


def test_a_record_that_the_reader_may_not_open_is_its_number_alone(client, people):
    one_scheme = scheme(people, indicators=[("own_results_lasting", 100, 0, 100, 1)])
    a_cycle = cycle(people, one_scheme, state="objection")
    one = appraised(people, a_cycle, one_scheme)
    hidden = closed(
        people,
        registered_by=people.neighbour,
        organ=people.roads,
        typed_by=people.neighbour_cadre,
        title="别人的事",
    )
    computed(a_cycle, people.office)
    ScoreEvidence.objects.update(missed=[hidden.pk])

    text = page(client, people.author, one).content.decode()

    assert f"事项 {hidden.pk}" in text and "别人的事" not in text


def test_before_publication_the_appraised_see_nothing_and_others_never(client, people):
    a_cycle, one, _items = promised(people, True, state="checking")

    assert page(client, people.author, one).status_code == 404
    assert page(client, people.liaison, one).status_code == 404
    assert page(client, people.office, one).status_code == 200
    # The fragment on the page of the appraised says so instead of failing.
    part = client.get(reverse("evaluation:score", args=[one.pk]), headers={"HX-Request": "true"})
    assert part.status_code == 200
    Cycle.objects.update(state="objection", objection_from=in_days(0), objection_until=in_days(5))
    assert page(client, people.author, one).status_code == 200
    assert page(client, people.colleague, one).status_code == 404


def test_a_liaison_reads_the_published_score_of_the_organ_and_not_of_its_cadres(client, people):
    one_scheme = scheme(people, subject="organ")
    a_cycle = cycle(people, one_scheme, state="objection")
    one = appraised(people, a_cycle, one_scheme, cadre=None)
    ballots(poll(people, a_cycle, one), one, *[1] * 16)
    computed(a_cycle, people.office)

    assert page(client, people.liaison, one).status_code == 200
    assert page(client, people.host, one).status_code == 404
    assert page(client, people.neighbour_liaison, one).status_code == 404


def test_few_ballots_are_not_shown_as_counts(client, people):
    _cycle, one, _items = promised(people, True, marks=(1, 1, 2, 2))

    answer = page(client, people.author, one)

    assert answer.context["marks"] == [] and answer.context["questions"] == []
    assert answer.context["components"][0]["points"] is None


def test_ballots_are_shown_as_counts_from_five_on(client, people):
    _cycle, one, _items = promised(people, True, marks=(1, 1, 2, 2, 2))

    marks = page(client, people.author, one).context["marks"]

    # Nobody ticked “all in all”.
    assert [[n for _mark, n in counts] for _line, counts in marks] == [[2, 3, 0, 0, 0]] * 3


def test_a_class_of_few_has_no_range(client, people):
    _cycle, one, _items = promised(people, True)

    assert page(client, people.author, one).context["usual"] == []


def test_a_range_is_said_in_whole_points_and_so_names_nobodys_score(client, people):
    _cycle, one, _items = promised(people, True)
    of_five = {"total": {"n": 5, "quarters": ["81.37", "90.00"]}}
    Computation.objects.update(ranges={str(one.scheme_id): of_five})

    shown = page(client, people.author, one)

    assert shown.context["usual"] == [81, 90]
    assert "81.37" not in shown.content.decode()


def test_all_records_of_a_line_have_a_page_and_unknown_lines_none(client, people):
    _cycle, one, _items = promised(people, *[True] * 14, False)

    first = page(client, people.author, one)
    assert first.content.decode().count("讲政策") == 12
    all_of_them = page(client, people.author, one, "score_records", "promises_kept")
    assert all_of_them.content.decode().count("讲政策") == 15
    past = page(client, people.author, one, "score_records", "promises_kept", page="99")
    assert past.status_code == 200
    assert page(client, people.author, one, "score_records", "no_such").status_code == 404


def test_the_print_is_chinese_in_every_language(client, people):
    _cycle, one, _items = promised(people, True)
    client.cookies["django_language"] = "en"

    # The middleware's active language would stay with the thread.
    with translation.override("zh-hans"):
        text = page(client, people.author, one, "print_score").content.decode()

    assert "考核得分说明" in text and "群众评议" in text


def test_more_records_cost_no_more_queries(client, people):
    pairing = paired(people, level="unit")
    item(people, pairing, True)
    a_cycle, one, _first = scored(people, indicators=KEPT, gates=[("findings", 0)])
    page(client, people.author, one)

    def queries():
        with CaptureQueriesContext(connection) as told:
            assert page(client, people.author, one).status_code == 200
        return len(told)

    once = queries()
    ids = [item(people, pairing, False).pk for _n in range(3)]
    ScoreEvidence.objects.filter(indicator="promises_kept").update(missed=ids)
    assert queries() == once


# --- Computing ------------------------------------------------------------------------------------


def test_the_office_computes_anew_and_nobody_else(client, people):
    a_cycle, _one, _items = promised(people, True, state="checking")

    with pytest.raises(PermissionDenied):
        actions.start_computing(cycle=a_cycle, by=people.supervisor)
    job = actions.start_computing(cycle=a_cycle, by=people.office)
    with pytest.raises(PermissionDenied, match="正在计算"):
        actions.start_computing(cycle=a_cycle, by=people.office)
    run(scoring.KIND)

    assert [one.number for one in a_cycle.computations.order_by("number")] == [1, 2]
    assert AuditEntry.objects.filter(event="scores.computing_asked").count() == 1
    client.force_login(people.office)
    text = client.get(reverse("evaluation:computations", args=[a_cycle.pk])).content.decode()
    assert text.count(scoring.current(a_cycle).result_hash[:16]) == 2
    assert str(job.pk)


def test_a_final_or_open_cycle_is_not_computed(people):
    one_scheme = scheme(people)
    final = cycle(people, one_scheme, state="final")
    collecting = cycle(people, one_scheme, state="collecting", title="2027")

    assert "已定" in str(rules.may_compute(people.office, final).refusal)
    assert not rules.may_compute(people.office, collecting)


def test_closing_the_ballots_starts_the_computation_once(people):
    one_scheme = scheme(people)
    a_cycle = cycle(people, one_scheme)
    for _again in range(2):
        for start in hooks.AFTER_CLOSE:
            start(a_cycle, people.office)

    assert Job.objects.filter(kind=scoring.KIND).count() == 1


def test_computed_scores_wait_for_the_office(people):
    a_cycle, _one, _items = promised(people, True, state="checking")
    kind = todo.kind_for(people.office, "cycle_to_check")

    assert list(kind.rows(people.office)) == [a_cycle]
    assert not kind.rows(people.neighbour_office).exists()


# --- Evidence that changed after the freeze -------------------------------------------------------


def test_a_corrected_record_shows_its_effect_and_waits_for_a_decision(client, people):
    a_cycle, one, items = promised(people, True, True, False, False, state="checking")
    before = Score.objects.get()
    items[2].done_on = in_days(-61)
    items[2].save()

    (person,) = changes.people_with_changes(a_cycle, [one], at=timezone.now())
    (change,) = person.changes
    assert (change.record, change.counts, change.live) == (items[2].pk, "missed", "met")
    # 50 % is the floor; 75 % give 62.5 of 100, for a third of the weight.
    assert change.before == before.results < change.after

    client.force_login(people.office)
    address = reverse("evaluation:decide_changes", args=[one.pk])
    assert "讲政策" in client.get(address).content.decode()
    assert client.post(address, {f"change-{change.key}": "take"}).status_code == 422
    assert client.post(address, {"reason": "核实"}).status_code == 422
    assert not EvidenceDecision.objects.exists()
    done = client.post(address, {f"change-{change.key}": "take", "reason": "按期完成，录错"})
    assert done.status_code == 302

    # Frozen evidence does not change; the decision is stored besides and counts from the next
    # computation on.
    assert ScoreEvidence.objects.get().missed == sorted([items[2].pk, items[3].pk])
    assert Score.objects.get() == before
    # Until then the exported score does not depend on it.
    assert list(exporting.evidence(a_cycle, on=TODAY))[-1]["decisions"] == []
    again = scoring.compute(a_cycle, by=people.office, at=timezone.now())
    assert len(list(exporting.evidence(a_cycle, on=TODAY))[-1]["decisions"]) == 1
    assert again.scores.get().results == change.after
    text = page(client, people.office, one).content.decode()
    assert "按期完成，录错" in text and f"{before.total}" in text
    assert changes.people_with_changes(a_cycle, [one], at=timezone.now()) == []


def test_what_is_kept_is_not_asked_again(people):
    a_cycle, one, items = promised(people, True, False, state="checking")
    items[0].done_on = in_days(-1)
    items[0].save()
    (person,) = changes.people_with_changes(a_cycle, [one], at=timezone.now())
    actions.decide_evidence(
        appraised=one,
        by=people.office,
        at=timezone.now(),
        reason="冻结后更改，不予采纳",
        decisions=[person.changes[0].kept],
    )

    (person,) = changes.people_with_changes(a_cycle, [one], at=timezone.now())
    assert person.open == [] and person.after == person.before


def _attested(people, one_stay, month, *, is_met):
    """The host's word, given now, on a month that is over."""
    row = StayMonth.objects.create(stay=one_stay, month=month)
    MonthWord.objects.create(month=row, is_met=is_met, by=people.host, at=ago(0))
    return row


def test_a_month_attested_later_is_a_record_to_decide_on(people):
    one_stay = stay(people)
    a_cycle, one, _computation = scored(people, state="checking", gates=[("stay_months", 80)])
    late = _attested(people, one_stay, in_days(-60).replace(day=1), is_met=False)
    (person,) = changes.people_with_changes(a_cycle, [one], at=timezone.now())
    (change,) = person.open
    assert (change.record, change.counts, change.live) == (late.pk, "left_out", "missed")

    def gate():
        computed = scoring.compute(a_cycle, by=people.office, at=timezone.now())
        return computed.scores.get().lines["gates"][0]

    before = gate()
    assert (before["value"], before["attested"], before["met"]) == (None, 0, True)
    actions.decide_evidence(
        appraised=one,
        by=people.office,
        at=timezone.now(),
        reason="补核",
        decisions=[change.taken_over],
    )
    after = gate()
    assert (after["value"], after["attested"], after["met"]) == ("0", 1, False)
    assert after["unattested"] == before["unattested"] - 1


def test_who_is_concerned_and_what_is_final_is_not_decided_on(people):
    a_cycle, one, items = promised(people, True, state="checking")
    decide = {
        "appraised": one,
        "at": timezone.now(),
        "reason": "核实",
        "decisions": [("promises_kept", items[0].pk, "met", None)],
    }
    with pytest.raises(PermissionDenied):
        actions.decide_evidence(by=people.author, **decide)
    with pytest.raises(PermissionDenied):
        actions.decide_evidence(
            by=people.office, **decide | {"decisions": [("results_word", 1, "met", None)]}
        )
    people.cadre.user = people.office
    people.cadre.save()
    with pytest.raises(PermissionDenied, match="本人"):
        actions.decide_evidence(by=people.office, **decide)
    people.cadre.user = people.author
    people.cadre.save()
    Cycle.objects.update(
        state="final",
        document="1",
        final_on=in_days(0),
        objection_from=in_days(-5),
        objection_until=in_days(-1),
    )
    with pytest.raises(PermissionDenied):
        actions.decide_evidence(by=people.office, **decide)


@pytest.mark.parametrize("row", [{"reason": ""}, {"record_id": 0}, {"value": 3}])
def test_a_decision_has_a_reason_and_an_amount_where_it_is_one(people, row):
    _cycle, one, _computation = scored(people)
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceDecision.objects.create(
            **{
                "appraised": one,
                "indicator": "findings",
                "record_id": 1,
                "verdict": "met",
                "reason": "核实",
                "by": people.office,
                "at": timezone.now(),
            }
            | row
        )


def test_all_of_a_cycle_are_compared_by_a_worker(client, people):
    a_cycle, one, items = promised(people, True, False, state="checking")
    items[1].done_on = in_days(-61)
    items[1].save()
    client.force_login(people.office)
    address = reverse("evaluation:evidence_changes", args=[a_cycle.pk])
    assert client.get(address).context["people"] == []

    client.post(reverse("evaluation:look_for_changes", args=[a_cycle.pk]))
    job = run(changes.KIND)

    assert (job.state, job.manifest["count"], job.total_count) == ("done", 1, 1)
    assert one.name in client.get(address).content.decode()
    line = json.loads(jobs.file_of(job).read_text())
    assert line["changes"][0]["record"] == items[1].pk


def test_what_was_attested_while_the_comparison_waited_is_compared(client, people):
    one_stay = stay(people)
    a_cycle, _one, _computation = scored(people, state="checking", gates=[("stay_months", 80)])
    client.force_login(people.office)
    client.post(reverse("evaluation:look_for_changes", args=[a_cycle.pk]))
    Job.objects.filter(kind=changes.KIND).update(created_at=ago(1))
    _attested(people, one_stay, in_days(-60).replace(day=1), is_met=True)

    assert run(changes.KIND).manifest["count"] == 1


# --- What goes out --------------------------------------------------------------------------------


def test_the_sheet_has_a_row_for_each_line_of_each_score(client, people, tmp_path):
    a_cycle, one, _items = promised(people, True, False, gates=[("findings", 0)])
    target = tmp_path / "sheet.xlsx"
    call_command(
        "export_ledger",
        "score_evidence",
        by="office",
        out=str(target),
        filter=[f"cycle={a_cycle.pk}"],
        stdout=io.StringIO(),
    )
    rows = load_workbook(target).get_sheet_by_index(0).to_python()
    body = [row for row in rows if row[2] == "王建国"]
    assert len(body) == 1 + 4 + 1 + 1
    assert [row[5].strip() for row in body][:2] == ["总分", "群众评议"]
    promise = next(row for row in body if "帮扶" in row[5])
    assert promise[7:10] == [2, 1, 1] and float(promise[11]) == 50
    # Without a cycle the export is refused.
    with pytest.raises(ledgers.LedgerProblem):
        ledgers.REGISTRY["score_evidence"].check(people.office, {})


def test_the_author_exports_no_scores(client, people):
    a_cycle, _one, _items = promised(people, True)
    client.force_login(people.author)

    assert client.post(reverse("evaluation:export_scores", args=[a_cycle.pk])).status_code == 403


# --- A scheme tried on last year ------------------------------------------------------------------


def last_year():
    first, _last = previewing.last_year(TODAY)
    return first


def test_a_trial_says_what_has_no_data_in_the_class(client, people):
    first = last_year()
    one_stay = stay(people, starts_on=first, ends_on=date(first.year, 12, 31))
    stay(people, cadre=people.cadre2, starts_on=first, ends_on=date(first.year, 6, 30))
    for month, is_met in ((2, True), (3, False)):
        _attested(people, one_stay, first.replace(month=month), is_met=is_met)
    pairing = paired(people, level="unit", starts_on=first)
    for day in (40, 50, 60):
        item(
            people,
            pairing,
            True,
            promised_on=first,
            promised_for=first + timedelta(days=day),
            done_on=first + timedelta(days=45),
        )
    one = scheme(
        people,
        service="stationed",
        gates=[("stay_months", 80)],
        indicators=[("promises_kept", 50, 0, 100, 3), ("suggestions_adopted", 50, 0, 100, 1)],
    )
    client.force_login(people.office)

    answer = client.get(reverse("evaluation:scheme_preview", args=[one.pk]))

    found = answer.context["found"]
    assert answer.context["people"] == 2
    promises, suggestions = found["indicators"]
    assert (promises["any"], promises["enough"], suggestions["enough"]) == (1, 1, 0)
    # Quartiles of a class of one would reveal that person's value.
    assert promises["quarters"] == []
    assert "本类没有数据" in answer.content.decode()
    # Nothing was attested for the other cadre, which counts as no data.
    assert (found["gates"][0]["data"], found["gates"][0]["met"]) == (1, 0)
    assert not Score.objects.exists()


def test_a_large_class_is_tried_by_a_worker(client, people, monkeypatch):
    monkeypatch.setattr(previewing, "AT_ONCE", 0)
    first = last_year()
    stay(people, starts_on=first, ends_on=date(first.year, 12, 31))
    one = scheme(people, indicators=KEPT)
    client.force_login(people.office)
    address = reverse("evaluation:scheme_preview", args=[one.pk])
    assert client.get(address).context["found"] is None

    client.post(reverse("evaluation:start_preview", args=[one.pk]))
    job = run(previewing.KIND)

    assert job.state == "done" and job.total_count >= 1
    assert client.get(address).context["found"]["people"] == job.total_count


@pytest.mark.parametrize(("subject", "n"), [("team", 1), ("organ", 2), ("branch", 0)])
def test_each_subject_has_its_class(people, subject, n):
    first = last_year()
    days = {"starts_on": first, "ends_on": date(first.year, 12, 31)}
    stay(people, **days)
    paired(people, level="unit", **days)
    closed(people, lead_organ=people.water, due_on=first, registered_on=first)
    one = scheme(people, subject=subject)

    def found(by):
        first, last = previewing.last_year(TODAY)
        return gathering.people_of(one, by=by, first=first, last=last)

    assert len(found(people.office)) == n
    assert found(people.neighbour_office) == []
