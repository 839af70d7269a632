"""Needs: noted, renewed, closed. Offers: made, changed, withdrawn."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pairing.models import HelpNeed, HelpResource
from pairing.models.needs import NeedState
from pairing.rules import needs as rules
from portal import parameters
from portal.models import Organ
from portal.records import audit
from portal.roles import Permission as P
from portal.tools.locking import locked
from portal.tools.saving import change, keep, put_what_differs
from portal.trust.access import require

OFFER = ("kind", "what", "capacity", "amount", "expertise", "until")
NEED = ("kind", "what", "urgency", "amount", "expertise", "until")


def _note(event, on, by, permission, fields=(), values=None):
    principal = by.principal_for(permission)
    audit.record(event, on=on, by=by, principal=principal, fields=fields, values=values)


def _note_facts(event, on, by, permission, names, facts):
    _note(event, on, by, permission, names, [str(facts[name]) for name in names])


def _check_until(until, on):
    most = parameters.number("pairing.need_max_days", on=on)
    if until < on:
        raise ValidationError({"until": _("This day has passed.")})
    if until > on + timedelta(days=most):
        words = _("It is valid for %(n)s days at most; review it then.")
        raise ValidationError({"until": words % {"n": most}})


@transaction.atomic
def note_need(*, by, at, unit, household=None, **facts):
    """Note what a unit needs, or only the kind of help that a household needs."""
    require(rules.may_note_need(by, unit))
    on = timezone.localdate(at)
    _check_until(facts["until"], on)
    same = HelpNeed.objects.open(on).filter(unit=unit, household=household, kind=facts["kind"])
    if household:
        facts |= {"what": "", "amount": None, "expertise": []}
    if same.filter(what=facts["what"]).exists():
        raise ValidationError(_("This need is noted already and open; renew that one."))
    need = HelpNeed(household=household, noted_on=on, noted_by=by, **facts)
    need.organ_id = by.organ_id or unit.host_organ_id
    need.stand_at(unit)
    need.group = household.group if household else ""
    keep(need)
    _note_facts("help_need.noted", need, by, P.NOTE_HELP_NEEDS, NEED, facts)
    return need


@transaction.atomic
def renew_need(*, need, by, at, until, urgency):
    """Note that a need is still open, with a new last day and urgency."""
    need = locked(need)
    require(rules.may_renew_need(by, need))
    _check_until(until, timezone.localdate(at))
    if (need.until, need.urgency) == (until, urgency):
        return need
    keep(need, until=until, urgency=urgency)
    fields, values = ["until", "urgency"], [str(until), urgency]
    _note("help_need.renewed", need, by, P.NOTE_HELP_NEEDS, fields, values)
    return need


@transaction.atomic
def close_need(*, need, by, at, state):
    """Close a need as met or no longer needed."""
    need = locked(need)
    require(rules.may_close_need(by, need))
    change(need, state=NeedState(state), closed_on=timezone.localdate(at), closed_by=by)
    _note(f"help_need.{need.state}", need, by, P.NOTE_HELP_NEEDS, ["state"], need.state)
    return need


@transaction.atomic
def offer_help(*, by, at, organ, **facts):
    require(rules.may_offer_for(by, organ))
    on = timezone.localdate(at)
    _check_until(facts["until"], on)
    same = HelpResource.objects.on_offer(on).filter(organ=organ, kind=facts["kind"])
    if same.filter(what=facts["what"]).exists():
        raise ValidationError(_("The organ offers this already; change that offer."))
    resource = HelpResource(organ=organ, offered_on=on, noted_by=by, **facts)
    keep(resource)
    _note_facts("help.offered", resource, by, P.OFFER_HELP, OFFER, facts)
    return resource


def _locked_resource(resource):
    resource = locked(resource)
    resource.organ = Organ.objects.select_related("division").get(pk=resource.organ_id)
    return resource


@transaction.atomic
def change_offer(*, resource, by, at, **facts):
    resource = _locked_resource(resource)
    require(rules.may_change_offer(by, resource))
    changed = put_what_differs(resource, {name: facts[name] for name in OFFER})
    if not changed:
        return resource
    if "until" in changed:
        _check_until(facts["until"], timezone.localdate(at))
    keep(resource, fields=changed)
    _note_facts("help.changed", resource, by, P.OFFER_HELP, changed, facts)
    return resource


@transaction.atomic
def withdraw_offer(*, resource, by, at):
    """Withdraw the offer; running pairings go on."""
    resource = _locked_resource(resource)
    require(rules.may_change_offer(by, resource))
    change(resource, withdrawn_on=timezone.localdate(at))
    _note("help.withdrawn", resource, by, P.OFFER_HELP, ["withdrawn_on"])
    return resource
