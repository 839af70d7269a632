"""The protocol against a plain dictionary: whatever is repeated, reordered, cut off or lost, the
server has each entry and each photo exactly once, and nothing that nobody sees.

Hypothesis generates histories and shrinks failing ones. `make test` always runs the same few; `make
test-long` runs many more, different ones each time.
"""

import hashlib
import uuid
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from outreach.actions import visits
from outreach.models import Visit
from portal.trust import privacy
from sync import kinds
from sync.actions import entries
from sync.models import Entry, KeptEntry, Part
from sync.models.entries import KEPT, State
from tests.sync.phone import CHUNK, Phone, canonical, jpeg

PHOTOS = [jpeg(color, (64, 48)) for color in ("green", "red", "blue")]
NO_PHOTO = b"no photo at all" * 40
CRASHES = "这一条会让程序出错，要等升级以后再办。"
some = st.integers(0, 1000)


class World:
    """What a test lends the machine: the cast, and a way to break the portal's action."""

    def __init__(self, people):
        self.people = people
        self.is_broken = True
        # Every state that an entry or photo had at the end of a step of some history.
        self.seen = set()

    @contextmanager
    def crashing(self, monkeypatch):
        real = visits.record_visit

        def record_visit(**typed):
            visit = real(**typed)
            if self.is_broken and typed["summary"] == CRASHES:
                raise ZeroDivisionError
            return visit

        with monkeypatch.context() as broken:
            broken.setattr(visits, "record_visit", record_visit)
            yield


