"""What belongs to a statutory channel is not stored here: neither what it is about nor who raised
it, only where it was referred and when (DESIGN 6.5)."""

from outreach import papers
from portal.trust import files

PEOPLE = ("raiser_name", "raiser_phone", "side_a", "side_a_phone", "side_b", "side_b_phone")


def without_people(given):
    """What was typed about a matter to be referred at once, without anybody's name or phone."""
    return {k: "" if k in PEOPLE else v for k, v in given.items()}


def hide_content(matter):
    # Stored as the ledger prints it, whatever the language of who confirms.
    matter.title = f"已引导至{matter.referred_to}"
    matter.request_text = matter.result_text = ""


def erase(matter):
    """Once the referral is confirmed: rows keep who and when, and lose what was said and by whom.

    The caller holds the lock on the matter and saves it.
    """
    hide_content(matter)
    matter.raiser_display = ""
    files.drop(papers.of(matter).erase())
