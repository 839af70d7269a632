"""Party organisations: added, corrected, renamed, ended; they follow their organ or unit."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal import rules
from portal.actions.noting import note
from portal.models import GrassrootsUnit, Organ, PartyOrganization
from portal.places import succession
from portal.places.succession import EXAMPLES, Passed
from portal.roles import Permission
from portal.tools.locking import lock_table, locked
from portal.tools.saving import change, put_what_differs
from portal.trust.access import require


def _locked(party):
    # Serialise changes: two of the same name at one place, or two successions at once.
    lock_table(PartyOrganization)
    related = ("organ__division", "unit__division", "unit__host_organ__division")
    return locked(party, *related, no_key=True)


def _note(event, *about):
    note(Permission.MANAGE_PLACES, f"party_organization.{event}", *about)


def _refuse_twin(party):
    others = PartyOrganization.objects.filter(
        name=party.name, organ=party.organ, unit=party.unit, ended_on=None
    )
    if others.exclude(pk=party.pk).exists():
        raise ValidationError({"name": _("There is one of this name at this place already.")})


def _save(party):
    party.spell()
    party.full_clean(validate_constraints=False)
    _refuse_twin(party)
    party.save()


@transaction.atomic
def add_party_organization(*, by, organ, unit, **facts):
    lock_table(PartyOrganization)
    if (organ is None) == (unit is None):
        raise ValidationError(
            {"organ": _("Choose the organ or the unit that it belongs to, one of the two.")}
        )
    if organ is not None:
        organ = Organ.objects.select_related("division").get(pk=organ.pk)
    else:
        unit = GrassrootsUnit.objects.select_related("division", "host_organ__division").get(
            pk=unit.pk
        )
    require(rules.may_keep_party_organization(by, organ=organ, unit=unit))
    place = organ or unit
    if place.ended_on:
        field = "organ" if organ else "unit"
        raise ValidationError({field: _("%(name)s has ended.") % {"name": place.name}})
    party = PartyOrganization(organ=organ, unit=unit, **facts)
    _save(party)
    _note("added", party, by, ["organ", "unit", *facts], facts)
    return party


@transaction.atomic
def change_party_organization(*, party, by, **facts):
    """Correct slips of the pen, the secretary or the number of members."""
    party = _locked(party)
    require(rules.may_change_party_organization(by, party))
    changed = put_what_differs(party, facts)
    if not changed:
        return party
    _save(party)
    _note("changed", party, by, changed, facts)
    return party


@transaction.atomic
def rename_party_organization(*, party, by, at, on, name):
    """Give it a new name from a day on: the old row ends, and a new one succeeds it."""
    party = _locked(party)
    require(rules.may_change_party_organization(by, party))
    if name == party.name:
        raise ValidationError({"name": _("It has this name already.")})
    _refuse_before(party, on, "on")
    copied = ["kind", "organ", "unit", "secretary", "member_count", "sort_order"]
    heir = PartyOrganization(name=name, started_on=on, **{n: getattr(party, n) for n in copied})
    _save(heir)
    _succeed(party, heir, by=by, at=at, on=on)
    _note("renamed", heir, by, ["name", "started_on"], [party.pk, name, on])
    return heir


@transaction.atomic
def end_party_organization(*, party, by, at, ended_on, successor=None):
    """End it: with a successor of the same side, or without one if it holds nothing."""
    party = _locked(party)
    require(rules.may_change_party_organization(by, party))
    _refuse_before(party, ended_on, "ended_on")
    if successor is None:
        _refuse_held(party, by.today)
        _end(party, ended_on)
    else:
        successor = _locked(successor)
        _check_heir(party, successor)
        require(rules.may_change_party_organization(by, successor))
        _succeed(party, successor, by=by, at=at, on=ended_on)
    _note("ended", party, by, ["ended_on", "successor"], [ended_on, party.successor_id])
    return party


def _refuse_before(party, on, field):
    if on < party.started_on:
        words = _("%(name)s began only on %(day)s.")
        raise ValidationError({field: words % {"name": party.name, "day": party.started_on}})


def _check_heir(party, heir):
    if heir == party:
        raise ValidationError({"successor": _("It cannot be merged into itself.")})
    if (heir.organ_id is None) != (party.organ_id is None):
        words = _("One of an organ passes on to one of an organ, one of a unit to one of a unit.")
        raise ValidationError({"successor": words})


def _refuse_held(party, on):
    left = [one for ask in succession.PARTY_ORGANIZATION_HELD for one in ask([party.pk], on=on)]
    held = _(", ").join(f"{one.title} {one.count}" for one in left if one.count)
    if held:
        words = _("It still holds: %(held)s. Name a successor.")
        raise ValidationError({"successor": words % {"held": held}})


def _end(party, on, heir=None):
    # Never before its first day.
    change(party, ended_on=max(on, party.started_on), successor=heir)


def _succeed(party, heir, *, by, at, on):
    _end(party, on, heir)
    for pass_on in succession.PARTY_ORGANIZATION_ENDED:
        pass_on(party, heir, by=by, at=at, on=on)


# --- With its organ or unit -------------------------------------------------------------------


def _at(place):
    return {"organ" if isinstance(place, Organ) else "unit": place}


def blockers_of(place, *, on):
    """What the Party organisations of an organ or unit that is to end still hold."""
    rows = PartyOrganization.objects.filter(ended_on=None, **_at(place))
    ids = list(rows.values_list("pk", flat=True))
    held = succession.PARTY_ORGANIZATION_HELD
    return [one for ask in held for one in ask(ids, on=on)] if ids else []


def end_with(place, *, by, on):
    """End the Party organisations of an organ or unit on the same day; they hold nothing any
    more."""
    lock_table(PartyOrganization)
    for party in PartyOrganization.objects.filter(ended_on=None, **_at(place)).order_by("pk"):
        _end(party, on)
        _note("ended", party, by, ["ended_on"], [on])


def follow(old, heir, *, by, at, on):
    """Move Party organisations to the successor, merging those whose name exists there."""
    lock_table(PartyOrganization)
    rows = list(PartyOrganization.objects.filter(ended_on=None, **_at(old)).order_by("pk"))
    known = {one.name: one for one in PartyOrganization.objects.filter(ended_on=None, **_at(heir))}
    for party in rows:
        if party.name in known:
            _succeed(party, known[party.name], by=by, at=at, on=on)
        else:
            change(party, **_at(heir))
        _note("followed", party, by, ["organ", "unit", "successor"], [old.pk, heir.pk])
    examples = tuple((party.name, party.get_absolute_url()) for party in rows[:EXAMPLES])
    return Passed("party_organizations", len(rows), examples)