class Protocol(RuleBasedStateMachine):
    world: World

    def __init__(self):
        super().__init__()
        cache.clear()
        self.world.is_broken = True
        self.savepoint = transaction.savepoint()
        people = self.world.people
        self.phones = [Phone(people.author), Phone(people.author), Phone(people.colleague)]
        self.revoked = set()
        # Everything written: (owner, entry, photos).
        self.written = []
        # The dictionary: {(owner, id, hash): state}, and {(owner, id, hash of a photo): state}.
        self.model, self.photos = {}, {}
        # Something of each kind, so that even short histories reach many states.
        self.write(0, PHOTOS[:2])
        self.write(1, [NO_PHOTO])
        self.write_what_no_form_takes(0, PHOTOS[2])
        self.write_what_crashes(2, PHOTOS[0])
        for n in (0, 2):
            self.correct(n)
        self.write_other_content_under_an_id(1)

    def teardown(self):
        try:
            self._end_well()
        finally:
            transaction.savepoint_rollback(self.savepoint)

    def _end_well(self):
        """At the end, with a signal, an upgrade and decisions on what is left, nothing waits any
        more except corrections of entries never accepted."""
        for owner in {one[0] for one in self.written}:
            own = [entry for who, entry, _photos in self.written if who == owner]
            self._send(self._phone_of(owner, 0), own)
        self.upgrade()
        while {"quarantined", "differs"} & {*self.model.values()}:
            self.drop(0)
        self.upgrade()
        self._check()
        arrived = {(one[0], one[1]) for one in self.model}
        assert arrived >= {(owner, entry["id"]) for owner, entry, _photos in self.written}

    def _check(self):
        self.the_server_has_what_the_dictionary_has()
        self.each_accepted_visit_stands_once()
        self.what_is_not_carried_out_is_kept_and_nothing_else()
        self.each_stored_photo_is_at_its_record_or_kept()

    # --- What people write ---

    def _phone_of(self, owner, n):
        own = [one for one in self.phones if one.user.pk == owner]
        return own[n % len(own)]

    def _add(self, phone, entry, photos=()):
        self.written.append((phone.user.pk, entry, list(photos)))

    @rule(n=some, photos=st.lists(st.sampled_from([*PHOTOS, NO_PHOTO]), max_size=2, unique=True))
    def write(self, n, photos):
        phone = self.phones[n % 3]
        self._add(phone, phone.visit(self.world.people.village, photos=photos), photos)

    @rule(n=some, photo=st.sampled_from(PHOTOS))
    def write_what_no_form_takes(self, n, photo):
        phone = self.phones[n % 3]
        entry = phone.visit(self.world.people.village, photos=[photo], fields={"summary": [""]})
        self._add(phone, entry, [photo])

    @rule(n=some, photo=st.sampled_from(PHOTOS))
    def write_what_crashes(self, n, photo):
        phone = self.phones[n % 3]
        fields = {"summary": [CRASHES]}
        entry = phone.visit(self.world.people.village, photos=[photo], fields=fields)
        self._add(phone, entry, [photo])

    @precondition(lambda self: self.written)
    @rule(n=some)
    def correct(self, n):
        owner, entry, _photos = self.written[n % len(self.written)]
        phone = self._phone_of(owner, n)
        note = phone.entry({"text": ["补记一句。"]}, kind="note", corrects=entry["id"])
        self._add(phone, note)

    @precondition(lambda self: self.written)
    @rule(n=some)
    def write_other_content_under_an_id(self, n):
        owner, entry, _photos = self.written[n % len(self.written)]
        phone = self._phone_of(owner, n)
        self._add(phone, phone.visit(self.world.people.village, id=entry["id"]) | {"made": str(n)})

    # --- What the phones send, and what the network makes of it ---

    def _key(self, owner, entry):
        return owner, entry["id"], hashlib.sha256(canonical(entry)).hexdigest()

    def _send(self, phone, chosen):
        """Send entries; the model first predicts the state of each."""
        said = [self._expected(phone, entry) for entry in chosen]
        receipts = phone.send(*chosen)
        # A correction that arrived before its entry in the same post is carried out after it.
        for entry, state, receipt in zip(chosen, said, receipts, strict=True):
            assert receipt["state"] == state, (entry, receipt)
            assert receipt["hash"] == self._key(0, entry)[2]
        self._release(phone.user.pk)
        self._note()

    def _note(self):
        self.world.seen |= {*self.model.values(), *self.photos.values()}

    def _expected(self, phone, entry):
        owner = phone.user.pk
        key = self._key(owner, entry)
        if key in self.model:
            return self.model[key]
        self.model[key] = state = self._first_state(phone, entry)
        for part in entry["parts"]:
            self.photos.setdefault((owner, entry["id"], part["sha256"]), "waiting")
        return state

    def _first_state(self, phone, entry):
        owner = phone.user.pk
        if any(one[1] == entry["id"] and one != self._key(owner, entry) for one in self.model):
            return "differs"
        if phone in self.revoked:
            return "quarantined"
        if "corrects" in entry:
            return self._of_correction(owner, entry)
        return self._of_visit(entry)

    def _of_visit(self, entry):
        if entry["fields"]["summary"] == [""]:
            return "quarantined"
        crashes = self.world.is_broken and entry["fields"]["summary"] == [CRASHES]
        return "fault" if crashes else "accepted"

    def _of_correction(self, owner, entry):
        states = {
            state
            for (who, key, _hash), state in self.model.items()
            if (who, key) == (owner, entry["corrects"])
        }
        if "accepted" in states:
            return "accepted"
        return "quarantined" if "dropped" in states else "held"

    def _entry_of(self, key):
        return next(entry for _owner, entry, _p in self.written if self._key(key[0], entry) == key)

    def _release(self, owner, *, of_dropped=False):
        """Entries that waited for one now accepted follow it."""
        moved = True
        while moved:
            moved = False
            for key, state in self.model.items():
                if state == "held" and (of_dropped or key[0] == owner):
                    now = self._of_correction(key[0], self._entry_of(key))
                    if now == "accepted" or of_dropped and now == "quarantined":
                        self.model[key], moved = now, True

    @precondition(lambda self: self.written)
    @rule(picked=st.lists(some, min_size=1, max_size=4), other=some)
    def send(self, picked, other):
        """Send entries in any order, with repetitions, from either phone of their owner."""
        owner = self.written[picked[0] % len(self.written)][0]
        chosen = [self.written[n % len(self.written)] for n in picked]
        chosen = [entry for who, entry, _photos in chosen if who == owner]
        self._send(self._phone_of(owner, other), chosen)

    @rule(order=st.randoms(use_true_random=False), other=some)
    def send_all(self, order, other):
        """Send all texts, then all photos, as a phone does when it has a signal."""
        owner = self.phones[other % 3].user.pk
        own = [one for one in self.written if one[0] == owner]
        order.shuffle(own)
        phone = self._phone_of(owner, other)
        self._send(phone, [entry for _owner, entry, _photos in own])
        for _owner, entry, photos in own:
            for photo in photos:
                self._whole(phone, owner, entry, photo)

    @precondition(lambda self: self.written)
    @rule(n=some)
    def send_what_another_wrote(self, n):
        owner, entry, _photos = self.written[n % len(self.written)]
        thief = next(one for one in self.phones if one.user.pk != owner)
        # Only after the owner has sent it; otherwise the thief's would be the first.
        if self._key(owner, entry) in self.model and "corrects" not in entry:
            self._send(thief, [entry])

    @precondition(lambda self: self.written)
    @rule(n=some, at=some)
    def send_what_no_key_opens(self, n, at):
        owner, entry, _photos = self.written[n % len(self.written)]
        phone = self._phone_of(owner, n)
        letter = phone.letter(entry)
        place = 10 + at % (len(letter["letter"]) - 20)
        letter["letter"] = letter["letter"][:place] + "!" + letter["letter"][place + 1 :]
        if self._key(owner, entry) not in self.model:
            assert phone.send(letter)[0]["state"] == "unreadable"

    @precondition(lambda self: self.written)
    @rule(n=some)
    def ask_after_a_lost_answer(self, n):
        owner, entry, _photos = self.written[n % len(self.written)]
        key = self._key(owner, entry)
        receipts = self._phone_of(owner, n).receipts(entry)
        states = {one["hash"]: one["state"] for one in receipts}
        known = {one[2]: state for one, state in self.model.items() if one[:2] == key[:2]}
        assert states == (known or {None: "unknown"})

    # --- Photos ---

    @precondition(lambda self: any(photos for _o, _e, photos in self.written))
    @rule(n=some, chunks=st.lists(st.tuples(some, st.booleans()), max_size=3), other=some)
    def send_chunks(self, n, chunks, other):
        """Send chunks at any offset, some cut off, then perhaps the whole photo."""
        named = [(o, e, p) for o, e, photos in self.written for p in photos]
        owner, entry, photo = named[n % len(named)]
        phone = self._phone_of(owner, other)
        sealed = phone.sealed(entry, photo)
        for at, is_cut in chunks:
            at %= len(sealed)
            content = sealed[at : at + (7 if is_cut else CHUNK)]
            self._put(phone, entry, photo, content, at, len(sealed))

    @precondition(lambda self: any(photos for _o, _e, photos in self.written))
    @rule(n=some, other=some)
    def send_photo(self, n, other):
        named = [(o, e, p) for o, e, photos in self.written for p in photos]
        owner, entry, photo = named[n % len(named)]
        self._whole(self._phone_of(owner, other), owner, entry, photo)

    def _whole(self, phone, owner, entry, photo):
        key = owner, entry["id"], hashlib.sha256(photo).hexdigest()
        state = phone.send_photo(entry, photo)
        if state == "differs":
            # Chunks of two different letters were mixed, so the phone starts again.
            assert self.photos.get(key) == "waiting"
            state = phone.send_photo(entry, photo)
        if key not in self.photos:
            assert state == "unknown"
            return
        if self.photos[key] == "waiting":
            self.photos[key] = "refused" if photo == NO_PHOTO else "stored"
        assert state == self.photos[key]

    def _put(self, phone, entry, photo, content, at, size):
        key = phone.user.pk, entry["id"], hashlib.sha256(photo).hexdigest()
        said = phone.put(entry, photo, content, at=at, size=size).json()
        if key not in self.photos:
            assert said["state"] == "unknown"
        elif self.photos[key] != "waiting":
            assert said["state"] == self.photos[key]
        elif said["state"] != "waiting":
            assert said["state"] in {"stored", "refused", "differs"}
            if said["state"] != "differs":
                self.photos[key] = said["state"]

    # --- What happens meanwhile ---

    @rule()
    def revoke_a_phone(self):
        if not self.revoked:
            self.phones[1].revoke()
            self.revoked.add(self.phones[1])

    @rule()
    def upgrade(self):
        """The error is fixed and everything retried; then it is back."""
        self.world.is_broken = False
        entries.try_again(at=timezone.now(), everything=True)
        self.world.is_broken = True
        for key, state in self.model.items():
            if state == "fault":
                self.model[key] = "accepted"
        self._release(None, of_dropped=True)

    @precondition(lambda self: {"quarantined", "differs"} & {*self.model.values()})
    @rule(n=some)
    def drop(self, n):
        waiting = [key for key, state in self.model.items() if state in {"quarantined", "differs"}]
        owner, key, digest = waiting[n % len(waiting)]
        user = next(one.user for one in self.phones if one.user.pk == owner)
        entry = Entry.objects.get(owner=owner, key=key, hash=digest)
        entries.drop(entry=entry, by=user, reason="重复了", at=timezone.now())
        self.model[owner, key, digest] = "dropped"
        for one in self.photos:
            if one[:2] == (owner, key):
                # Each photo of an id belongs to a single content.
                self.photos[one] = "refused"

    # --- What always holds ---

    @invariant()
    def the_server_has_what_the_dictionary_has(self):
        rows = {(e.owner_id, str(e.key), e.hash): e.state for e in Entry.objects.all()}
        assert rows == self.model
        self._note()

    @invariant()
    def each_accepted_visit_stands_once(self):
        accepted = [
            key
            for key, state in self.model.items()
            if state == "accepted" and "corrects" not in self._entry_of(key)
        ]
        keys = [str(one) for one in Visit.objects.values_list("client_key", flat=True)]
        assert sorted(keys) == sorted(key for _owner, key, _hash in accepted)

    @invariant()
    def what_is_not_carried_out_is_kept_and_nothing_else(self):
        pks = list(Entry.objects.values_list("pk", flat=True))
        with kept_rows(pks) as kept:
            assert kept == set(Entry.objects.filter(state__in=KEPT).values_list("pk", flat=True))

    @invariant()
    def each_stored_photo_is_at_its_record_or_kept(self):
        for part in Part.objects.filter(state="stored").select_related("entry"):
            if part.entry.state == "accepted":
                assert part.attachment_id and not part.is_kept
                visit = Visit.objects.get(pk=part.entry.record_id)
                assert visit.photos.filter(pk=part.attachment_id).exists()
            else:
                assert part.is_kept and part.entry.state in KEPT


