"""Pairings: agreeing and changing them.

The columns of a pairing hold the present state; `PairingStep` holds what happened, when, by whom
and why.
"""

from copy import copy
from datetime import timedelta
from operator import attrgetter

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pairing import contacts
from pairing.models import Agreement, Pairing, PairingStep, SupportItem, YearPlan
from pairing.models.fields import place_of
from pairing.models.pairings import (
    HELP_ENDINGS,
    MENTOR_ENDINGS,
    Level,
    PairingEnding,
    PairingState,
)
from pairing.rules import pairings as rules
from portal.records import audit
from portal.records.steps import take_step
from portal.roles import Permission
from portal.sheets import figures
from portal.tools.locking import locked
from portal.tools.saving import change, keep
from portal.trust import privacy
from portal.trust.access import require

P = Permission
Move = PairingStep.Move
AGREED = (
    *("level", "mode", "organ", "unit", "cadre", "household", "apprentice"),
    *("starts_on", "ends_on"),
)
WHAT_WAS_AGREED = attrgetter(
    *("level", "mode", "organ_id", "unit_id", "cadre_id", "household_id", "apprentice_id"),
    *("starts_on", "ends_on"),
)
# The columns that a pairing takes over from the one it replaces.
KEPT = (
    *("level", "mode", "organ", "unit", "cadre", "household", "apprentice"),
    *("helper_branch", "helped_branch"),
)
PAIRING = (
    "cadre__user",
    "cadre__organ",
    "unit__host_organ",
    "unit__division",
    "organ__division",
    "household",
    "apprentice",
    "helper_branch",
    "helped_branch",
)


@transaction.atomic
def agree_pairing(*, organ, unit, by, at, cadre=None, household=None, **facts):
    """Pair two sides from a day to a day; several helpers of one side are agreed one by one.

    `facts` are the other columns of the pairing. Raises ValidationError by field if the two sides
    cannot be paired on these days.
    """
    unit, household, cadre = _locked_sides(unit, household, cadre)
    require(rules.may_agree(by, organ=organ, unit=unit))
    sides = {"organ": organ, "unit": unit, "cadre": cadre, "household": household}
    pairing = _agreed(**sides, by=by, at=at, **facts)
    _count_new(pairing)
    take_step(pairing, Move.AGREED, by=by, at=at, document=pairing.document)
    audit.record(
        "pairing.agreed",
        on=pairing,
        by=by,
        principal=by.principal_for(P.MANAGE_PAIRINGS),
        fields=AGREED,
        values=list(WHAT_WAS_AGREED(pairing)),
    )
    return pairing


@transaction.atomic
def agree_mentoring(*, cadre, apprentice, unit, by, at, **facts):
    """Agree 师带徒 at the organ of the master; the unit is where the apprentice works."""
    require(rules.may_help_from(by, apprentice.organ))
    apprentice = locked(apprentice, "organ", "user", no_key=True)
    sides = {"organ": cadre.organ, "unit": unit, "cadre": cadre, "apprentice": apprentice}
    return agree_pairing(level=Level.MENTOR, **sides, by=by, at=at, **facts)


def _agreed(*, by, at, **facts):
    pairing = _begun(by=by, at=at, **facts)
    on = timezone.localdate(at)
    if wrong := rules.obstacles(pairing, replacing=pairing.replaces, on=on):
        raise ValidationError(_by_field(wrong))
    keep(pairing)
    return pairing


def _begun(*, by, at, unit, **facts):
    pairing = Pairing(created_by=by, created_at=at, **facts)
    pairing.stand_at(unit)
    if pairing.household:
        pairing.group = pairing.household.group
    return pairing


def _count_new(pairing):
    figures.count_new(pairing)
    # A pairing that began in the past may have had contact already.
    contacts.recount(Pairing.objects.filter(pk=pairing.pk))


def move_promises(items, **columns):
    """Move promises along with their pairing, and count them in their new place."""
    keys = list(items.values_list("pk", flat=True))
    if not keys:
        return
    rows = SupportItem.objects.filter(pk__in=keys)
    figures.count_stored(rows, sign=-1)
    rows.update(**columns)
    figures.count_stored(rows)


def _by_field(wrong):
    found = {}
    for field, sentence in wrong:
        found.setdefault(field, []).append(sentence)
    return found


def _locked_sides(unit, household, cadre):
    """Lock the helped side, then the cadre, so that a concurrent agreement sees the first one."""
    return (
        locked(unit, "division", "host_organ", no_key=True),
        household and locked(household, no_key=True),
        cadre and locked(cadre, "organ", "user", no_key=True),
    )


