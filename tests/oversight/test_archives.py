"""Archive packages of closed years: their content, detection of changes, the register."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from outreach.actions import closings
from outreach.models import Matter, MatterContact, Visit
from oversight.actions import archives
from oversight.archives import verify
from oversight.archives.contents import KINDS
from oversight.models import ArchivePackage
from portal.models import Attachment, AuditEntry, Job
from portal.records import audit
from portal.run import jobs
from portal.sheets.statistics import Subject
from portal.trust import privacy
from tests.day import TODAY
from tests.oversight.asking import leader_of_office
from tests.oversight.test_papers import issued

YEAR = TODAY.year - 1
DAY = TODAY.replace(year=YEAR, month=6, day=1)
VERIFY = Path(verify.__file__)


@pytest.fixture
def closed(people):
    """A year with two matters, a photo, a contact and a paper; closed by the office."""
    matter = people.reported()
    people.matter(title="=1+1 路灯不亮", request_text="黄奶奶家门口的路灯不亮")
    content = b"\xff\xd8photo"
    photo = Attachment(
        name="渠.jpg",
        content_type="image/jpeg",
        size=len(content),
        sha256=sha256(content).hexdigest(),
        added_by=people.author,
    )
    photo.file.save("content", ContentFile(content), save=False)
    photo.save()
    matter.visit.photos.add(photo)
    Matter.objects.update(registered_on=DAY)
    Visit.objects.update(visited_on=DAY)
    people.matter(title="今年的事")
    audit.seal()
    return closings.close_year(
        subject=Subject(people.county), year=YEAR, by=people.office, at=timezone.now()
    )


def made(closing, by):
    package = archives.make_package(closing=closing, term="30", by=by, at=timezone.now())
    jobs.run(package.job_id, clock=timezone.now)
    package = ArchivePackage.objects.for_list().get(pk=package.pk)
    assert package.job.state == Job.State.DONE, package.job.error
    return package


@pytest.fixture
def package(closed, people):
    return made(closed, people.office)


def opened(package):
    with archives.file_of(package).open("rb") as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def records(archive, code):
    return [json.loads(line) for line in archive.read(f"records/{code}.jsonl").splitlines()]


def test_a_package_holds_the_year_and_says_what_it_holds(package, closed):
    archive = opened(package)
    manifest = json.loads(archive.read("manifest.json"))
    matters, visits = records(archive, "matters"), records(archive, "visits")

    assert {one["title"] for one in matters} == {"三组灌溉渠道淤堵，秧田缺水", "=1+1 路灯不亮"}
    assert manifest["counts"] == package.counts
    assert (package.counts["matters"], package.counts["visits"]) == (2, 2)
    assert {step["move"] for step in matters[0]["steps"]} >= {"assign", "sign", "report"}
    (photo,) = [file for visit in visits for file in visit["files"]]
    assert sha256(archive.read(f"files/{photo['sha256']}")).hexdigest() == photo["sha256"]
    assert set(archive.namelist()) >= {"sheets/matters.xlsx", "sheets/visits.xlsx", "README.txt"}
    codes = json.loads(archive.read("codes.json"))
    assert codes["matters"]["status"]["closed"] != "Closed"
    assert codes["matters"]["steps"]["to_status"].keys() == codes["matters"]["status"].keys()
    assert (manifest["year"], manifest["kept_for"]) == (YEAR, "30年")
    assert manifest["audit"]["last_seal"] >= 1 and len(manifest["audit"]["mac"]) == 64
    assert manifest["missing_files"] == []


def test_the_catalogue_names_each_record_and_begins_no_formula(package):
    archive = opened(package)
    rows = list(csv.DictReader(io.StringIO(archive.read("catalogue.csv").decode("utf-8-sig"))))
    assert len(rows) == sum(package.counts.values())
    matters = [row for row in rows if row["门类"] == "事项"]
    assert {row["形成日期"] for row in matters} == {DAY.isoformat()}
    assert {row["保管期限"] for row in matters} == {"30年"}
    assert all(row["责任者"] for row in matters)
    for row in matters:
        line = archive.read(row["记录文件"]).splitlines()[int(row["行号"]) - 1]
        assert json.loads(line)["pk"] == int(row["系统编号"])
    assert [row["题名"] for row in matters if "路灯" in row["题名"]] == ["'=1+1 路灯不亮"]


def test_nobody_who_raised_something_and_no_contact_is_in_it(package, people):
    archive = opened(package)
    text = "".join(
        archive.read(name).decode()
        for name in archive.namelist()
        if name.endswith((".jsonl", ".json", ".csv", ".txt"))
    )
    for hidden in ("李大山", "李××", "100-0000-0001", "10000000001", "黄奶奶", "raiser_display"):
        assert hidden not in text
    with privacy.opened(matter=",".join(map(str, Matter.objects.values_list("pk", flat=True)))):
        ciphers = [one.phone_cipher for one in MatterContact.objects.all()]
    assert ciphers and not [one for one in ciphers if one in text]
    names = {name for kind in KINDS for name in kind.fields.split()}
    assert not [one for one in names if "contact" in one or "phone" in one or "cipher" in one]
    assert {kind.code for kind in KINDS} & {"complaints", "conduct", "reflections"} == set()


def test_official_papers_lie_in_it_as_documents(people, closed):
    paper = issued(people)
    type(paper).objects.filter(pk=paper.pk).update(signed_on=DAY, issued_on=DAY)
    archive = opened(made(closed, people.office))
    content = archive.read(f"papers/{paper.pk}.docx")
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert [one["number"] for one in records(archive, "papers")] == [paper.number]


def test_nothing_of_the_records_changes(closed, people):
    def state():
        return [list(model.objects.order_by("pk").values()) for model in (Matter, Visit)]

    before = state()
    made(closed, people.office)
    assert state() == before


# --- The check ---------------------------------------------------------------------------------


def changed(package, tmp_path, change):
    """Write the package with each file replaced by change(name, content), or left out if that is
    None."""
    source, target = opened(package), tmp_path / "changed.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            content = change(name, source.read(name))
            if content is not None:
                archive.writestr(name, content)
    return target


def whole(package, tmp_path):
    return changed(package, tmp_path, lambda name, content: content)


def test_a_whole_package_passes_without_the_portal(package, tmp_path):
    path = whole(package, tmp_path)
    assert verify.problems_of(path, package.manifest_digest) == []
    # With the program from the package itself, in a separate process.
    (tmp_path / "verify.py").write_bytes(opened(package).read("verify.py"))
    command = [sys.executable, "-I", "verify.py", path.name, package.manifest_digest]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert said.returncode == 0 and "whole" in said.stdout
    call_command("verify_archive", str(path), manifest=package.manifest_digest)
    with archives.file_of(package).open("rb") as file:
        assert sha256(file.read()).hexdigest() == package.digest


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda n, c: c.replace(b"2", b"3") if n == "records/matters.jsonl" else c,
            "changed",
        ),
        (lambda n, c: None if n.startswith("files/") else c, "missing"),
        (lambda n, c: c + b"\n" if n == "catalogue.csv" else c, "changed"),
        (lambda n, c: b"{}" if n == "manifest.json" else c, "cannot be read"),
        (lambda n, c: None if n == "manifest.json" else c, "no manifest.json"),
    ],
)
def test_a_changed_package_is_found(package, tmp_path, change, said):
    path = changed(package, tmp_path, change)
    assert any(said in one for one in verify.problems_of(path))
    command = [sys.executable, "-I", str(VERIFY), str(path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
    with pytest.raises(CommandError):
        call_command("verify_archive", str(path))


def test_a_package_whose_manifest_was_written_anew_is_found_by_the_register(package, tmp_path):
    source = opened(package)
    lines = source.read("records/matters.jsonl").splitlines(keepends=True)[:1]
    manifest = json.loads(source.read("manifest.json"))
    manifest["counts"]["matters"] = 1
    for one in manifest["files"]:
        if one["path"] == "records/matters.jsonl":
            one |= {"size": len(lines[0]), "sha256": sha256(lines[0]).hexdigest()}
    new = {"records/matters.jsonl": lines[0], "manifest.json": json.dumps(manifest).encode()}
    path = changed(package, tmp_path, lambda name, content: new.get(name, content))
    assert verify.problems_of(path) == []
    (problem,) = verify.problems_of(path, package.manifest_digest)
    assert "register" in problem


def test_a_file_that_is_added_or_no_zip_is_found(package, tmp_path):
    path = whole(package, tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("records/more.jsonl", "{}")
    assert verify.problems_of(path) == ["records/more.jsonl is not in the manifest."]
    path.write_bytes(b"no zip")
    (problem,) = verify.problems_of(path)
    assert "cannot be read" in problem
    assert verify.problems_of(tmp_path / "nothing.zip")


def test_an_added_file_that_is_gone_is_said(closed, people):
    Attachment.objects.get(name="渠.jpg").file.delete(save=False)
    package = made(closed, people.office)
    manifest = json.loads(opened(package).read("manifest.json"))
    assert [one["why"] for one in manifest["missing_files"]] == ["not there"]


# --- The register ------------------------------------------------------------------------------


def test_who_makes_one_who_reads_the_register_and_who_takes_the_file(
    browse, people, closed, package
):
    for stranger in (people.desk, people.host, people.neighbour_office):
        with pytest.raises(PermissionDenied):
            archives.make_package(closing=closed, term="30", by=stranger, at=timezone.now())
    page, file = package.get_absolute_url(), reverse("oversight:archive_file", args=[package.pk])
    client = browse(people.office)
    shown = client.get(page).content.decode()
    assert package.digest in shown and package.manifest_digest in shown and "事项" in shown
    taken = client.get(file)
    assert sha256(b"".join(taken.streaming_content)).hexdigest() == package.digest
    assert AuditEntry.objects.filter(event="archive.taken", noun_id=package.pk).count() == 1
    for stranger in (leader_of_office(people), people.desk, people.neighbour_office):
        assert browse(stranger).get(file).status_code == 404
    assert browse(people.neighbour_office).get(page).status_code == 404
    entry = AuditEntry.objects.get(event="archive.made")
    assert entry.digest == audit.digest([package.digest, package.manifest_digest, package.counts])


def test_a_closing_that_was_taken_back_has_no_package(browse, people, closed):
    client, address = browse(people.office), reverse("oversight:make_package")
    assert client.post(address, {"closing": closed.pk}).status_code == 422
    closings.undo_closing(closing=closed, reason="漏了", by=people.office, at=timezone.now())
    assert client.post(address, {"closing": closed.pk, "term": "30"}).status_code == 422
    assert not ArchivePackage.objects.exists()


def test_the_register_stays_when_the_file_is_gone(browse, people, package):
    jobs.expire(at=timezone.now() + timedelta(days=archives.KEPT_DAYS + 1))
    client = browse(people.office)
    assert package.digest in client.get(package.get_absolute_url()).content.decode()
    assert client.get(reverse("oversight:archive_file", args=[package.pk])).status_code == 404


def test_the_register_costs_the_same_for_one_row_and_three(
    browse, people, closed, django_assert_num_queries
):
    client, address = browse(people.office), reverse("oversight:archive_packages")
    archives.make_package(closing=closed, term="30", by=people.office, at=timezone.now())
    client.get(address)
    with django_assert_num_queries(QUERIES):
        client.get(address)
    for term in ("10", "permanent"):
        archives.make_package(closing=closed, term=term, by=people.office, at=timezone.now())
    with django_assert_num_queries(QUERIES):
        page = client.get(address).content.decode()
    assert page.count('class="what"') == 3


QUERIES = 8
