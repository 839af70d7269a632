"""Phones and their entries: 王建国 has a phone and an entry that waits for him."""

import uuid

from django.db import transaction
from django.utils import timezone

from portal.trust import privacy
from sync.actions import devices
from sync.models import Entry, KeptEntry
from tests.access.rows import A, N, R, V, X
from tests.day import TODAY

WRITING = {
    *("author", "host", "supervisor", "leader"),
    *("neighbour_cadre", "neighbour_host"),
    # They write the next step of a matter.
    *("handler", "neighbour_handler"),
}
OFFICES = {"office", "neighbour_office"}
# Users who make accounts or print one-time passwords.
LOOKING_AFTER = {"liaison", "office", "system", "neighbour_liaison", "neighbour_office"}
REVOKING = {"author", "liaison", "office", "system"}

PAGES = {
    ("get", "sync:phone"): (WRITING, A),
    # Sent empty: a name is missing.
    ("post", "sync:enrol_phone"): (set(), 400, 400, {}),
    ("get", "sync:phones"): (LOOKING_AFTER, A),
    ("post", "sync:revoke_phone"): (REVOKING, R, X, {}),
    ("get", "sync:entries"): (WRITING | OFFICES, A),
    ("get", "sync:entry"): ({"author", "office"}, A, X, {}),
    ("get", "sync:correct_entry"): ({"author"}, A, X, {"office": N}),
    ("post", "sync:correct_entry"): ({"author"}, V, X, {"office": N}),
    ("post", "sync:carry_out_entry"): ({"author"}, R, X, {"office": N}),
    ("get", "sync:drop_entry"): ({"author"}, A, X, {"office": N}),
    ("post", "sync:drop_entry"): ({"author"}, V, X, {"office": N}),
    ("get", "sync:failures"): (OFFICES | {"system"}, A),
    ("post", "sync:try_faults_again"): (OFFICES | {"system"}, R),
    ("get", "sync:take_in_backup"): (OFFICES, A),
    ("post", "sync:take_in_backup"): (OFFICES, V),
}


def records(people):
    at = timezone.now()
    device, *_secrets = devices.enrol(name="我的手机", by=people.author, at=at)
    key = uuid.uuid4()
    entry = Entry.objects.create(
        key=key,
        hash="0" * 64,
        kind="visit",
        state="quarantined",
        cause="invalid",
        device=device,
        owner=people.author,
        received_at=at,
        decided_at=at,
        expires_on=TODAY,
    )
    fields = f'{{"unit":["{people.village.pk}"],"summary":["走了四户"]}}'
    written = f'{{"fields":{fields},"id":"{key}","kind":"visit","made":"","parts":[],"v":1}}'
    with transaction.atomic(), privacy.opened(entries=[entry.pk]):
        KeptEntry.objects.create(
            entry=entry, owner=people.author, cipher=KeptEntry.sealed(written.encode())
        )
    names = ("entry", "correct_entry", "carry_out_entry", "drop_entry")
    return {"revoke_phone": [device.pk], **dict.fromkeys(names, [entry.pk])}
