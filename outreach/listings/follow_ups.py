"""Call-backs, and the people's words from call-backs and slips."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.filters.follow_ups import FOLLOW_UPS_AT
from outreach.filters.words import WORDS_AT
from outreach.rules.whole import may_see_dashboard
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort, by_day
from portal.roles import Permission

BY_DEADLINE = {
    "due": Sort(_("by deadline"), "due_on", descending=False),
    "due_last": Sort(_("latest deadline first"), "due_on"),
}
PLACE = Col(_("Place"), cells.together(cells.above("matter"), "matter.unit.name"), bare=True)


def _sorts(asked):
    """Sort answered calls by time of answer, all others by deadline."""
    if asked.tab == "done":
        return by_day("answered_at")
    return BY_DEADLINE


def _due(one, asked):
    day = cells.day(one.due_on)
    return cells.over(day) if one.due_on < asked.today and not one.word else day


def _caller(one, asked):
    return one.caller.name if one.caller and (one.is_given or one.word) else ""


FOLLOW_UP_LIST = Listing(
    "outreach:follow_ups",
    "call-backs/",
    _("Call-backs"),
    FOLLOW_UPS_AT,
    _sorts,
    area=Area.GOING_DOWN,
    for_list=lambda rows, asked: rows.select_related(
        "matter__unit", "matter__township", "matter__host_organ", "caller", "side"
    ),
    columns=(
        Col(_("Ask by"), _due, number=True, sort="due due_last"),
        Col(
            _("Said on"),
            "answered_at",
            number=True,
            when=lambda asked: asked.tab == "done",
            sort="newest oldest",
        ),
        Col(
            _("Matter"),
            "matter.title",
            "matter.number_label",
            "get_kind_display",
            "side.get_label_display",
            link="outreach:follow_up",
            bare=True,
        ),
        PLACE,
        Col(_("Who asks"), _caller),
        state("word", label=_("The people's word")),
    ),
    below=(
        Button(
            _("Keys of the sample call-backs"), "outreach:call_back_keys", Permission.READ_MATTERS
        ),
    ),
    empty=(
        Empty(
            _("No call-backs here"),
            _(
                "After a result has passed its review, whoever raised the matter is asked; the "
                "calls stand here."
            ),
        ),
    ),
)


def _title(one, asked):
    return cells.link(one.matter, one.matter.title)


def _asked_by(one, asked):
    if one.kind == "sample":
        return gettext("an independent call-back")
    if one.kind == "second":
        first = one.corrects.get_word_display()
        return gettext("asked again, first written down: %(word)s") % {"word": first}
    if one.method != "slip":
        return gettext("call-back")
    return gettext("paper slip") if one.answered_by_id else gettext("slip, by the raiser")


WORD_LIST = Listing(
    "outreach:words",
    "words/",
    _("The words of the people"),
    WORDS_AT,
    by_day("answered_at"),
    way=((_("Dashboard"), "outreach:dashboard"),),
    may_see=may_see_dashboard,
    for_list=lambda rows, asked: rows.select_related(
        "matter__unit",
        "matter__township",
        "matter__host_organ",
        "matter__lead_organ",
        "side",
        "corrects",
    ),
    columns=(
        Col(_("Said on"), "answered_at", number=True, sort="newest oldest"),
        Col(
            _("Matter"),
            _title,
            "matter.number_label",
            "matter.get_category_display",
            "side.get_label_display",
            bare=True,
        ),
        PLACE,
        Col(_("Lead organ"), "matter.lead_organ.label"),
        Col(_("Asked by"), _asked_by),
        state("word", "comment", label=_("The people's word")),
    ),
    empty=(
        Empty(
            _("Nothing was said here yet"),
            _(
                "After a result has passed its review, whoever raised the matter is asked; the "
                "words stand here."
            ),
        ),
    ),
)
