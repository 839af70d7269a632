"""分类指导: what differs by kind of unit (DOMAIN 8.1), one row for each of the five.

Refers to models of the apps above only by code.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models.places import UnitKind
from portal.text import Text


@dataclass(frozen=True)
class KindRow:
    # The wording of a reader whose organ manages this kind alone.
    wording: str
    # The word for a part of the unit.
    group_word: Text
    # The word for those visited.
    served_word: Text
    topics: Text
    hint: Text
    # Codes of the categories of matters, in the order of the form.
    categories: tuple[str, ...]
    # The default raiser of a matter.
    raiser: str
    festivals: tuple[str, ...]
    # The kind of grassroots experience that a stay there gives.
    experience: str
    # Tables of the statistics, the default first.
    breakdowns: tuple[str, ...]
    # Channels besides the statutory ones: (stored value, label).
    channels: tuple[tuple[str, Text], ...] = ()
    # The usual recipient of aid before festivals.
    recipient: str = "oldmember"
    # Sources of money for it, beyond those available everywhere.
    sources: tuple[str, ...] = ()
    # Figures that its host sees first (`outreach.overview.first_page`).
    figures: tuple[str, ...] = ()
    # Whether it publishes needs and accepts reports of branches.
    has_residents: bool = False
    # Whether it has units below it.
    has_parts: bool = False


def above(record):
    """Return where the unit of a placed record lies: its township or, for an enterprise, the organ
    that manages it, since several enterprises may have a workshop of that name. Needs township,
    unit and host_organ loaded."""
    if record.township_id and not (record.unit_id and KINDS[record.unit.kind].has_parts):
        return record.township.name
    return record.host_organ.label


def _first(*codes):
    """Return the common categories, these first."""
    return (*codes, *(one for one in _COMMON if one not in codes))


_COMMON = tuple(f"{number:02}" for number in range(1, 19))
_OF_WORKS = (*(str(number) for number in range(51, 61)), "12", "13", "15", "18")
_FESTIVALS = ("newyear", "spring", "party", "army", "autumn", "national", "ninth")
_HAZARDS = (("安全隐患排查治理系统", _("Register of hazards (安全隐患排查治理)")),)

# The wordings that a norm chooses from (`portal/tools/languages.py`).
WORDINGS: dict[str, Text] = {
    "village": _("Villages and communities"),
    "city": _("Communities of a town"),
    "works": _("State-owned enterprise within a county"),
    "group": _("Group of enterprises"),
    "company": _("Non-public enterprises"),
    "society": _("Social organisations"),
}

KINDS: dict[str, KindRow] = {
    UnitKind.RURAL: KindRow(
        wording="village",
        group_word=_("Villagers' group"),
        served_word=pgettext_lazy("served", "Household"),
        topics=_(
            "Production, water and roads, subsidies, housing land, relief, people left behind, "
            "collective economy"
        ),
        hint=_("Come at a time that suits the household; keep clear of the busy season."),
        categories=_COMMON,
        raiser="villager",
        festivals=_FESTIVALS,
        experience="village",
        breakdowns=("organ", "area"),
        figures=("open", "overdue", "call_back", "visits", "stays", "pairings_ending"),
        has_residents=True,
    ),
    UnitKind.COMMUNITY: KindRow(
        wording="city",
        group_word=_("Estate or building"),
        served_word=pgettext_lazy("served", "Household"),
        topics=_("Property service, parking, noise, care of old and young, lifts, jobs"),
        hint=_("Name the estate or building only, never a flat."),
        categories=_COMMON,
        raiser="villager",
        festivals=_FESTIVALS,
        experience="village",
        breakdowns=("organ", "area"),
        figures=("surroundings", "call_back", "needs", "pledges", "reports", "tickets"),
        has_residents=True,
    ),
    UnitKind.STATE_ENTERPRISE: KindRow(
        wording="works",
        group_word=_("Workshop or team"),
        served_word=pgettext_lazy("served", "Worker"),
        topics=_("Workers in difficulty, wages, safety, technical renewal, Party posts"),
        hint=_("Go to the shift; workers and teams take the place of households."),
        categories=_OF_WORKS,
        raiser="employee",
        festivals=(*_FESTIVALS, "summer", "school"),
        experience="enterprise",
        breakdowns=("host", "unit", "organ"),
        channels=_HAZARDS,
        recipient="worker",
        sources=("union",),
        figures=("open", "proposals", "talks", "shifts", "hardship", "mentoring"),
        has_parts=True,
    ),
    UnitKind.NON_PUBLIC: KindRow(
        wording="company",
        group_word=_("Department or workshop"),
        served_word=pgettext_lazy("served", "Enterprise"),
        topics=_("Approvals, finance, hiring, land and energy, Party organisation"),
        hint=_("Do not disturb the business; accept no meals."),
        categories=_first("14"),
        raiser="enterprise",
        festivals=_FESTIVALS,
        experience="enterprise",
        breakdowns=("host", "unit", "organ"),
        channels=_HAZARDS,
        recipient="worker",
        figures=("business", "policies", "overdue", "call_back", "visits", "without_party"),
        has_parts=True,
    ),
    UnitKind.SOCIAL_ORG: KindRow(
        wording="society",
        group_word=_("Project or team"),
        served_word=pgettext_lazy("served", "Those served"),
        topics=_("Registration, purchased services, premises, Party building"),
        hint=_("Talk with who is in charge and with those served."),
        categories=_COMMON,
        raiser="enterprise",
        festivals=_FESTIVALS,
        experience="social",
        breakdowns=("host", "unit", "organ"),
        figures=("open", "party_matters", "call_back", "visits", "paired", "without_party"),
        has_parts=True,
    ),
}
