"""May this person agree, change or end this pairing, read this household? Person first."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from outreach.rules.places import is_near
from pairing.models import Pairing
from pairing.models.households import helped_by_or_hosted_by, hosted_units
from pairing.models.pairings import HelpMode, Level, PairingState
from portal import parameters
from portal.days.words import short_day
from portal.roles import Permission
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours

P = Permission
# Nobody agrees further ahead; a later day is a slip of the finger.
LONGEST_YEARS = 10


def may_see_pairings(user):
    if user.holds(P.READ_PAIRINGS) or user.holds(P.RECORD_VISITS):
        return ALLOWED
    return Decision(_("Pairings are open to those who help, host, or keep the programme."))


def may_agree_at_all(user):
    if user.holds(P.MANAGE_PAIRINGS):
        return ALLOWED
    return NotYours(_("The programme office agrees pairings."))


# --- Agreeing: who may help whom -----------------------------------------------------------------


def may_help_from(user, organ):
    """Whether this organ is the office's own to give as a helper."""
    if holds_for_organ(user, P.MANAGE_PAIRINGS, organ):
        return ALLOWED
    return Decision(
        _("%(organ)s lies outside your area; its own office pairs it.") % {"organ": organ.label}
    )


def may_be_helped_at(user, organ, unit):
    """Whether this unit is the office's own to have helped by that organ."""
    place = Pairing(organ=organ)
    place.stand_at(unit)
    if not user.holds(P.MANAGE_PAIRINGS, on=place):
        return Decision(_("%(unit)s lies outside your area.") % {"unit": unit.name})
    if not is_near(organ, unit):
        return Decision(
            _("%(organ)s is not near %(unit)s: it helps within its own area.")
            % {"organ": organ.label, "unit": unit.name}
        )
    return ALLOWED


def may_agree(user, *, organ, unit):
    decision = may_agree_at_all(user)
    decision = decision and may_help_from(user, organ)
    return decision and may_be_helped_at(user, organ, unit)


def obstacles(
    *,
    level,
    mode,
    organ,
    unit,
    cadre,
    household,
    starts_on,
    ends_on,
    helper_branch=None,
    helped_branch=None,
    but=None,
    on,
):
    """[(field, sentence)] of what keeps the two from being paired on these days, asked on a day;
    `but` is a pairing that makes room for it."""
    found = []
    for field, one in (
        ("unit", unit),
        ("organ", organ),
        ("helper_branch", helper_branch),
        ("helped_branch", helped_branch),
    ):
        if one is not None and one.ended_on:
            found.append((field, _("%(name)s has ended.") % {"name": one.name}))
    if household is not None and household.ended_on:
        found.append(("household", _("This household is no longer on the unit's list.")))
    elif household is not None and household.unit_id != unit.pk:
        found.append(("household", _("This household belongs to another unit.")))
    if cadre is not None and cadre.left_on:
        found.append(("cadre", _("%(name)s no longer serves here.") % {"name": cadre.name}))
    elif cadre is not None and not cadre.organ.path.startswith(organ.path):
        found.append(
            (
                "cadre",
                _("%(name)s does not work for %(organ)s.")
                % {"name": cadre.name, "organ": organ.label},
            )
        )
    if ends_on < starts_on:
        found.append(("ends_on", _("The end lies before the beginning.")))
        return found
    # What goes on may have begun long ago.
    since = starts_on if but is None else max(starts_on, on)
    if ends_on.year - since.year > LONGEST_YEARS:
        found.append(
            ("ends_on", _("More than %(n)s years: check the days.") % {"n": LONGEST_YEARS})
        )
        return found
    found += _paired_already(
        level,
        mode,
        organ=organ,
        unit=unit,
        cadre=cadre,
        household=household,
        helper_branch=helper_branch,
        helped_branch=helped_branch,
        days=(starts_on, ends_on),
        but=but,
        on=on,
    )
    if household is not None and cadre is not None:
        found += _one_too_many(cadre, starts_on, ends_on, but, on)
    return found


def _first_of(pairings):
    """The first one with all its names. Mostly there is none, which a query without joins tells."""
    return pairings.for_list().first() if pairings.exists() else None


