"""联创联建: pairing two branches, writing their plan, and passing the partnership to an heir."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pairing import contacts
from pairing.actions.pairings import move_promises
from pairing.models import CoBuildingPlan, Pairing, PairingStep
from pairing.models.fields import place_of
from pairing.models.pairings import Level, PairingEnding, PairingState
from pairing.rules import partnerships as rules
from pairing.rules.pairings import LONGEST_YEARS
from portal.models import PartyOrganization
from portal.places.succession import Passed
from portal.records import audit
from portal.records.steps import take_step
from portal.sheets import figures
from portal.tools.locking import locked_many, locked_one
from portal.tools.saving import keep
from portal.trust.access import require

Move = PairingStep.Move

TITLES = {"partnerships": gettext_lazy("Partnerships that run")}


@transaction.atomic
def agree_partnership(
    *, helper_branch, helped_branch, content, by, at, signed_on=None, cadre=None, **facts
):
    """Pair two branches; `facts` are the other columns of the pairing."""
    helper_branch, helped_branch = _locked_branches(helper_branch, helped_branch)
    require(rules.may_agree_partnership(by, helper_branch, helped_branch))
    if cadre is not None and not (decision := rules.may_answer_for(cadre, helper_branch)):
        raise ValidationError({"cadre": decision.refusal})
    sides = {"helper_branch": helper_branch, "helped_branch": helped_branch, "cadre": cadre}
    pairing = Pairing(level=Level.BRANCH, organ=helper_branch.organ, **sides, **facts)
    pairing.created_by, pairing.created_at = by, at
    pairing.stand_at(helped_branch.unit)
    _check_days(pairing, signed_on, by.today)
    _refuse_twin(pairing)
    keep(pairing)

    figures.count_new(pairing)
    contacts.recount(Pairing.objects.filter(pk=pairing.pk))
    CoBuildingPlan.objects.create(pairing=pairing, signed_on=signed_on, content=content.strip())
    days = [pairing.starts_on, pairing.ends_on]
    facts = {"starts_on": days[0].isoformat(), "ends_on": days[1].isoformat()}
    take_step(pairing, Move.AGREED, by=by, at=at, document=pairing.document, facts=facts)
    audit.record(
        "partnership.agreed",
        on=pairing,
        by=by,
        fields=["helper_branch", "helped_branch", "starts_on", "ends_on", "content"],
        values=[helper_branch.pk, helped_branch.pk, *days, content],
    )
    return pairing


def _locked_branches(*branches):
    """Lock both in a fixed order, so that concurrent requests for the same two wait."""
    rows = PartyOrganization.objects.select_related("organ", "unit__division")
    rows = rows.filter(pk__in=[one.pk for one in branches])
    known = {one.pk: one for one in locked_many(rows, no_key=True)}
    return [known[one.pk] for one in branches]


def _check_days(pairing, signed_on, today):
    if pairing.ends_on < pairing.starts_on:
        raise ValidationError({"ends_on": _("The end lies before the beginning.")})
    if pairing.ends_on.year - pairing.starts_on.year > LONGEST_YEARS:
        said = _("More than %(n)s years: check the days.") % {"n": LONGEST_YEARS}
        raise ValidationError({"ends_on": said})
    if signed_on and signed_on > today:
        raise ValidationError({"signed_on": _("This day lies in the future.")})
    if signed_on and signed_on > pairing.ends_on:
        raise ValidationError({"signed_on": _("It was signed after its own end: check the days.")})


def _refuse_twin(pairing):
    same = Pairing.objects.overlapping(pairing.starts_on, pairing.ends_on).exclude(pk=pairing.pk)
    sides = {"helper_branch": pairing.helper_branch, "helped_branch": pairing.helped_branch}
    if same.filter(**sides).exists():
        said = _("These two branches are paired already on these days.")
        raise ValidationError({"helped_branch": said})


@transaction.atomic
def change_plan(*, pairing, by, content, signed_on):
    rows = Pairing.objects.select_related("organ", "unit").filter(level=Level.BRANCH)
    pairing = locked_one(rows.filter(pk=pairing.pk))
    require(rules.may_change_plan(by, pairing))
    _check_days(pairing, signed_on, by.today)
    plan = CoBuildingPlan.objects.filter(pairing=pairing).first()
    plan = plan or CoBuildingPlan(pairing=pairing)
    content = content.strip()
    if (plan.content, plan.signed_on) == (content, signed_on):
        return pairing
    plan.content, plan.signed_on = content, signed_on
    plan.save()
    fields, values = ["content", "signed_on"], [content, signed_on]
    audit.record("partnership.plan_changed", on=pairing, by=by, fields=fields, values=values)
    return pairing


# --- When a Party organisation is renamed, merged or ended ------------------------------------


def _running(ids, on):
    return Pairing.objects.going_on(on).filter(Q(helper_branch__in=ids) | Q(helped_branch__in=ids))


def blockers_of(ids, *, on):
    """Partnerships that keep a Party organisation from ending without an heir."""
    return [Passed("partnerships", _running(ids, on).count())]


def pass_on_branch(old, heir, *, by, at, on):
    """Pass partnerships on to the heir; those that the heir has already end."""
    rows = locked_many(_running([old.pk], on), no_key=True)
    side = "helper_branch" if old.organ_id else "helped_branch"
    facts = {"branch": old.name, "heir": heir.name}
    passed = []
    for pairing in sorted(rows, key=lambda one: (one.starts_on, one.pk)):
        going_on = figures.remember(Pairing.objects.get(pk=pairing.pk))
        setattr(going_on, side, heir)
        if old.organ_id:
            going_on.organ = heir.organ
        else:
            going_on.stand_at(heir.unit)
        try:
            _refuse_twin(going_on)
            with transaction.atomic():
                going_on.save()
        except (IntegrityError, ValidationError):
            _close(pairing, on, by=by, at=at, facts=facts)
        else:
            figures.recount(going_on)
            move_promises(going_on.items.promised(), **place_of(going_on, "organ"))
            take_step(pairing, Move.REORGANISED, by=by, at=at, facts=facts)
        passed.append((pairing, [heir.pk]))
    audit.record_each("partnership.passed_on", by=by, fields=[side], records=passed)


def _close(pairing, on, *, by, at, facts):
    figures.remember(pairing)
    if pairing.starts_on > on:
        pairing.state, move = PairingState.CANCELLED, Move.CANCELLED
    else:
        pairing.state, move = PairingState.ENDED, Move.ENDED
        pairing.ended_on, pairing.ending = min(on, pairing.ends_on), PairingEnding.CHANGED
    pairing.save(update_fields=["state", "ended_on", "ending"])
    figures.recount(pairing)
    take_step(pairing, move, by=by, at=at, facts=facts)
