"""Pairings: agreeing them, and all that changes them afterwards.

How a pairing stands now is in its columns; what happened, when, by whom and why, in `PairingStep`.
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pairing import contacts
from pairing.models import Agreement, Pairing, PairingStep, SupportItem, YearPlan
from pairing.models.pairings import HelpMode, PairingEnding, PairingState
from pairing.rules import pairings as rules
from portal.roles import Permission
from portal.run.locking import locked
from portal.run.saving import change, keep
from portal.sheets import figures
from portal.trust import audit, privacy
from portal.trust.access import require
from portal.trust.steps import take_step

P = Permission
Move = PairingStep.Move
_PLACE = ("unit", "organ", "host_organ", "province", "city", "county", "township", "division")
# What nobody types; the helped side and the helper stay in, for the constraints on them.

PAIRING = (
    "cadre__user",
    "cadre__organ",
    "unit__host_organ",
    "unit__division",
    "organ__division",
    "household",
    "helper_branch",
    "helped_branch",
)


@transaction.atomic
def agree_pairing(
    *,
    level,
    organ,
    unit,
    starts_on,
    ends_on,
    by,
    at,
    mode=HelpMode.ONE,
    cadre=None,
    household=None,
    helper_branch=None,
    helped_branch=None,
    document="",
    replaces=None,
    batch=None,
):
    """Two sides are paired from a day to a day. Several who help one are agreed one by one.

    Raises ValidationError by field when one side cannot be paired on these days.
    """
    unit, household, cadre = _locked_sides(unit, household, cadre)
    require(rules.may_agree(by, organ=organ, unit=unit))
    pairing = _agreed(
        level=level,
        mode=mode,
        organ=organ,
        unit=unit,
        cadre=cadre,
        household=household,
        helper_branch=helper_branch,
        helped_branch=helped_branch,
        starts_on=starts_on,
        ends_on=ends_on,
        document=document,
        replaces=replaces,
        batch=batch,
        by=by,
        at=at,
    )
    _count_new(pairing)
    take_step(pairing, Move.AGREED, by=by, at=at, document=document)
    audit.record(
        "pairing.agreed",
        on=pairing,
        by=by,
        principal=by.principal_for(P.MANAGE_PAIRINGS),
        fields=["level", "mode", "organ", "unit", "cadre", "household", "starts_on", "ends_on"],
        values=[
            level,
            mode,
            organ.pk,
            unit.pk,
            cadre and cadre.pk,
            household and household.pk,
            starts_on,
            ends_on,
        ],
    )
    return pairing


def _agreed(*, by, at, unit, **facts):
    wrong = rules.obstacles(
        unit=unit,
        **{k: v for k, v in facts.items() if k not in {"document", "replaces", "batch"}},
        but=facts["replaces"],
        on=timezone.localdate(at),
    )
    if wrong:
        raise ValidationError(_by_field(wrong))
    pairing = _begun(unit=unit, by=by, at=at, **facts)
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
    # One that began earlier has been in contact already.
    contacts.recount(Pairing.objects.filter(pk=pairing.pk))


def move_promises(items, **columns):
    """Promises pass along with their pairing, and are counted where they stand then."""
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
    """The helped side and the cadre, locked in this order: two people agreeing the same at once
    come one after the other, and the second reads what the first agreed."""
    return (
        locked(unit, "division", "host_organ", no_key=True),
        household and locked(household, no_key=True),
        cadre and locked(cadre, "organ", "user", no_key=True),
    )


# --- What follows --------------------------------------------------------------------------------


@transaction.atomic
def sign_agreement(
    *, pairing, number, signed_on, starts_on, ends_on, aims, content, by, at, ways=""
):
    pairing = locked(pairing, *PAIRING)
    require(rules.may_sign_agreement(by, pairing))
    _within(pairing, starts_on, ends_on)
    agreement = _written(
        pairing,
        number=number,
        signed_on=signed_on,
        starts_on=starts_on,
        ends_on=ends_on,
        aims=aims,
        content=content,
        ways=ways,
        by=by,
        at=at,
    )
    take_step(pairing, Move.SIGNED, by=by, at=at, document=number)
    _note("pairing.agreement_signed", pairing, by, ["agreement"], [agreement.pk, number])
    return agreement


@transaction.atomic
def renew_pairing(*, pairing, ends_on, number, signed_on, aims, content, by, at, ways=""):
    """A new agreement from the day after the last one, to a later end."""
    pairing = locked(pairing, *PAIRING)
    require(rules.may_renew_pairing(by, pairing))
    before = pairing.ends_on
    if ends_on <= before:
        raise ValidationError({"ends_on": _("A renewal ends later than what was agreed.")})
    _move_end(pairing, ends_on, timezone.localdate(at))
    agreement = _written(
        pairing,
        number=number,
        signed_on=signed_on,
        starts_on=before + timedelta(days=1),
        ends_on=ends_on,
        aims=aims,
        content=content,
        ways=ways,
        by=by,
        at=at,
    )
    facts = {"before": before.isoformat(), "after": ends_on.isoformat()}
    take_step(pairing, Move.RENEWED, by=by, at=at, document=number, facts=facts)
    _note("pairing.renewed", pairing, by, ["ends_on", "agreement"], [agreement.pk, facts])
    return agreement


def _written(pairing, *, number, signed_on, starts_on, ends_on, aims, content, ways, by, at):
    agreement = Agreement(
        pairing=pairing,
        number=number.strip(),
        signed_on=signed_on,
        starts_on=starts_on,
        ends_on=ends_on,
        written_by=by,
        written_at=at,
        **{
            name: privacy.mask_ids(text.strip())
            for name, text in (("aims", aims), ("content", content), ("ways", ways))
        },
    )
    keep(agreement)
    return agreement


@transaction.atomic
def change_pairing_end(*, pairing, ends_on, reason, by, at, document=""):
    """A longer or a shorter term without a new agreement."""
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
    wrong = rules.obstacles(
        level=pairing.level,
        mode=pairing.mode,
        organ=pairing.organ,
        unit=pairing.unit,
        cadre=None,
        household=pairing.household,
        helper_branch=pairing.helper_branch,
        helped_branch=pairing.helped_branch,
        starts_on=pairing.starts_on,
        ends_on=ends_on,
        but=pairing,
        on=on,
    )
    wrong = [(field if field == "ends_on" else "ends_on", said) for field, said in wrong]
    if wrong:
        raise ValidationError(_by_field(wrong))
    keep(pairing, ends_on=ends_on)


@transaction.atomic
def change_pairing_cadre(*, pairing, cadre, starts_on, reason, by, at, document=""):
    """Somebody else goes on: this pairing ends on the day before, another begins.

    What is promised and planned for later passes along. Returns the new pairing.
    """
    pairing = locked(pairing, *PAIRING)
    require(rules.may_change_cadre(by, pairing))
    _unit, _household, cadre = _locked_sides(pairing.unit, pairing.household, cadre)
    if cadre.pk == pairing.cadre_id:
        raise ValidationError({"cadre": _("This is the cadre responsible already.")})
    if not pairing.starts_on < starts_on <= pairing.ends_on:
        raise ValidationError(
            {"starts_on": _("The first day of who goes on lies within the days of the pairing.")}
        )
    # The door closes to the one as it opens to the other: never weeks of nobody in between.
    if starts_on > timezone.localdate(at):
        raise ValidationError(
            {"starts_on": _("This day lies in the future; change the cadre on the day itself.")}
        )
    organ = cadre.organ if pairing.is_personal else pairing.organ
    require(rules.may_agree(by, organ=organ, unit=pairing.unit))
    new = replaced(
        pairing,
        starts_on=starts_on,
        move=Move.CADRE_CHANGED,
        by=by,
        at=at,
        reason=reason,
        document=document,
        facts={"cadre": cadre.name},
        cadre=cadre,
        organ=organ,
    )
    _note("pairing.cadre_changed", new, by, ["cadre"], [pairing.pk, cadre.pk, starts_on])
    return new


def replaced(
    pairing,
    *,
    starts_on,
    move,
    by,
    at,
    reason="",
    document="",
    facts=None,
    is_checked=True,
    **changed,
):
    """End a pairing on the day before and begin one in its place with some columns changed; the
    pairing is locked. What lies ahead passes along: promises, plans, the agreement that runs.

    A reorganisation is not held up by norms that the successor exceeds: `is_checked` is False.
    """
    last, ends_on = starts_on - timedelta(days=1), pairing.ends_on
    pairing.state, pairing.ended_on, pairing.ending = (
        PairingState.ENDED,
        last,
        PairingEnding.CHANGED,
    )
    pairing.save(update_fields=["state", "ended_on", "ending"])
    kept = {
        name: getattr(pairing, name)
        for name in (
            "level",
            "mode",
            "organ",
            "cadre",
            "household",
            "helper_branch",
            "helped_branch",
            "unit",
        )
    }
    facts_of_new = (kept | changed) | {
        "starts_on": starts_on,
        "ends_on": ends_on,
        "document": document or pairing.document,
        "replaces": pairing,
        "batch": None,
    }
    if is_checked:
        new = _agreed(**facts_of_new, by=by, at=at)
    else:
        new = _begun(**facts_of_new, by=by, at=at)
        new.save()
    _count_new(new)
    for one in (pairing, new):
        take_step(one, move, by=by, at=at, document=document, words=reason, facts=facts)
    place = {f"{name}_id": getattr(new, f"{name}_id") for name in _PLACE}
    move_promises(pairing.items.promised(), pairing=new, **place)
    Agreement.objects.filter(pairing=pairing, ends_on__gte=starts_on).update(pairing=new)
    YearPlan.objects.filter(pairing=pairing, year__gte=starts_on.year).update(pairing=new)
    return new


@transaction.atomic
def end_pairing(*, pairing, on, ending, reason, by, at, document=""):
    """`on` is the last day. The household's record closes to the cadre at once."""
    pairing = locked(pairing, *PAIRING)
    require(rules.may_end_pairing(by, pairing))
    if not pairing.starts_on <= on <= pairing.ends_on:
        raise ValidationError({"on": _("The last day lies within the days of the pairing.")})
    if on > timezone.localdate(at):
        raise ValidationError({"on": _("This day lies in the future; change the planned end.")})
    if ending == PairingEnding.CHANGED:
        raise ValidationError({"ending": _("Name who goes on by changing the cadre.")})
    keep(pairing, state=PairingState.ENDED, ended_on=on, ending=ending)
    take_step(
        pairing,
        Move.ENDED,
        by=by,
        at=at,
        document=document,
        words=reason,
        facts={"last_day": on.isoformat(), "ending": ending},
    )
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
    """The plan of a year, written or written anew; what is promised for it are items."""
    pairing = locked(pairing, *PAIRING)
    require(rules.may_plan_year(by, pairing))
    if not pairing.starts_on.year <= year <= pairing.ends_on.year:
        raise ValidationError({"aims": _("The pairing does not run in this year.")})
    plan = YearPlan.objects.filter(pairing=pairing, year=year).first()
    plan = plan or YearPlan(pairing=pairing, year=year)
    plan.aims, plan.written_by, plan.written_at = privacy.mask_ids(aims.strip()), by, at
    keep(plan)
    _note("pairing.year_planned", pairing, by, ["aims"], [year, plan.aims])
    return plan


def _within(pairing, first, last):
    if not pairing.starts_on <= first <= last <= pairing.ends_on:
        raise ValidationError(
            {
                "ends_on" if first >= pairing.starts_on else "starts_on": _(
                    "An agreement lies within the days of its pairing."
                )
            }
        )


def _note(event, pairing, by, fields, values):
    audit.record(
        event,
        on=pairing,
        by=by,
        fields=fields,
        values=values,
        principal=by.principal_for(P.MANAGE_PAIRINGS, on=pairing),
    )
