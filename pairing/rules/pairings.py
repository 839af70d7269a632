"""May this person agree, change or end this pairing, read this household? Person first."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from outreach.rules.places import is_near
from pairing.models import Pairing
from pairing.models.households import helped_by_or_hosted_by, hosted_units
from pairing.models.pairings import HelpMode, Level, PairingState
from portal import parameters
from portal.days.words import short_day
from portal.records.seen import values_of
from portal.roles import Permission
from portal.rules import holds_for_organ
from portal.trust import wall
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours

P = Permission
# An agreement further ahead is a typing error.
LONGEST_YEARS = 10
# Agreements of master and apprentice are for a year or two (师带徒协议); three at most.
LONGEST_MENTORING = 3


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
    """Whether the office may assign this organ as a helper."""
    if holds_for_organ(user, P.MANAGE_PAIRINGS, organ):
        return ALLOWED
    said = _("%(organ)s lies outside your area; its own office pairs it.")
    return Decision(said % {"organ": organ.label})


def may_be_helped_at(user, organ, unit):
    """Whether the office may have this unit helped by that organ."""
    place = Pairing(organ=organ)
    place.stand_at(unit)
    if not user.holds(P.MANAGE_PAIRINGS, on=place):
        return Decision(_("%(unit)s lies outside your area.") % {"unit": unit.name})
    if not is_near(organ, unit):
        said = _("%(organ)s is not near %(unit)s: it helps within its own area.")
        return Decision(said % {"organ": organ.label, "unit": unit.name})
    return ALLOWED


def may_agree(user, *, organ, unit):
    decision = may_agree_at_all(user)
    decision = decision and may_help_from(user, organ)
    return decision and may_be_helped_at(user, organ, unit)


@wall.as_system("whom a pairing would come between")
def obstacles(pairing, *, replacing=None, on):
    """Return [(field, sentence)], the reasons why the two sides of an unsaved pairing cannot be
    paired.

    `replacing` is a pairing that it replaces or changes; `on` is the day of asking.
    """
    found = [
        (field, _("%(name)s has ended.") % {"name": one.name})
        for field in ("unit", "organ", "helper_branch", "helped_branch")
        if (one := getattr(pairing, field)) is not None and one.ended_on
    ]
    found += _of_household(pairing.household, pairing.unit) if pairing.household else []
    found += _of_cadre(pairing.cadre, pairing.organ) if pairing.cadre else []
    found += _of_apprentice(pairing.apprentice, pairing.cadre) if pairing.apprentice else []
    starts_on, ends_on = pairing.starts_on, pairing.ends_on
    if ends_on < starts_on:
        return [*found, ("ends_on", _("The end lies before the beginning."))]
    # A pairing that is changed may have begun long ago.
    since = starts_on if replacing is None else max(starts_on, on)
    if ends_on.year - since.year > LONGEST_YEARS:
        said = _("More than %(n)s years: check the days.") % {"n": LONGEST_YEARS}
        return [*found, ("ends_on", said)]
    if pairing.is_mentoring and _is_too_long(starts_on, ends_on):
        said = _("Master and apprentice agree on %(n)s years at most; a year or two is the rule.")
        found.append(("ends_on", said % {"n": LONGEST_MENTORING}))
    found += _paired_already(pairing, replacing, on)
    if pairing.household is not None and pairing.cadre is not None:
        found += _one_too_many(pairing, replacing, on)
    return found


def _of_household(household, unit):
    if household.ended_on:
        return [("household", _("This household is no longer on the unit's list."))]
    if household.unit_id != unit.pk:
        return [("household", _("This household belongs to another unit."))]
    return []


def _of_cadre(cadre, organ):
    words = {"name": cadre.name, "organ": organ.label}
    if cadre.left_on:
        return [("cadre", _("%(name)s no longer serves here.") % words)]
    if not cadre.organ.path.startswith(organ.path):
        return [("cadre", _("%(name)s does not work for %(organ)s.") % words)]
    return []


def _of_apprentice(apprentice, master):
    if apprentice.left_on:
        return [("apprentice", _("%(name)s no longer serves here.") % {"name": apprentice.name})]
    if apprentice == master:
        return [("apprentice", _("Master and apprentice are two people."))]
    return []


def _is_too_long(first, last):
    years = last.year - LONGEST_MENTORING
    return (years, last.month, last.day) >= (first.year, first.month, first.day)


def _first_of(pairings):
    """Return the first pairing with its names loaded, or None. Checks by a query without joins
    first, since usually there is none."""
    return pairings.for_list().first() if pairings.exists() else None


def _paired_already(pairing, replacing, on):
    """Conflicts that the constraints would refuse, reported with the names of the other pairing."""
    others = Pairing.objects.overlapping(pairing.starts_on, pairing.ends_on)
    others = others.exclude(pk=replacing and replacing.pk)
    if pairing.is_mentoring:
        other = _first_of(others.mentoring().filter(apprentice=pairing.apprentice))
        said = _("One master at a time: %(helper)s teaches this apprentice until %(day)s.")
        return [("apprentice", said % _helper_and_end(other, on))] if other else []
    if pairing.is_personal:
        others, helped, helper = others.personal(), "household", "cadre"
    else:
        others = others.filter(level=pairing.level)
        is_of_units = pairing.level == Level.UNIT
        helped, helper = ("unit", "organ") if is_of_units else ("helped_branch", "helper_branch")
    others = others.filter(**{helped: getattr(pairing, helped)})
    twin = _first_of(others.filter(**{helper: getattr(pairing, helper)}))
    if twin is not None:
        said = _("%(helper)s helps here already, until %(day)s.")
        return [(helper, said % _helper_and_end(twin, on))]
    if pairing.mode == HelpMode.ONE:
        other = _first_of(others.order_by("-ends_on"))
        said = _(
            "It is paired with %(helper)s until %(day)s already; several help one "
            "only where all agree to it."
        )
    else:
        other = _first_of(others.filter(mode=HelpMode.ONE))
        said = _(
            "%(helper)s is the only helper until %(day)s; end or change that pairing before "
            "several help."
        )
    return [(helped, said % _helper_and_end(other, on))] if other else []


def _helper_and_end(pairing, on):
    return {"helper": pairing.helper_label, "day": short_day(pairing.last_day, on=on)}


def _one_too_many(pairing, replacing, on):
    most, cadre = parameters.number("pairing.household_per_cadre_max", on=on), pairing.cadre
    held = Pairing.objects.personal().overlapping(pairing.starts_on, pairing.ends_on)
    n = held.filter(cadre=cadre).exclude(pk=replacing and replacing.pk).count()
    if n < most:
        return []
    said = _("%(name)s looks after %(n)s households on these days; the maximum is %(most)s.")
    return [("cadre", said % {"name": cadre.name, "n": n, "most": most})]


# --- An agreed pairing ---------------------------------------------------------------------------


def _manages(user, pairing):
    if not user.holds(P.MANAGE_PAIRINGS, on=pairing):
        return NotYours(_("The programme office changes pairings."))
    if pairing.state == PairingState.CANCELLED:
        return NotNow(_("This pairing was cancelled before it began."))
    if pairing.state == PairingState.ENDED:
        return NotNow(_("This pairing has ended; what was agreed is not changed any more."))
    return ALLOWED


may_change_pairing = _manages


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
    """A pairing whose cadre changes ends on the day before, so it needs a day of its own."""
    decision = may_end_pairing(user, pairing)
    if decision and pairing.starts_on == user.today:
        return NotNow(_("It begins today; somebody else can go on with it from tomorrow."))
    return decision


def may_cancel_pairing(user, pairing):
    decision = _manages(user, pairing)
    if decision and pairing.starts_on <= user.today:
        return NotNow(pgettext("pairings", "It has begun; end it instead."))
    return decision


def is_own(user, pairing):
    """Whether the pairing belongs to the user, or to a cadre the user stands in for."""
    return bool(pairing.cadre_id and pairing.cadre.user_id in user.identity_ids)


def may_plan_year(user, pairing):
    """Whether the user writes the plan: the office, the helping organ, or the cadre responsible."""
    if pairing.is_mentoring:
        return NotYours(_("What a master teaches stands in the agreement."))
    helps = user.holds(P.OFFER_HELP, on=pairing) or user.holds(P.MANAGE_PAIRINGS, on=pairing)
    if not helps and not (is_own(user, pairing) and user.holds(P.RECORD_SUPPORT)):
        return NotYours(_("Only the helping side writes the plan of a year."))
    if pairing.state != PairingState.AGREED:
        return NotNow(_("This pairing is over."))
    return ALLOWED


# --- Households ----------------------------------------------------------------------------------


@values_of("pk")
def _households(user):
    return helped_by_or_hosted_by(user).order_by().values_list("pk")


def may_read_difficulties(user, household):
    """Open to the cadre while the pairing runs, and to the host; checked at each reveal."""
    if _households(user, [household.pk]):
        return ALLOWED
    return NotYours(_("Open to the cadre whose pairing runs, and to the host."))


def may_note_difficulty(user, household):
    hosts = hosted_units(user).filter(pk=household.unit_id)
    if not (user.holds(P.NOTE_HELP_NEEDS) and hosts.exists()):
        return NotYours(_("The host of the unit notes what a household is entitled to."))
    if household.ended_on:
        return NotNow(_("This household is no longer on the unit's list."))
    return ALLOWED


def may_export_reasons(user):
    """Whether the user may export the kinds of difficulty: only the host, for its own units."""
    if user.holds(P.EXPORT) and user.holds(P.NOTE_HELP_NEEDS) and user.holds(P.HOST_MATTERS):
        return ALLOWED
    return NotYours(_("The host of the units exports why households are helped."))
