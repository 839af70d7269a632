"""Acts on an agreed pairing. Acts whose address names more than the pairing (the level of a new
one, the year of a plan) are views."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pairing.actions import pairings as actions
from pairing.forms import pairings as forms
from pairing.models import Pairing
from pairing.rules import pairings as rules
from portal import parameters
from portal.pages.acts import Act, Acts, crumbs_under
from portal.records.seen import seen


@seen
def visible_pairing(user):
    return (
        Pairing.objects.visible_to(user)
        .for_list()
        .select_related(
            "cadre__user", "cadre__organ", "unit__host_organ", "unit__division", "replaces"
        )
    )


def _sides(pairing):
    return f"{pairing.helper_label} · {pairing.helped_label}"


_of_help = crumbs_under(_("Pairings"), "pairing:pairings", _sides)
_of_masters = crumbs_under(_("Masters and apprentices"), "pairing:mentoring", _sides)


def crumbs(pairing, *more):
    """Return the crumbs below the list of the pairing; without a pairing, below the list of
    masters, the only one from which a pairing is begun here."""
    is_of_help = pairing is not None and not pairing.is_mentoring
    return (_of_help if is_of_help else _of_masters)(pairing, *more)


def _a_year(user, _record=None):
    months = parameters.number("pairing.term_months", on=user.today)
    return {"starts_on": user.today, "ends_on": forms.months_later(user.today, months)}


def _its_term(user, pairing):
    return {"signed_on": user.today, "starts_on": pairing.starts_on, "ends_on": pairing.ends_on}


def _another_term(user, pairing):
    """Return initial values for a term of the usual length, with the text of the last agreement."""
    months = parameters.number("pairing.term_months", on=user.today)
    first = pairing.ends_on + timedelta(days=1)
    initial = {"signed_on": user.today, "ends_on": forms.months_later(first, months)}
    if latest := pairing.agreements.order_by("-ends_on").first():
        initial |= {name: getattr(latest, name) for name in ("aims", "content", "ways")}
    return initial


def _closes(pairing):
    return _("Its record closes to the cadre at once.") if pairing.is_personal else ""


PAIRINGS = Acts(
    "pairing",
    "pairing",
    "pairings/<int:pk>/",
    visible_pairing,
    crumbs,
    acts=(
        Act(
            "sign_agreement",
            _("Enter a signed agreement"),
            rules.may_sign_agreement,
            actions.sign_agreement,
            forms.AgreementForm,
            "agreement/",
            about=True,
            initial=_its_term,
            submit=_("Keep it"),
            audit={"pairing.agreement_signed": _("Agreement of a pairing entered")},
        ),
        Act(
            "renew_pairing",
            _("Renew with a new agreement"),
            rules.may_renew_pairing,
            actions.renew_pairing,
            forms.RenewForm,
            "renew/",
            about=True,
            initial=_another_term,
            submit=_("Renew"),
            intro=_("The new agreement begins on the day after the last one."),
            audit={"pairing.renewed": _("Pairing renewed")},
        ),
        Act(
            "change_pairing_end",
            _("Change the planned end"),
            rules.may_change_pairing,
            actions.change_pairing_end,
            forms.ChangePairingEndForm,
            "change-end/",
            initial=lambda user, pairing: {"ends_on": pairing.ends_on},
            audit={"pairing.end_changed": _("Planned end of a pairing changed")},
        ),
        Act(
            "change_pairing_cadre",
            _("Hand over to somebody else"),
            rules.may_change_cadre,
            actions.change_pairing_cadre,
            forms.ChangeCadreForm,
            "change-cadre/",
            initial=lambda user, pairing: {"starts_on": user.today},
            submit=_("Change the cadre"),
            intro=_("This pairing ends on the day before; promises and plans pass along."),
            audit={"pairing.cadre_changed": _("Cadre responsible for a pairing changed")},
        ),
        Act(
            "end_pairing",
            _("End the pairing"),
            rules.may_end_pairing,
            actions.end_pairing,
            forms.EndPairingForm,
            "end/",
            about=True,
            initial=lambda user, pairing: {"on": min(user.today, pairing.ends_on)},
            submit=pgettext_lazy("pairings", "End it"),
            intro=_closes,
            audit={"pairing.ended": _("Pairing ended")},
        ),
        Act(
            "cancel_pairing",
            pgettext_lazy("pairings", "Cancel before it begins"),
            rules.may_cancel_pairing,
            actions.cancel_pairing,
            forms.CancelPairingForm,
            "cancel/",
            intro=_(
                "It never begins, and is not taken back; pair them anew if this was a mistake."
            ),
            submit=_("Cancel the pairing"),
            audit={"pairing.cancelled": _("Pairing cancelled before it began")},
        ),
    ),
    starts=(
        Act(
            "new_mentoring",
            _("Give a master an apprentice"),
            rules.may_agree_at_all,
            actions.agree_mentoring,
            forms.MentoringForm,
            "mentoring/new/",
            initial=_a_year,
            submit=_("Agree"),
            intro=_("What is taught stands in the agreement, which is entered afterwards."),
        ),
    ),
    listing="pairing:mentoring",
)
