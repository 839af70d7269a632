"""Limits that a phone has to observe."""

from portal import parameters
from sync.kinds import MOST_BYTES_OF_A_PART, MOST_PARTS


def of(user):
    return {
        # Days without contact after which the phone wipes its working set.
        "contact_days": parameters.number("sync.contact_days", on=user.today),
        "parts": MOST_PARTS,
        "part_bytes": MOST_BYTES_OF_A_PART,
    }
