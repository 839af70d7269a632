"""The lists of organs, units and reorganisations."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from portal import rules
from portal.actions.reorganisations import MODELS
from portal.models import (
    GrassrootsUnit,
    Organ,
    PartyOrganization,
    Reorganisation,
    ReorganisationChange,
)
from portal.models.places import OrganKind, UnitKind
from portal.pages import cells
from portal.pages.filters import Address, Search
from portal.pages.listings import Button, Col, Empty, Listing, reading
from portal.pages.side_list import Area
from portal.pages.web import Sort, by_day
from portal.roles import Permission as P

Kind, Noun = Reorganisation.Kind, Reorganisation.Noun
TABS = {"current": _("Current"), "ended": _("Ended")}
UNIT_TABS = TABS | {"no_party": _("Without a Party organisation")}
UNTIL = cells.said(_("until %(day)s"), day="ended_on")
ORGAN_ORDER = Sort(_("official order"), ("sort_order",), descending=False)
BY_PINYIN = Sort(_("by pinyin initials"), "initials", descending=False)
UNIT_ORDER = Sort(
    _("official order"), ("host_organ__sort_order", "host_organ_id", "sort_order"), descending=False
)


def in_tab(rows, tab, *, on):
    """Current rows, or ended ones."""
    return rows.filter(ended_on__lte=on) if tab == "ended" else rows.current(on)


def units_in_tab(rows, tab, *, on):
    """Return current or ended units, or current top-level units without a Party organisation."""
    if tab != "no_party":
        return in_tab(rows, tab, on=on)
    of_unit = PartyOrganization.objects.current(on).filter(unit=OuterRef("pk"))
    return rows.current(on).filter(~Exists(of_unit), parent=None)


def _called(rows, text):
    """Rows that begin with the text; if none does, rows that contain it."""
    return rows.called(text)


ORGAN_LIST = Listing(
    "organs",
    "organs/",
    _("Organs"),
    Address(
        Search(
            _("Name, pinyin initials or code"),
            _called,
            OrganKind,
            {
                "under": (
                    _("Below"),
                    Organ,
                    lambda rows, above: rows.under(above).exclude(pk=above.pk),
                )
            },
        ),
        lambda user: Organ.objects.select_related("parent", "division"),
        TABS,
        in_tab,
    ),
    {"official": ORGAN_ORDER, "pinyin": BY_PINYIN},
    area=Area.ADMINISTRATION,
    may_see=rules.may_see_people,
    columns=(
        Col(_("Organ"), "name", "parent.label", link=True, sort="pinyin"),
        Col(_("Kind"), "get_kind_display", UNTIL, code="kind", bare=True),
        Col(_("Division"), "division.name", code="division", bare=True),
        Col(_("Duties"), "duties", code="duties", bare=True),
        Col(_("Office phone"), "phone", code="phone", number=True, bare=True),
        Col(_("Code"), "code", code="code", shown=False, number=True),
        Col(_("Official order"), "sort_order", code="order", shown=False, number=True),
    ),
    begin=Button(_("Add an organ"), "new_organ", P.MANAGE_PLACES),
    empty=(
        Empty(
            _("No matching organ"),
            _(
                "Try the first characters of its name, the pinyin initials or the code; an ended "
                "organ stands under “Ended”."
            ),
            filtered=True,
        ),
        Empty(
            _("No organs here yet"),
            _(
                "The programme office adds them in the official order: Party organs, government, "
                "mass organisations, townships."
            ),
        ),
    ),
)

UNIT_LIST = Listing(
    "units",
    "units/",
    _("Grassroots units"),
    Address(
        Search(
            _("Name, pinyin initials or code"),
            _called,
            UnitKind,
            {"host": (_("Managed by"), Organ, lambda rows, host: rows.filter(host_organ=host))},
        ),
        lambda user: GrassrootsUnit.objects.all(),
        UNIT_TABS,
        units_in_tab,
    ),
    {"official": UNIT_ORDER, "pinyin": BY_PINYIN},
    area=Area.ADMINISTRATION,
    may_see=rules.may_see_people,
    for_list=reading(
        "name initials kind code contact_name office_phone sort_order ended_on",
        host_organ="name short_name sort_order",
        parent="name",
        division="name code",
    ),
    columns=(
        Col(_("Unit"), "name", "parent.name", link=True, sort="pinyin"),
        Col(_("Kind"), "get_kind_display", UNTIL, code="kind", bare=True),
        Col(_("Managed by"), "host_organ.label", code="host", bare=True, sort="official"),
        Col(
            _("Division"),
            "division.name",
            lambda unit, asked: unit.division and (unit.code or unit.division.code),
            code="division",
            bare=True,
        ),
        Col(_("Office"), "contact_name", "office_phone", code="office", bare=True),
        Col(_("Official order"), "sort_order", code="order", shown=False, number=True),
    ),
    buttons=(Button(_("From divisions"), "units_from_divisions", P.MANAGE_PLACES),),
    begin=Button(_("Add a unit"), "new_unit", P.MANAGE_PLACES),
    empty=(
        Empty(
            _("No matching unit"),
            _(
                "Try the first characters of its name, the pinyin initials or the code; an ended "
                "unit stands under “Ended”."
            ),
            filtered=True,
        ),
        Empty(
            _("No units here yet"),
            _(
                "The programme office makes the units of all villages of a township at once, and "
                "adds enterprises and organisations one by one."
            ),
        ),
    ),
)


def _about(noun):
    def narrow(rows, record):
        subject = Q(**{noun: record})
        if noun != Noun.CADRE:
            subject |= Q(**{f"to_{noun}": record})
        changes = ReorganisationChange.objects.filter(subject)
        return rows.filter(pk__in=changes.values("reorganisation"))

    return narrow


REORGANISATION_LIST = Listing(
    "reorganisations",
    "reorganisations/",
    _("Reorganisations"),
    Address(
        Search(
            _("Name or document number"),
            lambda rows, text: rows.filter(Q(title__contains=text) | Q(document__contains=text)),
            Kind,
            {noun: (_("About"), model, _about(noun)) for noun, model in MODELS.items()},
        ),
        Reorganisation.objects.visible_to,
    ),
    by_day("on"),
    area=Area.ADMINISTRATION,
    may_see=rules.may_see_people,
    for_list=lambda rows, asked: rows.select_related("by"),
    columns=(
        Col(_("In force from"), "on", number=True, sort="newest oldest"),
        Col(_("What changes"), "title", "note", link=True, bare=True),
        Col(_("Kind"), "get_kind_display", "get_noun_display", bare=True),
        Col(_("Document number"), "document", bare=True),
        Col(_("Carried out"), "by.name", cells.at("at"), bare=True),
    ),
    begin=Button(
        _("Reorganise"),
        "begin_reorganisation",
        lambda user: any(rules.may_reorganise(user, noun) for noun in Noun),
    ),
    empty=(
        Empty(
            _("No reorganisation matches"),
            _("Try a part of the old or the new name, or of the document number."),
            filtered=True,
        ),
        Empty(
            _("Nothing was reorganised here yet"),
            _(
                "Mergers, divisions into several, new names, moves and transfers are carried out "
                "by the programme office with day and document number."
            ),
        ),
    ),
)
