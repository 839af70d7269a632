"""Items of help of 县农业农村局 at a household of 柳湾村."""

import uuid
from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from pairing.actions import support
from portal.models import Attachment
from tests.pairing.cast import paired

A, R, N, X, V = 200, 302, 403, 404, 422

READING = {"author", "liaison", "host", "office", "supervisor"}
LISTING = READING | {
    "leader",
    "neighbour_cadre",
    "neighbour_host",
    "neighbour_liaison",
    "neighbour_office",
}
WRITING = {"author", "liaison", "host"}
EXPORTING = {
    "liaison",
    "host",
    "desk",
    "handler",
    "office",
    "supervisor",
    "neighbour_host",
    "neighbour_handler",
    "neighbour_liaison",
    "neighbour_office",
}


def _others(people, status=N):
    return dict.fromkeys(people, status)


PAGES = {
    ("get", "pairing:support_items"): (LISTING, A),
    ("post", "pairing:export_support"): (EXPORTING, R),
    ("get", "pairing:support_delivery"): (LISTING, A),
    ("get", "pairing:support_delivery_print"): (LISTING, A),
    ("get", "pairing:support_item"): (READING, A, X, {}),
    ("get", "pairing:pairing_items"): (READING, A, X, {}),
    ("get", "pairing:promise_support"): (WRITING, A, X, _others(READING - WRITING)),
    ("post", "pairing:promise_support"): (WRITING, V, X, _others(READING - WRITING)),
    ("get", "pairing:change_support"): (WRITING, A, X, _others(READING - WRITING)),
    ("post", "pairing:change_support"): (WRITING, V, X, _others(READING - WRITING)),
    ("get", "pairing:finish_support"): (WRITING, A, X, _others(READING - WRITING)),
    ("post", "pairing:finish_support"): (WRITING, V, X, _others(READING - WRITING)),
    ("get", "pairing:drop_support"): (WRITING, A, X, _others(READING - WRITING)),
    ("post", "pairing:drop_support"): (WRITING, V, X, _others(READING - WRITING)),
    # Done by 王建国: only he takes it back, and nobody of the helping organ asks about it.
    ("post", "pairing:undo_support"): ({"author"}, R, X, _others(READING - {"author"})),
    ("get", "pairing:hear_support"): (
        {"host", "office"},
        A,
        X,
        _others(READING - {"host", "office"}),
    ),
    ("post", "pairing:hear_support"): (
        {"host", "office"},
        V,
        X,
        _others(READING - {"host", "office"}),
    ),
    ("post", "pairing:support_slip"): (WRITING | {"office"}, A, X, {"supervisor": N}),
    ("post", "pairing:read_support_remarks"): (
        {"host", "office"},
        R,
        X,
        _others(READING - {"host", "office"}),
    ),
    ("get", "pairing:support_file"): (READING, A, X, {}),
}


def records(people):
    now, today = timezone.now(), timezone.localdate()
    pairing = paired(people)

    def promised():
        return support.promise_item(
            pairing=pairing,
            by=people.author,
            at=now,
            client_key=uuid.uuid4(),
            kind="policy",
            what="讲政策",
            amount=None,
            source="",
            need=None,
            promised_on=today,
            promised_for=today + timedelta(days=9),
        )

    item = promised()
    file = Attachment(
        name="收据.pdf", content_type="application/pdf", size=4, sha256="", added_by=people.author
    )
    file.file.save("content", ContentFile(b"%PDF"), save=False)
    file.save()
    done = [
        support.finish_item(
            item=promised(), by=people.author, at=now, done_on=today, evidence=evidence
        )
        for evidence in ([file], [])
    ]
    of_item = [
        "support_item",
        "change_support",
        "finish_support",
        "drop_support",
        "support_slip",
        "read_support_remarks",
    ]
    return {
        **dict.fromkeys(of_item, [item.pk]),
        **dict.fromkeys(["pairing_items", "promise_support"], [pairing.pk]),
        "undo_support": [done[1].pk],
        "hear_support": [done[0].pk],
        "support_file": [done[0].pk, file.pk],
    }
