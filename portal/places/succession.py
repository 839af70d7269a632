"""What passes on when places and people are reorganised, and who passes it on.

The apps above keep work that hangs on organs, units and cadres. Each puts a function into the
list of the event that concerns it (in its ready()); it is called inside the transaction of the
reorganisation and tells what it passed on, which the preview and the record show.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

# (old, heir, reorganisation): an organ ended. Units it hosted have their new hosts already; its
# people follow right after.
ORGAN_ENDED = []
# (units, old, new, reorganisation): units, ended or not, are managed by another organ.
HOST_CHANGED = []
# (old, heir, reorganisation, part): a unit ended; `part` is the name by which it goes on inside
# the heir, empty when the heir is the same place under another name.
UNIT_ENDED = []
# (cadre, heir, reorganisation): a cadre belongs to another organ; heir is a cadre or None.
CADRE_TRANSFERRED = []
# (organ or unit, on): what on a day still hangs on it, so that it cannot just end.
STILL_HELD = []
# (old, heir, by, at, on): a Party organisation ended and another goes on in its place.
PARTY_ORGANIZATION_ENDED = []
# (ids of Party organisations, on): what still hangs on them, so that none ends without an heir.
PARTY_ORGANIZATION_HELD = []
# (cadre, on): the same of a cadre. Nobody is kept from leaving, but somebody is to go on.
HELD_BY_CADRE = []

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
    """How much of something passed on, with a few of it to look at: (words, address or empty)."""

    code: str
    count: int
    examples: tuple = ()

    @property
    def title(self):
        return TITLES[self.code]


def name_titles(titles):
    """Add `{code: words}` for what an app above passes on."""
    TITLES.update(titles)
