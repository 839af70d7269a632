"""Entries arrive exactly once; those that cannot be carried out are kept for their author."""

import inspect
import json
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from outreach.actions import visits
from outreach.door import codes
from outreach.models import Matter, MatterSlip, Visit
from portal.celery import app
from portal.models import AuditEntry, RoleGrant
from portal.trust import privacy
from sync import doorstep, kinds, tasks
from sync.actions import entries
from sync.models import Entry, KeptEntry, Part
from tests.day import TODAY
from tests.outreach.test_campaigns import announced
from tests.people import fresh
from tests.sync.phone import MATTER, Phone, jpeg

# What the page submits for a matter that nobody filled in.
EMPTY = {name: MATTER[name] for name in ("urgency", "nature", "raiser_kind", "confidentiality")}


def kept(entry):
    with transaction.atomic(), privacy.opened(entries=[entry.pk]):
        return KeptEntry.objects.filter(entry=entry).count()


def test_what_was_ticked_counts_where_it_is_offered(phone, people):
    here = announced(people)
    elsewhere = announced(people, organs=[people.water], units=[people.other_village])
    one, other = (
        phone.visit(people.village, fields={"campaigns": [str(campaign.pk)]})
        for campaign in (here, elsewhere)
    )

    states = [receipt["state"] for receipt in phone.send(one, other)]

    assert states == ["accepted", "quarantined"]
    assert list(Visit.objects.get().campaigns.all()) == [here]


def test_a_visit_arrives_as_from_the_page(phone, people):
    written = phone.visit(
        people.village, matters=[MATTER], fields={"reflection": ["群众的话让我惭愧。"]}
    )

    (receipt,) = phone.send(written)

    visit = Visit.objects.get()
    assert (receipt["state"], receipt["said"]) == ("accepted", [])
    assert receipt["record"]["url"] == visit.get_absolute_url()
    assert str(visit.client_key) == written["id"] and visit.author == people.cadre
    assert Matter.objects.get().raiser_display == "李××"
    assert visits.reflection_of(visit, people.author) == "群众的话让我惭愧。"
    entry = Entry.objects.get()
    assert (entry.noun, entry.record_id) == ("outreach.visit", visit.pk)
    assert kept(entry) == 0


def test_the_same_letter_gets_the_same_receipt_and_makes_nothing_twice(phone, people):
    written = phone.visit(people.village, matters=[MATTER])

    first, again = phone.send(written), phone.send(written)

    assert first == again == phone.receipts(written)
    assert Visit.objects.count() == Matter.objects.count() == Entry.objects.count() == 1


def test_twice_in_one_post_arrives_once(phone, people):
    letter = phone.letter(phone.visit(people.village))

    first, again = phone.send(letter, letter)

    assert first == again and Visit.objects.count() == 1


def test_the_doorstep_receipt_opens_what_the_phone_showed(phone, people):
    written = phone.visit(people.village, matters=[EMPTY, MATTER])
    key = doorstep.key_of(phone.device.key)
    number, code = doorstep.shown(key, written["id"], 1)

    phone.send(written)

    slip = MatterSlip.objects.get()
    assert (slip.number, slip.code_digest) == (number, codes.digest(number, code))
    assert slip.matter == Matter.objects.get() and slip.made_by == people.author


def test_the_doorstep_receipt_follows_as_docs_say():
    key, entry = bytes(range(32)), "6f1c0a52-3b7e-4d19-8c55-0e2f9a417b60"

    assert doorstep.shown(key, entry, 0) == ("211322599", "402192")
    assert codes.is_number("211322599")


def test_no_other_persons_phone_shows_a_receipt(phone, people):
    other = Phone(people.colleague)
    written = phone.visit(people.village, matters=[MATTER], device=str(other.device.key))

    phone.send(written)

    assert Matter.objects.count() == 1 and MatterSlip.objects.count() == 0


def test_what_the_form_refuses_is_kept_with_its_words(phone, people):
    tomorrow = (TODAY + timedelta(days=365)).isoformat()
    written = phone.visit(people.village, fields={"visited_on": [tomorrow], "summary": [""]})

    (receipt,) = phone.send(written)

    assert (receipt["state"], receipt["record"]) == ("quarantined", None)
    assert any(words.startswith("日期") for words in receipt["said"])
    entry = Entry.objects.get()
    assert entry.cause == "invalid" and kept(entry) == 1
    assert entry.expires_on == TODAY + timedelta(days=90)
    assert entries.read_kept(entry=entry, by=people.author)["fields"] == written["fields"]
    assert AuditEntry.objects.filter(event="entry.quarantined", noun_id=entry.pk).exists()


