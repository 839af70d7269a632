"""The lists of cadres and of stand-ins."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal import rules
from portal.acts.people import stand_ins_of
from portal.models import Cadre, Organ
from portal.pages import cells
from portal.pages.filters import Address, Search
from portal.pages.listings import Button, Col, Empty, Listing, reading
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P

CADRE_ORDER = Sort(
    _("official order"), ("organ__sort_order", "organ_id", "sort_order"), descending=False
)
BY_PINYIN = Sort(_("by pinyin initials"), "initials", descending=False)


def _named(rows, text):
    organs = Organ.objects.called(text).values("pk")
    return rows.filter(Q(pk__in=Cadre.objects.called(text).values("pk")) | Q(organ__in=organs))


def _serving(rows, tab, *, on):
    return rows.filter(left_on__lte=on) if tab == "left" else rows.serving(on)


def _of_organ(asked):
    return "".join(f"?organ={organ.pk}" for _name, _label, organ in asked.filter.about)


def _department(cadre, asked):
    return cadre.department if cadre.department != cadre.post else ""


CADRE_LIST = Listing(
    "cadres",
    "cadres/",
    _("Cadres"),
    Address(
        Search(
            _("Name, pinyin initials or organ"),
            _named,
            about={
                "organ": (
                    _("Organ"),
                    Organ,
                    lambda rows, organ: rows.filter(organ__path__startswith=organ.path),
                )
            },
        ),
        Cadre.objects.visible_to,
        {"serving": _("Serving"), "left": _("Left")},
        _serving,
    ),
    {"official": CADRE_ORDER, "pinyin": BY_PINYIN},
    area=Area.ADMINISTRATION,
    may_see=rules.may_see_people,
    for_list=reading(
        "name initials post department public_phone sort_order left_on",
        organ="name short_name sort_order",
    ),
    columns=(
        Col(_("Name"), "name", link=True, sort="pinyin"),
        Col(_("Organ and post"), "organ.label", "post", _department, bare=True, sort="official"),
        Col(_("Public phone"), "public_phone", code="phone", number=True, bare=True),
        Col(_("Official order"), "sort_order", code="order", shown=False, number=True),
        Col(
            _("Left on"), "left_on", number=True, bare=True, when=lambda asked: asked.tab == "left"
        ),
    ),
    begin=Button(_("Add a cadre"), "new_cadre", P.MANAGE_PEOPLE, query=_of_organ),
    empty=(
        Empty(
            _("No matching cadre"),
            _(
                "Try the family name, the pinyin initials or the organ; who has left stands under "
                "“Left”."
            ),
            filtered=True,
        ),
        Empty(
            _("Nobody is on this list"),
            _("The programme office adds cadres; who leaves is kept under “Left”."),
        ),
    ),
)


def _not_begun(one, asked):
    return _("not begun") if one.starts_on > asked.today else ""


STAND_IN_LIST = Listing(
    "stand_ins",
    "stand-ins/",
    _("Stand-ins"),
    Address(
        Search(
            _("Name of either"),
            lambda rows, text: rows.filter(
                Q(principal__name__startswith=text) | Q(stand_in__name__startswith=text)
            ),
        ),
        stand_ins_of,
        {"running": _("Now and later"), "ended": pgettext_lazy("stand-ins", "Ended")},
        lambda rows, tab, on: rows.filter(
            **{"ends_on__lt" if tab == "ended" else "ends_on__gte": on}
        ),
    ),
    Sort(_("newest first"), "starts_on"),
    area=Area.ADMINISTRATION,
    may_see=rules.may_see_stand_ins,
    for_list=lambda rows, asked: rows.select_related(
        "principal__organ", "stand_in__organ", "named_by"
    ),
    columns=(
        Col(_("For whom"), "principal.name", "principal.organ.label"),
        Col(_("Stand-in"), "stand_in.name", "stand_in.organ.label", bare=True),
        Col(_("From – to"), cells.days("starts_on", "ends_on"), _not_begun, number=True, bare=True),
        Col(
            _("Occasion"),
            "reason",
            cells.said(_("named by %(name)s"), name="named_by.name"),
            bare=True,
        ),
        Col(
            _("End"),
            cells.press(
                _("End"),
                "end_stand_in",
                confirm=lambda one: _("End it now? From this moment it gives no access."),
            ),
            silent=True,
            when=lambda asked: asked.tab == "running",
        ),
    ),
    begin=Button(_("Name a stand-in"), "new_stand_in"),
    empty=(
        Empty(
            _("Nobody stands in for anybody here"),
            _(
                "Before you are away, name a colleague who may act for you from day to day; every "
                "step then names both."
            ),
        ),
    ),
)
