"""Matters referred to a statutory channel: neither content nor raiser are stored, only where and
when they were referred (DESIGN 6.5)."""

from outreach import papers
from portal.records import files

# Functions (matter) of apps above, which erase what they keep of a matter that was referred.
ALSO_ERASED = []
PEOPLE = ("raiser_name", "raiser_phone", "side_a", "side_a_phone", "side_b", "side_b_phone")


def without_people(given):
    """The typed facts of a matter that is referred at once, without names and phones."""
    return {k: "" if k in PEOPLE else v for k, v in given.items()}


def hide_content(matter):
    # In Chinese, as the ledger prints it, whatever the user's language.
    matter.title = f"已引导至{matter.referred_to}"
    matter.request_text = matter.result_text = ""


def erase(matter):
    """Erase a matter whose referral is confirmed: its rows keep actors and times, but no content.

    The calling function holds the lock on the matter and saves it.
    """
    hide_content(matter)
    matter.raiser_display = ""
    for also in ALSO_ERASED:
        also(matter)
    files.drop(papers.of(matter).erase())
