"""The REST API: no session opens any of it, a token does (tests/api). Its document is the same for
every installation, and a calendar is opened by its address alone."""

from tests.access.burden import EVERYBODY

NOBODY: set[str] = set()
KEY, SECRET = "6f1c0a52-3b7e-4d19-8c55-0e2f9a417b60", "s" * 43
# Names of addresses that no sign-in opens.
CALLS = (
    *("visits", "visit", "matters", "matter", "steps", "units", "unit", "figures", "figure"),
    *("tickets", "ticket", "answers", "webhooks", "end_webhook", "openapi", "calendar", "nothing"),
)
CLOSED = (NOBODY, 200, 401, {})

PAGES = {
    ("get", "api:visits"): CLOSED,
    ("post", "api:visits"): CLOSED,
    ("get", "api:visit"): CLOSED,
    ("get", "api:matters"): CLOSED,
    ("get", "api:matter"): CLOSED,
    ("post", "api:steps"): CLOSED,
    ("get", "api:units"): CLOSED,
    ("get", "api:unit"): CLOSED,
    ("get", "api:figures"): CLOSED,
    ("get", "api:figure"): CLOSED,
    ("get", "api:tickets"): CLOSED,
    ("post", "api:tickets"): CLOSED,
    ("get", "api:ticket"): CLOSED,
    ("get", "api:answers"): CLOSED,
    ("get", "api:webhooks"): CLOSED,
    ("post", "api:webhooks"): CLOSED,
    ("post", "api:end_webhook"): CLOSED,
    ("get", "api:nothing"): (NOBODY, 200, 404, {}),
    ("get", "api:openapi"): (EVERYBODY, 200),
    ("get", "api:calendar"): (NOBODY, 200, 404, {}),
}


def records(people):
    numbered = dict.fromkeys(("visit", "matter", "steps", "unit", "ticket"), [1])
    return numbered | {
        "figure": ["visits"],
        "end_webhook": [KEY],
        "calendar": [SECRET],
        "nothing": ["x"],
    }
