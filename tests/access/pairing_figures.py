"""The figures of pairing, for users who read the ledger of an area or organ and its pairings."""

READERS = (
    "liaison",
    "host",
    "office",
    "supervisor",
    "neighbour_host",
    "neighbour_liaison",
    "neighbour_office",
)

PAGES = {
    ("get", "pairing:pairing_dashboard"): (READERS, 200),
    ("get", "pairing:help_dashboard"): (READERS, 200),
    ("get", "pairing:contact_dashboard"): (READERS, 200),
    ("get", "pairing:paired_units"): (READERS, 200),
}


def records(people):
    return {}
