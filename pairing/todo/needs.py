"""Rounds that wait to be confirmed, and needs that run out: for the office, and for the host."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from pairing.models import HelpNeed, MatchingRound
from portal import parameters
from portal.access import reach
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import Item, Kind, register
from portal.web import Sort


def _running_out(user):
    """Of the units one hosts; the office, whose area is wide, sees them on the list."""
    days = parameters.number("pairing.need_ahead_days", on=user.today)
    rows = HelpNeed.objects.filter(reach(user, P.HOST_MATTERS))
    return rows.running_out(user.today, days)


def _need(need):
    # No name here: a need of a household is said by its kind and unit.
    return Item(
        what=need.what or need.get_kind_display(),
        where=" · ".join(
            str(w) for w in (
                need.unit.name,
                gettext_lazy("a household") if need.household_id else need.get_kind_display(),
            )
        ),
        url=need.get_absolute_url(),
        act_url=reverse("pairing:renew_help_need", args=[need.pk]),
        due=need.until,
    )  # fmt: skip


def _round(round_):
    return Item(
        what=round_.title,
        where=str(round_.get_level_display()),
        url=round_.get_absolute_url(),
        act_url=round_.get_absolute_url(),
        due=round_.starts_on,
    )


register(
    Area.PAIRING,
    Kind(
        code="confirm_matching",
        title=gettext_lazy("Rounds of pairing to be confirmed"),
        act=gettext_lazy("Look and confirm"),
        rows=lambda user: MatchingRound.objects.visible_to(user).to_confirm(),
        item=_round,
        sort=Sort(gettext_lazy("soonest first"), "starts_on", descending=False),
        permissions=(P.MANAGE_PAIRINGS,),
        is_approval=True,
    ),
    Kind(
        code="help_need_ends",
        title=gettext_lazy("Needs for help that run out"),
        act=gettext_lazy("Look again and renew"),
        rows=_running_out,
        load=lambda rows: rows.select_related("unit"),
        item=_need,
        sort=Sort(gettext_lazy("soonest first"), "until", descending=False),
        permissions=(P.NOTE_HELP_NEEDS,),
    ),
)