def test_a_text_that_is_too_long_is_kept_and_not_stored(phone, people):
    (receipt,) = phone.send(phone.visit(people.village, fields={"summary": ["长" * 30_000]}))

    assert receipt["state"] == "quarantined" and Visit.objects.count() == 0


def test_a_grant_that_ended_quarantines(phone, people):
    RoleGrant.objects.filter(user=people.author).update(ends_on=TODAY - timedelta(days=1))

    (receipt,) = phone.send(phone.visit(people.village))

    assert receipt["state"] == "quarantined" and receipt["said"]
    assert Entry.objects.get().cause in {"refused", "invalid"}


def test_conduct_is_never_taken_from_a_phone(phone, people):
    report = {"outcome": "conduct", "title": "某干部", "request_text": "收了烟酒"}
    written = phone.visit(people.village, matters=[report])

    (receipt,) = phone.send(written)

    assert receipt["state"] == "quarantined" and Visit.objects.count() == 0
    shown = entries.read_kept(entry=Entry.objects.get(), by=people.office)
    assert "收了烟酒" not in str(shown) and "收了烟酒" in str(
        entries.read_kept(entry=Entry.objects.get(), by=people.author)
    )


def test_another_content_under_the_same_id_is_kept_beside_it(phone, people):
    written = phone.visit(people.village)
    phone.send(written)
    other = written | {"fields": written["fields"] | {"summary": ["别的内容写在同一个编号下。"]}}

    (receipt,) = phone.send(other)
    (again,) = phone.send(other)

    assert receipt == again and receipt["state"] == "differs"
    assert Visit.objects.count() == 1 and Entry.objects.count() == 2
    assert {one["state"] for one in phone.receipts(written)} == {"accepted", "differs"}
    assert kept(Entry.objects.get(state="differs")) == 1


def test_an_entry_of_another_persons_phone_is_that_persons(phone, people):
    written = phone.visit(people.village)
    letter = phone.letter(written)
    phone.send(letter)

    (receipt,) = Phone(people.colleague).send(letter)

    assert (receipt["state"], receipt["record"]) == ("differs", None)
    assert Visit.objects.count() == 1
    assert Entry.objects.get(state="differs").owner == people.colleague


def test_receipts_of_another_person_are_unknown(phone, people):
    written = phone.visit(people.village)
    phone.send(written)

    (receipt,) = Phone(people.colleague).receipts(written)

    assert receipt["state"] == "unknown" and receipt["record"] is None


def test_a_revoked_phone_delivers_into_quarantine(phone, people):
    before, after = phone.visit(people.village), phone.visit(people.village)
    (first,) = phone.send(before)
    phone.revoke()

    (again,) = phone.send(before)
    (late,) = phone.send(after)

    assert again == first
    assert late["state"] == "quarantined" and Visit.objects.count() == 1
    assert Entry.objects.get(key=after["id"]).cause == "revoked"


def test_an_account_out_of_use_quarantines(phone, people):
    people.author.is_active = False
    people.author.save()

    (receipt,) = phone.send(phone.visit(people.village))

    assert receipt["state"] == "quarantined" and Visit.objects.count() == 0


@pytest.mark.parametrize("break_it", ["letter", "hash", "key", "text"])
def test_what_no_key_opens_stays_on_the_phone(phone, people, break_it):
    written = phone.visit(people.village)
    letter = phone.letter(written)
    if break_it == "letter":
        letter["letter"] = letter["letter"][:-8] + "AAAAAAAA"
    elif break_it == "hash":
        letter["hash"] = "0" * 64
    elif break_it == "key":
        letter["letter"] = letter["letter"].replace("p256.k1.", "p256.k9.")
    else:
        letter = phone.letter(written, content=b"\xff no text")

    (receipt,) = phone.send(letter)

    assert receipt["state"] == "unreadable" and receipt["said"]
    assert Entry.objects.count() == 0


def test_what_is_no_entry_is_looked_at_by_its_author(phone, people):
    other = phone.visit(people.village)
    wrong = phone.visit(people.village)
    letters = [
        phone.letter({"id": str(uuid.uuid4())}, content=b'{"v":1}'),
        phone.letter(wrong, content=json.dumps(other).encode()),
    ]

    receipts = phone.send(*letters)

    assert [one["state"] for one in receipts] == ["quarantined", "quarantined"]
    assert set(Entry.objects.values_list("cause", flat=True)) == {"malformed"}