# --- Later changes -------------------------------------------------------------------------------


@transaction.atomic
def sign_agreement(*, pairing, starts_on, ends_on, by, at, **terms):
    pairing = locked(pairing, *PAIRING)
    require(rules.may_sign_agreement(by, pairing))
    _within(pairing, starts_on, ends_on)
    agreement = _written(pairing, by, at, starts_on=starts_on, ends_on=ends_on, **terms)
    number = agreement.number
    take_step(pairing, Move.SIGNED, by=by, at=at, document=number)
    _note("pairing.agreement_signed", pairing, by, ["agreement"], [agreement.pk, number])
    return agreement


@transaction.atomic
def renew_pairing(*, pairing, ends_on, by, at, **terms):
    """Sign a new agreement from the day after the last one to a later end."""
    pairing = locked(pairing, *PAIRING)
    require(rules.may_renew_pairing(by, pairing))
    before = pairing.ends_on
    if ends_on <= before:
        raise ValidationError({"ends_on": _("A renewal ends later than what was agreed.")})
    _move_end(pairing, ends_on, timezone.localdate(at))
    starts_on = before + timedelta(days=1)
    agreement = _written(pairing, by, at, starts_on=starts_on, ends_on=ends_on, **terms)
    facts = {"before": before.isoformat(), "after": ends_on.isoformat()}
    take_step(pairing, Move.RENEWED, by=by, at=at, document=agreement.number, facts=facts)
    _note("pairing.renewed", pairing, by, ["ends_on", "agreement"], [agreement.pk, facts])
    return agreement


def _written(pairing, by, at, *, number, aims, content, ways="", **days):
    texts = {"aims": aims, "content": content, "ways": ways}
    texts = {name: privacy.mask_ids(text.strip()) for name, text in texts.items()}
    facts = texts | days | {"number": number.strip(), "written_by": by, "written_at": at}
    agreement = Agreement(pairing=pairing, **facts)
    keep(agreement)
    return agreement


@transaction.atomic
def change_pairing_end(*, pairing, ends_on, reason, by, at, document=""):
    """Change the planned end without a new agreement."""
    pairing = locked(pairing, *PAIRING)
    require(rules.may_change_pairing(by, pairing))
    before = pairing.ends_on
    if ends_on == before:
        raise ValidationError({"ends_on": _("This is the planned end already.")})
    if ends_on < timezone.localdate(at):
        raise ValidationError({"ends_on": _("This day has passed; end the pairing instead.")})
    _move_end(pairing, ends_on, timezone.localdate(at))
    facts = {"before": before.isoformat(), "after": ends_on.isoformat()}
    take_step(pairing, Move.END_CHANGED, by=by, at=at, document=document, words=reason, facts=facts)
    _note("pairing.end_changed", pairing, by, ["ends_on"], facts)
    return pairing


def _move_end(pairing, ends_on, on):
    moved = copy(pairing)
    # Only the days change; the cadre may no longer be eligible today.
    moved.ends_on, moved.cadre = ends_on, None
    if wrong := rules.obstacles(moved, replacing=pairing, on=on):
        raise ValidationError(_by_field(("ends_on", said) for _field, said in wrong))
    keep(pairing, ends_on=ends_on)


@transaction.atomic
def change_pairing_cadre(*, pairing, cadre, starts_on, reason, by, at, document=""):
    """Replace the cadre: this pairing ends on the day before, and a new one begins.

    Later promises and plans move to the new pairing, which is returned.
    """
    pairing = locked(pairing, *PAIRING)
    require(rules.may_change_cadre(by, pairing))
    _unit, _household, cadre = _locked_sides(pairing.unit, pairing.household, cadre)
    if cadre.pk == pairing.cadre_id:
        raise ValidationError({"cadre": _("This is the cadre responsible already.")})
    if not pairing.starts_on < starts_on <= pairing.ends_on:
        said = _("The first day of who goes on lies within the days of the pairing.")
        raise ValidationError({"starts_on": said})
    # One cadre gains access on the day the other loses it, with no gap in between.
    if starts_on > timezone.localdate(at):
        said = _("This day lies in the future; change the cadre on the day itself.")
        raise ValidationError({"starts_on": said})
    is_of_cadre = pairing.is_personal or pairing.is_mentoring
    organ = cadre.organ if is_of_cadre else pairing.organ
    require(rules.may_agree(by, organ=organ, unit=pairing.unit))
    who = {"cadre": cadre, "organ": organ}
    step = {"words": reason, "document": document, "facts": {"cadre": cadre.name}}
    new = replaced(pairing, Move.CADRE_CHANGED, by=by, at=at, starts_on=starts_on, step=step, **who)
    _note("pairing.cadre_changed", new, by, ["cadre"], [pairing.pk, cadre.pk, starts_on])
    return new


