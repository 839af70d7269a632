"""Items of help of 县农业农村局 at a household of 柳湾村."""

import uuid
from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from pairing.actions import support
from portal.models import Attachment
from tests.access.rows import A, N, R, V, X, only
from tests.pairing.cast import paired

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


PAGES = {
    ("get", "pairing:support_items"): (LISTING, A),
    ("post", "pairing:export_support"): (EXPORTING, R),
    ("get", "pairing:support_delivery"): (LISTING, A),
    ("get", "pairing:support_delivery_print"): (LISTING, A),
    ("get", "pairing:support_item"): (READING, A, X, {}),
    ("get", "pairing:pairing_items"): (READING, A, X, {}),
    ("get", "pairing:promise_support"): only(WRITING, A, READING),
    ("post", "pairing:promise_support"): only(WRITING, V, READING),
    ("get", "pairing:change_support"): only(WRITING, A, READING),
    ("post", "pairing:change_support"): only(WRITING, V, READING),
    ("get", "pairing:finish_support"): only(WRITING, A, READING),
    ("post", "pairing:finish_support"): only(WRITING, V, READING),
    ("get", "pairing:drop_support"): only(WRITING, A, READING),
    ("post", "pairing:drop_support"): only(WRITING, V, READING),
    # Done by 王建国: only he takes it back, and nobody of the helping organ asks about it.
    ("post", "pairing:undo_support"): only({"author"}, R, READING),
    ("get", "pairing:hear_support"): only({"host", "office"}, A, READING),
    ("post", "pairing:hear_support"): only({"host", "office"}, V, READING),
    ("post", "pairing:support_slip"): (WRITING | {"office"}, A, X, {"supervisor": N}),
    ("post", "pairing:read_support_remarks"): only({"host", "office"}, R, READING),
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
