"""What a phone is told to keep to."""

from portal import parameters
from sync.kinds import MOST_BYTES_OF_A_PART, MOST_PARTS


def of(user):
    return {
        # Days without contact after which what the phone knows is wiped.
        "contact_days": parameters.number("sync.contact_days", on=user.today),
        "parts": MOST_PARTS,
        "part_bytes": MOST_BYTES_OF_A_PART,
    }
