"""Calls of phones: a session opens none of them, whoever it is of; the credential of a phone does
(tests/sync/test_calls.py), for entries of its owner alone (tests/sync/test_entries.py)."""

from tests.access.burden import EVERYBODY

NOBODY: set[str] = set()
ENTRY, PHOTO = "6f1c0a52-3b7e-4d19-8c55-0e2f9a417b60", "0" * 64

# A page of ours sends its Origin; a form of the tests sends none.
PAGES = {
    ("post", "sync:take_entries"): (NOBODY, 200),
    ("put", "sync:take_chunk"): (NOBODY, 200),
    ("get", "sync:give_receipts"): (NOBODY, 200),
    # What another cadre's phone does not see: tests/sync/test_working_set.py.
    ("post", "sync:working_set"): (NOBODY, 200),
    # The same for everybody, also without a sign-in (tests/sync/test_shell.py).
    ("get", "sync:worker"): (EVERYBODY, 200),
    ("get", "sync:shell"): (EVERYBODY, 200),
    ("get", "sync:script"): (EVERYBODY, 200),
    ("get", "sync:style"): (EVERYBODY, 200),
    ("get", "sync:words"): (EVERYBODY, 200),
    ("get", "sync:page"): (EVERYBODY, 200),
    # Nothing to install, unless the installation says so.
    ("get", "sync:manifest"): (EVERYBODY, 404),
}


def records(people):
    return {"take_chunk": [ENTRY, PHOTO]}