def _paired_already(
    level, mode, *, organ, unit, cadre, household, helper_branch, helped_branch, days, but, on
):
    """What the constraints refuse as well, in the words of who is paired with whom."""
    others = Pairing.objects.overlapping(*days).exclude(pk=but and but.pk)
    if level == Level.UNIT:
        others, helper = others.filter(level=Level.UNIT, unit=unit), {"organ": organ}
        field, same = "unit", "organ"
    elif level == Level.BRANCH:
        others = others.filter(level=Level.BRANCH, helped_branch=helped_branch)
        helper, field, same = {"helper_branch": helper_branch}, "helped_branch", "helper_branch"
    else:
        others, helper = others.personal().filter(household=household), {"cadre": cadre}
        field, same = "household", "cadre"
    twin = _first_of(others.filter(**helper))
    if twin is not None:
        words = {"helper": twin.helper_label, "day": short_day(twin.last_day, on=on)}
        return [(same, _("%(helper)s helps here already, until %(day)s.") % words)]
    if mode == HelpMode.ONE:
        other = _first_of(others.order_by("-ends_on"))
    else:
        other = _first_of(others.filter(mode=HelpMode.ONE))
    if other is None:
        return []
    words = {"helper": other.helper_label, "day": short_day(other.last_day, on=on)}
    if mode == HelpMode.ONE:
        return [
            (
                field,
                _(
                    "It is paired with %(helper)s until %(day)s already; several help one "
                    "only where all agree to it."
                )
                % words,
            )
        ]
    return [
        (
            field,
            _(
                "%(helper)s helps it alone until %(day)s; that pairing is ended or changed "
                "before several help."
            )
            % words,
        )
    ]


def _one_too_many(cadre, first, last, but, on):
    most = parameters.number("pairing.household_per_cadre_max", on=on)
    held = (
        Pairing.objects.personal()
        .overlapping(first, last)
        .filter(cadre=cadre)
        .exclude(pk=but and but.pk)
        .count()
    )
    if held < most:
        return []
    return [
        (
            "cadre",
            _("%(name)s looks after %(n)s households on these days; %(most)s are the most.")
            % {"name": cadre.name, "n": held, "most": most},
        )
    ]


# --- A pairing as it stands ----------------------------------------------------------------------


def _manages(user, pairing):
    if not user.holds(P.MANAGE_PAIRINGS, on=pairing):
        return NotYours(_("The programme office changes pairings."))
    if pairing.state == PairingState.CANCELLED:
        return NotNow(_("This pairing was cancelled before it began."))
    if pairing.state == PairingState.ENDED:
        return NotNow(_("This pairing has ended; what was agreed is not changed any more."))
    return ALLOWED


def may_change_pairing(user, pairing):
    return _manages(user, pairing)


def may_sign_agreement(user, pairing):
    decision = _manages(user, pairing)
    if decision and pairing.agreements.filter(ends_on__gte=pairing.ends_on).exists():
        return NotNow(_("The agreement runs to the last day of the pairing; renew it instead."))
    return decision


def may_renew_pairing(user, pairing):
    decision = _manages(user, pairing)
    if decision and pairing.starts_on > user.today:
        return NotNow(_("It has not begun; change its planned end instead."))
    return decision


def may_end_pairing(user, pairing):
    decision = _manages(user, pairing)
    if decision and pairing.starts_on > user.today:
        return NotNow(pgettext("pairings", "It has not begun; cancel it instead."))
    return decision


def may_change_cadre(user, pairing):
    return may_end_pairing(user, pairing)


def may_cancel_pairing(user, pairing):
    decision = _manages(user, pairing)
    if decision and pairing.starts_on <= user.today:
        return NotNow(pgettext("pairings", "It has begun; end it instead."))
    return decision


def is_own(user, pairing):
    return bool(pairing.cadre_id and pairing.cadre.user_id in user.identity_ids)


def may_plan_year(user, pairing):
    """The office, the helping organ, or the cadre responsible."""
    helps = user.holds(P.OFFER_HELP, on=pairing) or user.holds(P.MANAGE_PAIRINGS, on=pairing)
    if not helps and not (is_own(user, pairing) and user.holds(P.RECORD_SUPPORT)):
        return NotYours(_("Who helps writes the plan of a year."))
    if pairing.state != PairingState.AGREED:
        return NotNow(_("This pairing is over."))
    return ALLOWED


# --- Households ----------------------------------------------------------------------------------


def may_read_difficulties(user, household):
    """Of one's pairing while it runs, or of a unit that one hosts; asked anew at each reveal."""
    if helped_by_or_hosted_by(user).filter(pk=household.pk).exists():
        return ALLOWED
    return NotYours(_("Open to the cadre whose pairing runs, and to the host."))


def may_note_difficulty(user, household):
    if not (
        user.holds(P.NOTE_HELP_NEEDS) and hosted_units(user).filter(pk=household.unit_id).exists()
    ):
        return NotYours(_("The host of the unit notes what a household is entitled to."))
    if household.ended_on:
        return NotNow(_("This household is no longer on the unit's list."))
    return ALLOWED


def may_export_reasons(user):
    """The sheet with the kinds of difficulty: the host alone, of its own units."""
    if user.holds(P.EXPORT) and user.holds(P.NOTE_HELP_NEEDS) and user.holds(P.HOST_MATTERS):
        return ALLOWED
    return NotYours(_("The host of the units exports why households are helped."))
