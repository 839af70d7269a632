"""Duties: rounds for the office to confirm, and needs that run out, for the host."""

from django.utils.translation import gettext_lazy as _

from outreach.models.batches import kept_by
from pairing.models import HelpNeed, MatchingRound
from portal import parameters
from portal.duties.duty import Duty, Kept, Reach, Told, item, register, soonest
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P


def _running_out(on):
    return HelpNeed.objects.running_out(on, parameters.number("pairing.need_ahead_days", on=on))


# Without a name: a household's need shows its kind and unit.
def _what(need):
    return need.what or need.get_kind_display()


def _where(need):
    kind = _("a household") if need.household_id else need.get_kind_display()
    return f"{need.unit.name} · {kind}"


def _need_titles(user, ids):
    rows = HelpNeed.objects.visible_to(user).filter(pk__in=ids).select_related("unit")
    # Without the household's name: reminders also go out by e-mail.
    return {need.pk: f"{need.unit.name} {need.get_kind_display()}" for need in rows}


register(
    Area.PAIRING,
    Noun("help_need", _need_titles, "pairing:help_need"),
    Noun("matching_round", names_of(MatchingRound, "title"), "pairing:matching_round"),
    Duty(
        code="confirm_matching",
        title=_("Pairing rounds to confirm"),
        act=_("Look and confirm"),
        records=lambda on: MatchingRound.objects.to_confirm(),
        whose=Kept(P.MANAGE_PAIRINGS, by=kept_by),
        item=item("title", lambda one: str(one.get_level_display()), due="starts_on"),
        sort=soonest("starts_on"),
        is_approval=True,
        told=Told(
            _("A round of pairing is to be confirmed"),
            "matching_round",
            due="starts_on",
            until_read=True,
        ),
    ),
    # For hosts; the office has a wide area and uses the list instead.
    Duty(
        code="help_need_ends",
        title=_("Needs for help about to expire"),
        act=_("Look again and renew"),
        records=_running_out,
        whose=Reach(P.HOST_MATTERS),
        load=lambda rows: rows.select_related("unit"),
        item=item(_what, _where, "pairing:renew_help_need", due="until"),
        sort=soonest("until"),
        told=Told(_("A need for help runs out"), "help_need", due="until", until_read=True),
    ),
    use="pairing",
)