@contextmanager
def kept_rows(pks):
    with privacy.opened(entries=pks):
        yield set(KeptEntry.objects.values_list("entry", flat=True))


@pytest.fixture
def world(people, monkeypatch):
    def save(user, bound, command, *, at, record):
        text = command.fields["text"][0]
        visits.add_note(visit=record, by=user, text=text, at=at, client_key=command.id)
        return record

    note = kinds.EntryKind(
        code="note.correction",
        label="note",
        bind=lambda user, command, *, on, record: kinds.Bound(),
        save=save,
        name=lambda visit: ("note", visit.get_absolute_url()),
    )
    monkeypatch.setitem(kinds.KINDS, note.code, note)
    world = World(people)
    with world.crashing(monkeypatch):
        yield world


def run(world, **how):
    machine = type("ProtocolOf", (Protocol,), {"world": world})
    bounded = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck), **how)
    run_state_machine_as_test(machine, settings=bounded)


def test_histories_of_phones(world):
    run(world, derandomize=True, max_examples=5, stateful_step_count=12)

    # The histories must reach every state to prove anything.
    assert world.seen >= {*State, "waiting", "stored", "refused"}


@pytest.mark.long
def test_many_histories_of_phones(world):
    run(world, max_examples=200, stateful_step_count=60)


def test_the_machine_finds_an_entry_that_is_made_twice(world, monkeypatch):
    """With a portal that carries out an id again after it was carried out."""
    real = entries._again

    def again(entry, *, at, fault=None):
        done = real(entry, at=at, fault=fault)
        if done.kind == "visit" and done.state == "accepted":
            world.people.visit(by=done.owner, client_key=uuid.uuid4())
        return done

    monkeypatch.setattr(entries, "_again", again)
    with pytest.raises(AssertionError):
        run(
            world,
            derandomize=True,
            max_examples=5,
            stateful_step_count=12,
            phases=[Phase.generate],
        )