def test_an_error_of_ours_is_kept_and_holds_up_nothing(phone, people, monkeypatch):
    crashing, sound = phone.visit(people.village), phone.visit(people.village)
    crashing["fields"]["summary"] = ["这条会让程序出错的走访记录。"]
    real = visits.record_visit

    def record_visit(**typed):
        visit = real(**typed)
        if "出错" in typed["summary"]:
            raise ZeroDivisionError
        return visit

    monkeypatch.setattr(visits, "record_visit", record_visit)
    first, second = phone.send(crashing, sound)

    assert (first["state"], second["state"]) == ("fault", "accepted")
    assert Visit.objects.count() == 1
    entry = Entry.objects.get(state="fault")
    assert (entry.cause, entry.trouble, entry.tries) == ("error", "ZeroDivisionError", 1)
    assert kept(entry) == 1
    assert phone.send(crashing) == [first]

    monkeypatch.undo()
    call_command("sync_again")

    entry.refresh_from_db()
    assert entry.state == "accepted" and kept(entry) == 0
    assert Visit.objects.count() == 2
    assert phone.receipts(crashing)[0]["record"]["url"]


def test_a_fault_is_tried_once_a_day_and_at_once_with_a_new_version(phone, people, monkeypatch):
    def record_visit(**typed):
        raise ZeroDivisionError

    monkeypatch.setattr(visits, "record_visit", record_visit)
    phone.send(phone.visit(people.village))
    now = timezone.now()

    def tries():
        return Entry.objects.get().tries

    entries.try_again(at=now)
    assert tries() == 1
    entries.try_again(at=now + timedelta(days=2))
    assert tries() == 2
    monkeypatch.setattr(entries, "__version__", "of a later release")
    entries.try_again(at=now)
    assert tries() == 3


def test_a_deadlock_is_tried_again(phone, people, monkeypatch):
    real, tried = visits.record_visit, []

    class Deadlock(Exception):
        pgcode = "40P01"

    def record_visit(**typed):
        tried.append(1)
        if len(tried) < 3:
            raise OperationalError("deadlock detected") from Deadlock()
        return real(**typed)

    monkeypatch.setattr(visits, "record_visit", record_visit)
    (receipt,) = phone.send(phone.visit(people.village))

    assert receipt["state"] == "accepted" and len(tried) == 3


def test_a_database_that_stays_busy_is_a_fault_that_is_tried_again(phone, people, monkeypatch):
    class Deadlock(Exception):
        pgcode = "40P01"

    def record_visit(**typed):
        raise OperationalError("deadlock detected") from Deadlock()

    monkeypatch.setattr(visits, "record_visit", record_visit)
    (receipt,) = phone.send(phone.visit(people.village))
    assert receipt["state"] == "fault" and Entry.objects.get().cause == "busy"

    monkeypatch.undo()
    tasks.try_again()
    assert Entry.objects.get().state == "accepted" and Visit.objects.count() == 1


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_is_gone_is_no_fault_of_the_entry(phone, people, monkeypatch, error):
    def record_visit(**typed):
        raise error("server closed the connection unexpectedly")

    monkeypatch.setattr(visits, "record_visit", record_visit)
    written = phone.visit(people.village)
    response = phone.post("/sync/v1/entries/", {"entries": [phone.letter(written)]})

    assert response.status_code == 503 and response.headers["Retry-After"]
    assert Entry.objects.count() == 0


def test_a_newer_page_waits_for_an_upgrade(phone, people):
    newer, unknown = phone.visit(people.village, v=2), phone.visit(people.village)
    unknown["kind"] = "song"

    first, second = phone.send(newer, unknown)

    assert {first["state"], second["state"]} == {"fault"}
    assert set(Entry.objects.values_list("cause", flat=True)) == {"newer"}


# --- Corrections: out of order, too late --------------------------------------------------------


@pytest.fixture
def noting(monkeypatch):
    """A kind of correction for these tests: it adds a note to the visit."""

    def save(user, bound, command, *, at, record):
        visits.add_note(
            visit=record, by=user, text=command.fields["text"][0], at=at, client_key=command.id
        )
        return record

    kind = kinds.EntryKind(
        code="note.correction",
        label="note",
        bind=lambda user, command, *, on, record: kinds.Bound(),
        save=save,
        name=lambda visit: ("note", visit.get_absolute_url()),
    )
    monkeypatch.setitem(kinds.KINDS, kind.code, kind)