def replaced(pairing, move, *, starts_on, by, at, step, is_checked=True, **changed):
    """End a locked pairing on the day before, and begin another with some columns changed.

    Open promises, later plans and the running agreement move to the new pairing, which is returned.
    `step` holds the document, words and facts of the step. A reorganisation passes
    `is_checked=False`, so that it goes ahead even if the successor exceeds a norm.
    """
    last, ends_on = starts_on - timedelta(days=1), pairing.ends_on
    change(pairing, state=PairingState.ENDED, ended_on=last, ending=PairingEnding.CHANGED)
    facts = {name: getattr(pairing, name) for name in KEPT} | changed
    facts |= {"starts_on": starts_on, "ends_on": ends_on, "replaces": pairing}
    facts["document"] = step["document"] or pairing.document
    if is_checked:
        new = _agreed(**facts, by=by, at=at)
    else:
        new = _begun(**facts, by=by, at=at)
        new.save()
    _count_new(new)
    for one in (pairing, new):
        take_step(one, move, by=by, at=at, **step)
    move_promises(pairing.items.promised(), pairing=new, **place_of(new, "organ"))
    Agreement.objects.filter(pairing=pairing, ends_on__gte=starts_on).update(pairing=new)
    YearPlan.objects.filter(pairing=pairing, year__gte=starts_on.year).update(pairing=new)
    return new


@transaction.atomic
def end_pairing(*, pairing, on, ending, reason, by, at, document=""):
    """End a pairing; `on` is the last day. The cadre loses access to the household at once."""
    pairing = locked(pairing, *PAIRING)
    require(rules.may_end_pairing(by, pairing))
    if not pairing.starts_on <= on <= pairing.ends_on:
        raise ValidationError({"on": _("The last day lies within the days of the pairing.")})
    if on > timezone.localdate(at):
        raise ValidationError({"on": _("This day lies in the future; change the planned end.")})
    if ending == PairingEnding.CHANGED:
        raise ValidationError({"ending": _("To name a successor, change the cadre.")})
    if ending not in (MENTOR_ENDINGS if pairing.is_mentoring else HELP_ENDINGS):
        raise ValidationError({"ending": _("A pairing of this level does not end in this way.")})
    keep(pairing, state=PairingState.ENDED, ended_on=on, ending=ending)
    facts = {"last_day": on.isoformat(), "ending": ending}
    take_step(pairing, Move.ENDED, by=by, at=at, document=document, words=reason, facts=facts)
    _note("pairing.ended", pairing, by, ["state", "ended_on", "ending"], [str(on), ending])
    return pairing


@transaction.atomic
def cancel_pairing(*, pairing, reason, by, at, document=""):
    pairing = locked(pairing, *PAIRING)
    require(rules.may_cancel_pairing(by, pairing))
    figures.remember(pairing)
    change(pairing, state=PairingState.CANCELLED)
    figures.recount(pairing)
    take_step(pairing, Move.CANCELLED, by=by, at=at, document=document, words=reason)
    _note("pairing.cancelled", pairing, by, ["state"], None)
    return pairing


@transaction.atomic
def keep_plan(*, pairing, year, aims, by, at):
    """Write or rewrite the plan of a year; its promises are support items."""
    pairing = locked(pairing, *PAIRING)
    require(rules.may_plan_year(by, pairing))
    if not pairing.starts_on.year <= year <= pairing.ends_on.year:
        raise ValidationError({"aims": _("The pairing does not run in this year.")})
    plans = YearPlan.objects.filter(pairing=pairing, year=year)
    plan = plans.first() or YearPlan(pairing=pairing, year=year)
    plan.aims, plan.written_by, plan.written_at = privacy.mask_ids(aims.strip()), by, at
    keep(plan)
    _note("pairing.year_planned", pairing, by, ["aims"], [year, plan.aims])
    return plan


def _within(pairing, first, last):
    if not pairing.starts_on <= first <= last <= pairing.ends_on:
        field = "ends_on" if first >= pairing.starts_on else "starts_on"
        raise ValidationError({field: _("An agreement must be within the days of its pairing.")})


def _note(event, pairing, by, fields, values):
    principal = by.principal_for(P.MANAGE_PAIRINGS, on=pairing)
    audit.record(event, on=pairing, by=by, fields=fields, values=values, principal=principal)
