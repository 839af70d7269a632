"""Jobs: taken once, published with their manifest, resumed after a worker died."""

import gc
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from outreach.ledgers.matters import MATTER_LEDGER
from portal.models import AuditEntry, Job, RoleGrant
from portal.run import jobs
from portal.sheets import ledgers


@pytest.fixture
def job(people):
    people.matter()
    return ledgers.start_export(MATTER_LEDGER, filters={"tab": "all"}, by=people.office)


def test_a_job_is_taken_once(job):
    assert jobs.take(job.pk, at=timezone.now()).attempt == 1
    assert jobs.take(job.pk, at=timezone.now()) is None


def test_a_finished_job_has_its_file_and_manifest(job):
    jobs.run(job.pk, clock=timezone.now)

    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.DONE, "")
    assert jobs.file_of(job).stat().st_size == job.manifest["size"]
    assert (job.manifest["expected"], job.manifest["written"]) == (1, 1)
    assert len(job.manifest["sha256"]) == 64
    assert AuditEntry.objects.filter(event="job.ledger.done").exists()


def test_a_job_without_file_has_a_page_of_its_own(job, monkeypatch):
    monkeypatch.setitem(jobs._WORK, "ledger", lambda job, folder, progress: ("", {}))

    with pytest.raises(ValueError, match="has a page"):
        jobs.run(job.pk, clock=timezone.now)

    job.refresh_from_db()
    assert job.state == Job.State.FAILED


def test_the_page_of_a_sheet_says_its_filters_in_words(people, client):
    job = ledgers.start_export(
        MATTER_LEDGER, filters={"tab": "all", "organ": str(people.water.pk)}, by=people.office
    )
    jobs.run(job.pk, clock=timezone.now)
    client.force_login(people.office)

    page = client.get(job.get_absolute_url()).content.decode()

    assert people.water.name in page
    assert "organ=" not in page


def test_a_sheet_that_breaks_off_leaves_nothing_open_in_the_database(people, tmp_path):
    people.matter()

    def full(done, _expected):
        if done:
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space") as failure:
        ledgers.write(
            MATTER_LEDGER,
            user=people.office,
            filters={"tab": "all"},
            target=tmp_path / "sheet.xlsx",
            progress=full,
            at=timezone.now(),
        )
    del failure
    gc.collect()

    assert Job.objects.count() == 0


def test_running_a_finished_job_again_changes_nothing(job):
    jobs.run(job.pk, clock=timezone.now)
    before = Job.objects.get(pk=job.pk).finished_at

    jobs.run(job.pk, clock=timezone.now)

    assert Job.objects.get(pk=job.pk).finished_at == before


def test_a_lapsed_lease_is_queued_again_and_publishes_nothing_of_the_old_attempt(job):
    old = jobs.take(job.pk, at=timezone.now())
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))

    assert jobs.requeue_lapsed(at=timezone.now()) == [job.pk]
    jobs._publish(old, "old.xlsx", {"written": 0, "expected": 0}, at=timezone.now())

    job.refresh_from_db()
    assert (job.state, job.file_name) == (Job.State.QUEUED, "")
    jobs.run(job.pk, clock=timezone.now)
    assert Job.objects.get(pk=job.pk).attempt == 2


def test_a_lease_from_before_the_clock_was_set_back_is_taken_up_too(job):
    jobs.take(job.pk, at=timezone.now() + timedelta(days=30))

    assert jobs.requeue_lapsed(at=timezone.now()) == [job.pk]
    assert Job.objects.get(pk=job.pk).state == Job.State.QUEUED


def test_a_live_lease_is_left_alone(job):
    jobs.take(job.pk, at=timezone.now())

    assert jobs.requeue_lapsed(at=timezone.now()) == []


def test_an_unknown_filter_fails_in_words_and_leaves_no_file(people):
    job = ledgers.start_export(MATTER_LEDGER, filters={"nonsense": "1"}, by=people.office)

    jobs.run(job.pk, clock=timezone.now)

    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "nonsense" in job.error
    assert not jobs.folder_of(job).joinpath("1").exists()


def test_expired_files_are_thrown_away(job):
    jobs.run(job.pk, clock=timezone.now)
    Job.objects.filter(pk=job.pk).update(expires_at=timezone.now() - timedelta(minutes=1))

    assert jobs.expire(at=timezone.now()) == 1
    job.refresh_from_db()
    assert jobs.file_of(job) is None


def test_only_the_owner_downloads(client, people, job):
    jobs.run(job.pk, clock=timezone.now)
    url = reverse("job_file", args=[job.pk])

    client.force_login(people.supervisor)
    assert client.get(url).status_code == 404
    client.force_login(people.office)
    response = client.get(url)
    assert response.status_code == 200
    assert b"".join(response).startswith(b"PK")
    for close in response._resource_closers:
        close()


def test_a_download_is_refused_once_the_scope_changed(client, people, job):
    jobs.run(job.pk, clock=timezone.now)
    RoleGrant.objects.create(
        user=people.office, role="liaison", organ=people.roads, starts_on=timezone.localdate()
    )
    client.force_login(people.office)

    response = client.get(reverse("job_file", args=[job.pk]))

    assert response.status_code == 302


def test_two_readers_get_their_own_rows(people, tmp_path):
    people.matter()
    people.matter(place=people.other_village)

    written = {
        name: ledgers.write(
            MATTER_LEDGER,
            user=getattr(people, name),
            filters={"tab": "all"},
            target=tmp_path / f"{name}.xlsx",
            at=timezone.now(),
        )["written"]
        for name in ("office", "host")
    }

    assert written == {"office": 2, "host": 1}


def test_the_sheet_reads_as_the_office_expects(people, tmp_path):
    people.matter(title="=1+1", request_text="@SUM(A1)")
    anonymous = people.matter(confidentiality="anonymous")
    target = tmp_path / "sheet.xlsx"

    ledgers.write(
        MATTER_LEDGER, user=people.office, filters={"tab": "all"}, target=target, at=timezone.now()
    )

    sheet = load_workbook(target).active
    rows = list(sheet.iter_rows(values_only=True))
    heading = next(row for row in rows if row[0] == "序号")
    first, second = rows[rows.index(heading) + 1 : rows.index(heading) + 3]
    assert rows[0][0].endswith("民情台账")
    assert first[heading.index("反映问题或诉求")] == "=1+1。@SUM(A1)"
    assert first[heading.index("反映人/户别")] == "李××"
    assert second[heading.index("反映人/户别")] == "匿名"
    assert second[heading.index("台账编号")] == anonymous.number_label
    assert first[heading.index("承办（责任）单位")] in (None, "")


def test_a_download_is_refused_once_a_matter_in_it_left_the_organ(client, people):
    kept, left = people.assigned(), people.assigned()
    job = ledgers.start_export(MATTER_LEDGER, filters={"tab": "all"}, by=people.handler)
    jobs.run(job.pk, clock=timezone.now)
    client.force_login(people.handler)
    url = reverse("job_file", args=[job.pk])
    people.assigned()
    people.move(kept, "sign", people.handler)
    before = client.get(url)
    people.move(left, "return", people.handler, text="不属本单位职责")

    after = client.get(url)

    job.refresh_from_db()
    assert job.manifest["written"] == 2
    assert (before.status_code, after.status_code) == (200, 302)
    for close in before._resource_closers:
        close()