def test_a_correction_waits_for_the_entry_that_it_corrects(phone, people, noting):
    written = phone.visit(people.village)
    note = phone.entry({"text": ["渠已疏通。"]}, kind="note", corrects=written["id"])
    second = phone.entry({"text": ["水已到田。"]}, kind="note", corrects=note["id"])

    assert [one["state"] for one in phone.send(second, note)] == ["held", "held"]
    (receipt,) = phone.send(written)

    assert receipt["state"] == "accepted"
    assert [one["state"] for one in phone.receipts(note, second)] == ["accepted", "accepted"]
    assert Visit.objects.get().notes.count() == 2
    assert Entry.objects.filter(state="held").count() == 0


def test_what_waits_too_long_is_for_its_author_to_decide(phone, people, noting):
    note = phone.entry({"text": ["x"]}, kind="note", corrects=str(uuid.uuid4()))
    phone.send(note)

    entries.end_waiting(at=timezone.now() + timedelta(days=13))
    assert phone.receipts(note)[0]["state"] == "held"
    entries.end_waiting(at=timezone.now() + timedelta(days=15))

    (receipt,) = phone.receipts(note)
    assert receipt["state"] == "quarantined" and receipt["said"]
    assert kept(Entry.objects.get()) == 1


def test_a_correction_of_what_was_dropped_is_for_its_author_to_decide(phone, people, noting):
    written = phone.visit(people.village, fields={"summary": [""]})
    note = phone.entry({"text": ["x"]}, kind="note", corrects=written["id"])
    phone.send(written, note)
    entry = Entry.objects.get(state="quarantined")
    entries.drop(entry=entry, by=people.author, reason="写错了", at=timezone.now())

    tasks.try_again()

    assert Entry.objects.get(key=note["id"]).cause == "earlier"


# --- Quarantine ---------------------------------------------------------------------------------


@pytest.fixture
def quarantined(phone, people):
    photo = jpeg()
    written = phone.visit(
        people.village, photos=[photo], matters=[MATTER], fields={"summary": [""]}
    )
    written["fields"]["reflection"] = ["只给自己看的话。"]
    phone.send(written)
    assert phone.send_photo(written, photo) == "stored"
    return Entry.objects.get()


def test_the_office_sees_neither_reflection_nor_contact(quarantined, people):
    shown = str(entries.read_kept(entry=quarantined, by=people.office))

    assert "三组灌溉渠道" in shown
    for private in ("只给自己看的话", "李大山", "100-0000-0001"):
        assert private not in shown
    assert AuditEntry.objects.filter(event="entry.read").count() == 1


def test_nobody_else_reads_an_entry(quarantined, people):
    for who in (people.colleague, people.host, people.neighbour_office, people.system):
        with pytest.raises(PermissionDenied):
            entries.read_kept(entry=quarantined, by=who)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sync_keptentry")
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT set_config('portal.user_id', %s, true)", [str(people.colleague.pk)])
        cursor.execute("SELECT count(*) FROM sync_keptentry")
        assert cursor.fetchone()[0] == 0


def test_its_author_drops_an_entry_with_a_reason(quarantined, phone, people, folder):
    with pytest.raises(PermissionDenied):
        entries.drop(entry=quarantined, by=people.office, reason="x", at=timezone.now())

    entries.drop(entry=quarantined, by=people.author, reason="重复了", at=timezone.now())

    quarantined.refresh_from_db()
    assert (quarantined.state, quarantined.reason) == ("dropped", "重复了")
    assert quarantined.said == []
    assert kept(quarantined) == 0
    assert Part.objects.get().state == "refused"
    assert AuditEntry.objects.filter(event="entry.dropped").exists()
    with pytest.raises(PermissionDenied):
        entries.drop(entry=quarantined, by=people.author, reason="x", at=timezone.now())


def test_photos_of_an_entry_go_with_what_its_author_wrote_anew(quarantined, people):
    visit = people.visit()

    written = {"record": visit, "label": "走访", "url": visit.get_absolute_url()}
    entries.hand_over(entry=quarantined, by=people.author, at=timezone.now(), **written)

    quarantined.refresh_from_db()
    assert quarantined.state == "accepted" and kept(quarantined) == 0
    assert visit.photos.count() == 1 and Part.objects.get().state == "stored"


def test_what_is_kept_expires_by_the_norm(quarantined, phone, people):
    entries.expire(at=timezone.now() + timedelta(days=90))
    assert kept(quarantined) == 1

    entries.expire(at=timezone.now() + timedelta(days=91))

    quarantined.refresh_from_db()
    assert (quarantined.state, quarantined.cause) == ("dropped", "expired")
    assert kept(quarantined) == 0
    assert AuditEntry.objects.filter(event="entry.expired", actor="beat").exists()


