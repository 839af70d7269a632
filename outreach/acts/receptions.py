"""Acts on a reception day."""

from django.utils.translation import gettext_lazy as _

from outreach.actions import receptions as actions
from outreach.forms import receptions as forms
from outreach.models import ReceptionDay
from outreach.rules import receptions as rules
from portal import parameters
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen

PLAN = (
    *("duties", "held_on", "starts_at", "ends_at", "place"),
    *("theme", "form", "leader", "unit", "organ"),
)


@seen
def visible_reception(user):
    return ReceptionDay.objects.visible_to(user).select_related(
        "leader", "organ", "unit", "planned_by", "announced_by", "held_by", "cancelled_by"
    )


def title(reception):
    return f"{reception.held_on} {reception.leader.name}"


crumbs = crumbs_under(_("Reception days"), "outreach:receptions", title)


MADE_KNOWN = _(
    "It is made known at least %(days)s days before; then it can be printed for the wall."
)
MADE_KNOWN_LATE = _(
    "It should have been made known %(days)s days before. Say why it was not; the reason is kept."
)
FIXED = _("It cannot be changed after this; print the notice and put it up.")


def _notice_days(words, user):
    return {"intro": words % {"days": parameters.number("reception.notice_days", on=user.today)}}


def _plan_intro(user, _reception):
    return _notice_days(MADE_KNOWN, user)


def _announce_intro(user, reception):
    late = rules.is_late(reception, user.today)
    return _notice_days(MADE_KNOWN_LATE, user) if late else {"intro": FIXED}


def _what_holding_is(reception):
    words = _("Noted as held, with %(n)s matters. This is not taken back.")
    return words % {"n": reception.items.count()}


RECEPTIONS = Acts(
    "outreach",
    "reception",
    "receptions/<int:pk>/",
    visible_reception,
    crumbs,
    listing="outreach:receptions",
    starts=(
        Act(
            "new_reception",
            _("Plan a reception"),
            rules.may_plan_reception,
            actions.plan_reception,
            forms.ReceptionDayForm,
            "receptions/new/",
            initial=lambda user, _none: {"starts_at": "09:00", "ends_at": "11:30"},
            submit=_("Keep and look at it"),
            audit={"reception.planned": _("Reception planned")},
            shown=_plan_intro,
            undo="cancel_reception",
        ),
    ),
    acts=(
        Act(
            "announce_reception",
            _("Make it known"),
            rules.may_announce_reception,
            actions.announce_reception,
            forms.AnnounceReceptionForm,
            "announce/",
            about=True,
            primary=True,
            audit={"reception.announced": _("Reception made known")},
            shown=_announce_intro,
            undo="cancel_reception",
        ),
        Act(
            "register_at_reception",
            _("Register who came"),
            rules.may_register_at,
            None,
            primary=True,
        ),
        Act(
            "hold_reception",
            _("Note as held"),
            rules.may_hold_reception,
            actions.hold_reception,
            path="held/",
            confirm=_what_holding_is,
            audit={"reception.held": _("Reception noted as held")},
        ),
        Act(
            "edit_reception",
            _("Change the plan"),
            rules.may_change_reception,
            actions.change_reception,
            forms.ReceptionDayForm,
            "edit/",
            initial=lambda user, reception: {name: getattr(reception, name) for name in PLAN},
            submit=_("Keep and look at it"),
            audit={"reception.changed": _("Plan of a reception changed")},
            shown=_plan_intro,
        ),
        Act(
            "cancel_reception",
            _("Cancel it"),
            rules.may_cancel_reception,
            actions.cancel_reception,
            ReasonForm,
            "cancel/",
            intro=_("It stays in the list with the reason. Post a note where the notice hung."),
            audit={"reception.cancelled": _("Reception cancelled")},
        ),
    ),
)
