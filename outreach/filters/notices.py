"""The list query of notices: tabs and filters, the same for page and sheet."""

from django.utils.translation import gettext_lazy as _

from outreach.models import Notice
from outreach.models.notices import AnswerKind, NoticeState
from portal.pages.filters import Address, LedgerFilter, PickedFilter, choice, day_from, day_to, yes
from portal.roles import Permission

TABS = {
    "waiting": _("Our answer is due"),
    "to_us": _("To us"),
    "by_us": _("From us"),
    "drafts": _("Drafts"),
    "all": _("All notices"),
}


class NoticeFilter(LedgerFilter):
    MORE = ("asking", "area", "host")
    unit = itself = alone = None
    organ = PickedFilter("organ", label=_("Published by"))
    asking = yes(_("Wants an answer"), "by_asking")
    # By area or parent of the addressed organs.
    area = PickedFilter("division", label=_("Sent into the area"), method="by_area")
    host = PickedFilter("organ", label=_("Sent to the organ"), method="by_host")
    published_from = day_from(_("Published from"), "published_on")
    published_to = day_to(_("Published to"), "published_on")
    state = choice(_("State"), [c for c in NoticeState.choices if c[0] != NoticeState.DRAFT])

    def by_asking(self, queryset, name, value):
        return queryset.exclude(asks=AnswerKind.NONE)

    def by_area(self, queryset, name, value):
        return queryset.sent_below(area=value)

    def by_host(self, queryset, name, value):
        return queryset.sent_below(organ=value)


def tabs_for(user):
    """Only publishers have the tabs of drafts and of their own notices."""
    if user.holds(Permission.PUBLISH_NOTICES):
        return TABS
    read = ("waiting", "to_us", "all") if user.holds(Permission.INSTRUCT) else ("waiting", "to_us")
    return {code: TABS[code] for code in read}


def _in_tab(rows, tab, user):
    if tab == "waiting":
        return rows.waiting_for_answer_of(user)
    if tab == "by_us":
        return rows.sent_by(user)
    if tab == "drafts":
        return rows.drafts_of(user)
    if tab == "all":
        return rows.visible_to(user).exclude(state=NoticeState.DRAFT)
    return rows.sent_to(user)


# Each tab determines by itself which notices it shows.
NOTICES_AT = Address(
    NoticeFilter,
    lambda user: Notice.objects.all(),
    tabs_for,
    tab_for=_in_tab,
    otherwise="to_us",
    sheet_tab="all",
)
