"""Exports that a second person approves: visible to the owner and to those who approve for the
organ."""

from portal.models import ExportRequest, Job

OWNER = frozenset({"author"})
APPROVING = frozenset({"office"})
SEEN = OWNER | APPROVING
PAGES = {
    ("get", "portal:ask_for_export"): (OWNER, 200, 404, {}),
    ("post", "portal:ask_for_export"): (OWNER, 422, 404, {}),
    ("get", "portal:export_request"): (SEEN, 200, 404, {}),
    ("post", "portal:approve_export"): (APPROVING, 302, 404, {"author": 403}),
    ("get", "portal:refuse_export"): (APPROVING, 200, 404, {"author": 403}),
    ("post", "portal:refuse_export"): (APPROVING, 422, 404, {"author": 403}),
    # Refused, since nothing is decided yet.
    ("post", "portal:take_back_export"): (frozenset(), 302, 404, dict.fromkeys(SEEN, 403)),
    ("post", "portal:withdraw_export"): (OWNER, 302, 404, {"office": 403}),
}


def _held(people):
    return Job.objects.create(
        kind="ledger",
        title="走访慰问花名册",
        owner=people.author,
        state=Job.State.HELD,
        arguments={"ledger": "condolence", "filters": {}, "personal_rows": 900},
    )


def records(people):
    asked = ExportRequest.objects.create(job=_held(people), rows=900, purpose="春节慰问")
    return {name.removeprefix("portal:"): [asked.pk] for _method, name in PAGES} | {
        "ask_for_export": [_held(people).pk]
    }
