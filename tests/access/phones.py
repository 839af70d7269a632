"""Calls of phones: no session opens them, only the credential of a phone
(tests/sync/test_calls.py), and only for entries of its owner (tests/sync/test_entries.py)."""

from tests.access.burden import EVERYBODY

NOBODY: set[str] = set()
ENTRY, PHOTO = "6f1c0a52-3b7e-4d19-8c55-0e2f9a417b60", "0" * 64

# Real pages send an Origin header; forms sent by tests do not.
PAGES = {
    ("post", "sync:take_entries"): (NOBODY, 200),
    ("put", "sync:take_chunk"): (NOBODY, 200),
    ("get", "sync:give_receipts"): (NOBODY, 200),
    # What another cadre's phone does not see is tested in tests/sync/test_working_set.py.
    ("post", "sync:working_set"): (NOBODY, 200),
    # The same for everybody, also without a sign-in (tests/sync/test_shell.py).
    ("get", "sync:worker"): (EVERYBODY, 200),
    ("get", "sync:shell"): (EVERYBODY, 200),
    ("get", "sync:script"): (EVERYBODY, 200),
    ("get", "sync:style"): (EVERYBODY, 200),
    ("get", "sync:words"): (EVERYBODY, 200),
    ("get", "sync:page"): (EVERYBODY, 200),
    # There is no manifest to install unless the installation enables it.
    ("get", "sync:manifest"): (EVERYBODY, 404),
}


def records(people):
    return {"take_chunk": [ENTRY, PHOTO]}