def test_a_row_of_an_entry_cannot_be_deleted(quarantined):
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Entry.objects.filter(pk=quarantined.pk).delete()


def test_the_clock_tries_again_and_tidies_up(phone, people, noting):
    named = {one["task"] for one in app.conf.beat_schedule.values()}
    assert {tasks.try_again.name, tasks.tidy.name} <= named
    note = phone.entry({"text": ["x"]}, kind="note", corrects=str(uuid.uuid4()))
    phone.send(note)
    Entry.objects.update(received_at=timezone.now() - timedelta(days=15))

    tasks.tidy()
    assert Entry.objects.get().cause == "waited"
    Entry.objects.update(expires_on=TODAY - timedelta(days=1))
    tasks.tidy()

    assert Entry.objects.get().cause == "expired"


# --- An attacker's look (docs/security.md) --------------------------------------------------------


@pytest.mark.parametrize("version", [None, 0, -1, "1", True, 1.0, [1]])
def test_what_has_no_version_is_no_entry_and_not_one_of_tomorrow(phone, people, version):
    """As a fault it would be retried forever."""
    entry = phone.visit(people.village) | {"v": version}

    assert phone.send(entry)[0]["state"] == "quarantined"
    assert Entry.objects.get().cause == "malformed"


def test_a_long_chain_of_corrections_is_no_recursion(phone, people, monkeypatch):
    """With one frame for each correction, the phone would get an error."""
    chain = [phone.visit(people.village)]
    for n in "一二三四五六七八":
        fields, base = {"summary": [f"更正{n}。"]}, {"summary": chain[-1]["fields"]["summary"]}
        chain.append(phone.entry(fields, corrects=chain[-1]["id"], base=base))
    assert {one["state"] for one in phone.send(*reversed(chain[1:]))} == {"held"}
    depths, real = [], entries._once_more

    def counted(entry, at):
        depths.append(len(inspect.stack(0)))
        return real(entry, at)

    monkeypatch.setattr(entries, "_once_more", counted)

    phone.send(chain[0])

    assert {one["state"] for one in phone.receipts(*chain)} == {"accepted"}
    assert Visit.objects.get().summary == "更正八。"
    assert len(depths) == 8 and len(set(depths)) == 1


def test_who_has_too_much_waiting_is_told_later_and_keeps_it(phone, people, monkeypatch):
    """Whoever finds a phone must not be able to fill the disk; the owner sees the entries and drops
    them."""
    monkeypatch.setattr(entries, "MOST_KEPT", 2)
    wrong = [phone.visit(people.village, fields={"summary": [""]}) for _n in range(2)]
    assert [one["state"] for one in phone.send(*wrong)] == ["quarantined"] * 2
    sound = phone.letter(phone.visit(people.village))

    response = phone.post("/sync/v1/entries/", {"entries": [sound]})

    assert (response.status_code, response.headers["Retry-After"]) == (429, "3600")
    assert response.json()["version"] and Entry.objects.count() == 2
    # Earlier entries still get receipts, and phones of others are not affected.
    assert phone.receipts(*wrong)[0]["state"] == "quarantined"
    colleague = Phone(people.colleague)
    assert colleague.send(colleague.visit(people.village))[0]["state"] == "accepted"
    for entry in Entry.objects.filter(owner=people.author):
        entries.drop(entry=entry, by=people.author, reason="不是我写的", at=timezone.now())
    assert phone.send(sound)[0]["state"] == "accepted"


def test_the_office_reads_fields_that_the_forms_have_and_no_others(phone, people):
    """A page that is not ours could give a reflection any name."""
    odd = {
        "reflection_text": ["暗号甲"],
        "REFLECTION": ["暗号乙"],
        "matters-0-raiser_name ": ["暗号丙"],
        "matters-x-title": ["暗号丁"],
        "note": ["暗号戊"],
    }
    entry = phone.visit(people.village, matters=[MATTER], fields={"summary": [""], **odd})
    phone.send(entry)
    stored = Entry.objects.get()

    shown = entries.read_kept(entry=stored, by=fresh(people.office))["fields"]

    assert "暗号" not in json.dumps(shown, ensure_ascii=False)
    assert shown["matters-0-title"] == [MATTER["title"]] and "unit" in shown
    assert "李大山" not in json.dumps(shown, ensure_ascii=False)
    assert "暗号甲" in str(entries.read_kept(entry=stored, by=fresh(people.author)))
