"""Chapters of the help page, one for each role: what one does first, and how.

Each app registers the chapters of the roles whose work it owns.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from portal.roles import ROLES, Role


@dataclass(frozen=True)
class Advice:
    """One thing to do, and the page where it is done; the link is shown to who holds the role."""

    text: str
    url_name: str = ""
    link: str = ""


CHAPTERS: dict[str, tuple[Advice, ...]] = {}


def add_chapter(role, *advice):
    """The chapter of a role, or what an app above adds at its end."""
    CHAPTERS[role] = (*CHAPTERS.get(role, ()), *advice)


def chapters(held):
    """All chapters in the order of roles, the reader's own first."""
    rows = [
        {
            "role": role, "title": Role(role).label, "sentence": ROLES[role].sentence,
            "advice": CHAPTERS[role], "held": role in held,
        }
        for role in Role.values
        if role in CHAPTERS
    ]  # fmt: skip
    return sorted(rows, key=lambda row: not row["held"])


# --- The administrators ---------------------------------------------------------------------------

add_chapter(
    Role.SYSTEM_ADMIN,
    Advice(
        _("Make an account for each person and hand the slip with its one-time password "
          "over in person."), "new_account", _("Make an account"),
    ),
    Advice(
        _("End the accounts of people who have left; they stand under “Person has left”."),
        "accounts", _("Accounts"),
    ),
)  # fmt: skip
add_chapter(
    Role.SECURITY_ADMIN,
    Advice(
        _("Give each new account its role: who it is for, within which organ or area, "
          "from when to when. New ones stand under “Without a role”."),
        "accounts", _("Accounts"),
    ),
    Advice(
        _("Unlock an account only when you know who is asking."), "lockouts",
        _("Lock-outs"),
    ),
)  # fmt: skip
add_chapter(
    Role.AUDIT_ADMIN,
    Advice(
        _("Look through the events regularly: roles given, contacts opened, sheets "
          "exported. Contents are not shown to you."), "audit", _("Audit"),
    ),
)  # fmt: skip
