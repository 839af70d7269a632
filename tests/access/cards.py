"""Contact cards and the desk's side of the villager's door."""

import json
import uuid

from django.conf import settings
from django.utils import timezone

from outreach.actions import cards
from outreach.models import DoorMessage
from portal.trust import sealing
from tests.access.rows import A, N, R, V, X

CADRES = {"author", "host", "leader", "neighbour_cadre", "neighbour_host"}
ISSUING = {"liaison", "host", "office", "neighbour_host", "neighbour_liaison", "neighbour_office"}
READING = CADRES | ISSUING | {"supervisor"}
HOLDING = {"host", "office", "neighbour_host", "neighbour_office"}
EXPORTING = ISSUING | {"supervisor"}
REGISTERING = ISSUING | CADRES | {"desk"}

# The holder of the card, the organ that issued it, the host of its units, and the office of the
# area.
SEEING = {"author", "liaison", "host", "office"}

PAGES = {
    ("get", "contact_cards"): (READING, A),
    ("get", "issue_cards"): (ISSUING, A),
    # Users without a card to print are redirected to the list.
    ("get", "print_cards"): (SEEING, A, N, dict.fromkeys(READING - SEEING, R)),
    ("post", "export_cards"): (EXPORTING, R),
    ("get", "contact_card"): (SEEING, A, X, {}),
    ("get", "print_card"): (SEEING, A, X, {}),
    ("post", "renew_card"): (set(), R, X, dict.fromkeys(SEEING, N)),
    ("get", "revoke_card"): (SEEING - {"author"}, A, X, {"author": N}),
    ("get", "card_texts"): ({"office", "neighbour_office"}, A),
    ("get", "new_card_text"): ({"office", "neighbour_office"}, A),
    ("get", "card_text"): ({"office"}, A),
    ("get", "held_messages"): (HOLDING, A),
    ("get", "held_message"): ({"host", "office"}, A, X, {}),
    ("post", "release_message"): ({"host", "office"}, R, X, {}),
    ("post", "refuse_message"): ({"host", "office"}, R, X, {}),
    ("get", "call_in"): (REGISTERING, A),
    ("post", "call_in"): (REGISTERING, V),
    ("post", "slip_with_code"): (
        {"author", "desk", "handler"},
        A,
        X,
        {"liaison": N, "host": N, "office": N, "supervisor": N},
    ),
    # Only the user who recorded it; the page of its matter says that no receipt was given.
    ("get", "receipt"): (
        {"author"},
        R,
        X,
        dict.fromkeys(("liaison", "host", "office", "supervisor", "desk", "handler"), N),
    ),
    ("post", "read_remarks"): (
        {"host", "desk", "office"},
        R,
        X,
        dict.fromkeys(("author", "liaison", "handler", "supervisor"), N),
    ),
}


def records(people):
    people.cadre.public_phone = "100-0000-0017"
    people.cadre.save()
    card = cards.issue_card(area=people.area, by=people.host, at=timezone.now())[0]
    text = cards.keep_text(
        block="supervision",
        language="zh-hans",
        division=people.county,
        text="100-0000-0110",
        by=people.office,
        at=timezone.now(),
    )
    said = json.dumps({"text": "路灯不亮", "confidentiality": "anonymous"})
    message = DoorMessage.objects.create(
        client_key=uuid.uuid4(),
        kind="raise",
        content_digest="d",
        card=card,
        slip_number="123456782",
        code_digest="c",
        state="held",
        reason="overflow",
        hold="overflow",
        sealed=sealing.seal(said, settings.KEYS.door.portal_public, "door.raise"),
    )
    return {
        **dict.fromkeys(("contact_card", "print_card", "renew_card", "revoke_card"), [card.pk]),
        "card_text": [text.pk],
        **dict.fromkeys(
            ("slip_with_code", "receipt", "read_remarks"),
            [people.reported(title="桥栏杆坏了一段").pk],
        ),
        **dict.fromkeys(("held_message", "release_message", "refuse_message"), [message.pk]),
    }
