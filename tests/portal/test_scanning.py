"""Uploads are checked by a malware scanner, and rejected unless it passes them."""

import ast
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from outreach.models import Visit
from portal.forms import fields
from portal.models import Attachment
from portal.pages.forms import ManyFilesField
from portal.records import files
from portal.run import measures
from portal.trust import scanning
from research.forms.questionnaires import NewQuestionnaireForm
from research.forms.samples import SampleForm
from tests.clamd import EICAR, MOST, listening
from tests.outreach.test_pages import visit_form
from tests.sync.phone import Phone, jpeg

ROOT = Path(__file__).resolve().parents[2]
BAD = b"%PDF-1.7\n" + EICAR


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def socket(settings, tmp_path):
    """The socket where a scanner is expected."""
    settings.MEDIA_ROOT = tmp_path / "media"
    path = tmp_path / "clamd.ctl"
    settings.MALWARE_SCANNER = f"unix:{path}"
    return path


@pytest.fixture
def scanner(socket):
    with listening(socket) as shown:
        yield shown


def pdf(content=b"%PDF-1.7 clean", name="通知.pdf"):
    return SimpleUploadedFile(name, content)


def test_a_clean_file_is_shown_whole_and_taken(scanner):
    content = b"%PDF-1.7" + b"a" * 200_000

    assert files.check_document(pdf(content)) == (content, "application/pdf")
    assert scanner == [content]


def test_a_file_with_malware_is_refused_by_its_name(scanner, caplog):
    with pytest.raises(scanning.Infected, match="“通知.pdf” contains malware"):
        files.check_document(pdf(BAD))

    assert "Win.Test.EICAR_HDB-1" in caplog.text
    assert "通知" not in caplog.text


@pytest.mark.parametrize("is_scanned", [True, False])
def test_a_file_that_somebody_has_read_before_is_taken_whole(socket, settings, is_scanned):
    upload = pdf()
    upload.read()
    if not is_scanned:
        settings.MALWARE_SCANNER = ""
    with listening(socket):
        assert files.check_document(upload)[0] == b"%PDF-1.7 clean"


def test_a_photo_is_shown_before_it_is_opened(scanner):
    with pytest.raises(scanning.Infected):
        files.check_photo(SimpleUploadedFile("a.jpg", EICAR))


@pytest.mark.parametrize("why", ["nobody listens", "too long for it"])
def test_what_cannot_be_scanned_is_not_taken(socket, why, caplog):
    content = b"%PDF-1.7" + b"a" * (MOST if why == "too long for it" else 9)
    if why == "nobody listens":
        with pytest.raises(scanning.Unavailable, match="cannot be checked for malware"):
            files.check_document(pdf(content))
    else:
        with listening(socket), pytest.raises(scanning.Unavailable):
            files.check_document(pdf(content))

    assert caplog.records[-1].levelname == "ERROR"


def test_without_a_scanner_nothing_is_asked(settings):
    settings.MALWARE_SCANNER = ""

    assert files.check_document(pdf(BAD))[1] == "application/pdf"
    assert list(measures.MEASURES["portal_malware_scanner_up"].rows()) == []


def test_whether_it_answers_is_measured(scanner, settings):
    assert list(measures.MEASURES["portal_malware_scanner_up"].rows()) == [(1,)]
    settings.MALWARE_SCANNER += "-gone"
    assert list(measures.MEASURES["portal_malware_scanner_up"].rows()) == [(0,)]


@pytest.mark.parametrize(
    "field",
    [
        fields.upload("Workbook", ".xlsx", ""),
        NewQuestionnaireForm.base_fields["workbook"],
        SampleForm.base_fields["listed"],
        ManyFilesField(),
    ],
    ids=["upload", "questionnaire", "list", "files"],
)
def test_each_field_for_files_refuses_it(scanner, field):
    upload = pdf(BAD)
    with pytest.raises(ValidationError, match="contains malware"):
        field.clean([upload] if isinstance(field, ManyFilesField) else upload)

    assert scanner == [BAD]


def test_no_other_field_for_files_is_used():
    """Django's own field would accept unscanned files."""
    plain = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in ROOT.glob("*/**/*.py")
        if not {"tests", ".venv", "node_modules", "migrations"} & set(path.parts)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"FileField", "ImageField"}
        and getattr(node.func.value, "id", "") == "forms"
    ]

    assert plain == []
    assert issubclass(ManyFilesField, forms.FileField)


def test_a_photo_with_malware_leaves_the_visit_and_what_was_typed(scanner, client, people):
    client.force_login(people.author)
    good = SimpleUploadedFile("好.jpg", jpeg())
    bad = SimpleUploadedFile("坏.jpg", EICAR)

    client.post("/visits/new/", visit_form(people) | {"photos": [good, bad]})

    assert Visit.objects.get().photos.count() == 1
    assert len(scanner) == 2


def test_a_phone_keeps_its_photo_until_the_scanner_answers(socket, people):
    phone, photo = Phone(people.author), jpeg()
    written = phone.visit(people.village, photos=[photo])
    phone.send(written)
    sealed = phone.sealed(written, photo)

    busy = phone.put(written, photo, sealed, at=0, size=len(sealed))

    assert (busy.status_code, busy.json()["error"]) == (503, "busy")
    assert busy["Retry-After"]
    assert not Attachment.objects.exists()
    with listening(socket):
        assert phone.send_photo(written, photo, sealed) == "stored"
    assert Visit.objects.get().photos.count() == 1


def test_a_phone_s_photo_with_malware_is_refused_for_good(scanner, people):
    phone, photo = Phone(people.author), jpeg() + EICAR
    written = phone.visit(people.village, photos=[photo])
    phone.send(written)

    assert phone.send_photo(written, photo) == "refused"
    assert scanner == [photo]
