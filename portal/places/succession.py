"""Hooks that pass work on when places and people are reorganised.

The apps above own work that depends on organs, units and cadres. Each adds a function to the list
of an event (in its ready()). It runs inside the transaction of the reorganisation and returns what
it passed on, for the preview and the record.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

# (old, heir, reorganisation): an organ ended. Its units already have new hosts; its people follow.
ORGAN_ENDED = []
# (units, old, new, reorganisation): another organ manages these units, ended ones included.
HOST_CHANGED = []
# (old, heir, reorganisation, part): a unit ended; `part` is its name within the heir, empty if the
# heir is the same place under another name.
UNIT_ENDED = []
# (cadre, heir, reorganisation): a cadre belongs to another organ; heir is a cadre or None.
CADRE_TRANSFERRED = []
# (organ or unit, on): what still depends on it, so that it cannot end without an heir.
BLOCKERS = []
# (old, heir, by, at, on): a Party organisation ended and another takes its place.
PARTY_ORGANIZATION_ENDED = []
# (ids of Party organisations, on): what still depends on them, so that none ends without an heir.
PARTY_ORGANIZATION_HELD = []

TITLES = {
    "stations": _("Organs below it"),
    "units": _("Units that it manages"),
    "cadres": _("Cadres"),
    "parts": _("Its parts"),
    "party_organizations": _("Party organisations that go along"),
    "accounts": _("Accounts that move along"),
    "grants": _("Roles that pass on"),
    "grants_ended": _("Roles that end; the security administrator gives new ones"),
    "grants_vacant": _("Roles that nobody else holds there: have somebody given them at once"),
    "grants_kept": _("Roles for an area, tied to no organ, that stay until they are revoked"),
}

EXAMPLES = 8


@dataclass(frozen=True)
class Passed:
    """How much of something passed on, with some examples: (words, address or empty)."""

    code: str
    count: int
    examples: tuple = ()

    @property
    def title(self):
        return TITLES[self.code]


def name_titles(titles):
    """Add `{code: words}` for what an app passes on."""
    TITLES.update(titles)
