"""Contact areas: which cadre looks after which unit."""

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.models import ContactArea
from outreach.rules.areas import may_arrange_areas
from portal.pages import cells
from portal.pages.filters import Address, Search
from portal.pages.listings import Button, Col, Empty, Listing
from portal.pages.side_list import Area
from portal.pages.web import by_day


def _named(rows, text):
    return rows.filter(Q(unit__name__contains=text) | Q(cadre__name__contains=text))


def _in_tab(rows, tab, *, on):
    return rows.filter(ends_on__lt=on) if tab == "ended" else rows.running(on)


def _unit(area, asked):
    return cells.link(area.unit, area.unit.name, area.unit.host_organ.label)


def _kind(area, asked):
    return cells.joined(" · ", [area.get_kind_display(), area.group])


def _households(area, asked):
    return cells.joined(" · ", [one.serial for one in area.households.all()])


def _days(area, asked):
    last = cells.day(area.ends_on) if area.ends_on else gettext("running")
    return f"{cells.day(area.starts_on)} – {last}"


AREA_LIST = Listing(
    "outreach:contact_areas",
    "areas/",
    _("Contact areas"),
    Address(
        Search(_("Unit or cadre"), _named),
        ContactArea.objects.visible_to,
        {"running": _("Running"), "ended": _("Over")},
        _in_tab,
    ),
    by_day("starts_on"),
    area=Area.GOING_DOWN,
    for_list=lambda rows, asked: rows.select_related(
        "cadre__organ", "unit__host_organ"
    ).prefetch_related("households"),
    columns=(
        Col(_("Unit"), _unit),
        Col(_("Cadre"), "cadre.name", "cadre.organ.label", "post", bare=True),
        Col(_("Kind"), _kind, _households, bare=True),
        Col(_("From – to"), _days, bare=True, sort="newest oldest"),
        Col(
            _("What you can do"),
            cells.press(
                _("End"),
                "outreach:end_contact_area",
                confirm=lambda area: gettext("End this contact area today?"),
            ),
            silent=True,
            when=lambda asked: asked.tab == "running" and bool(may_arrange_areas(asked.user)),
        ),
    ),
    begin=Button(_("New contact area"), "outreach:new_contact_area", may_arrange_areas),
    empty=(
        Empty(
            _("No contact areas here"),
            _(
                "A contact area says which cadre looks after which unit, part or households, from "
                "when to when."
            ),
        ),
    ),
)
