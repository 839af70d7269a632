"""Cadres, their experience, and who stands in for whom."""

from datetime import timedelta
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Least
from django.utils.translation import gettext as _

from portal import rules
from portal.actions.noting import note
from portal.models import AvoidancePair, Cadre, Experience, StandIn, User
from portal.models.places import DivisionLevel
from portal.records import audit
from portal.roles import Permission
from portal.tools import pinyin
from portal.tools.locking import locked, locked_many
from portal.tools.saving import change, keep, put_what_differs
from portal.trust.access import require

_note = partial(note, Permission.MANAGE_PEOPLE)


@transaction.atomic
def add_cadre(*, by, organ, **facts):
    require(rules.may_keep_cadre(by, organ))
    cadre = Cadre(organ=organ, initials=pinyin.initials(facts["name"])[:40], **facts)
    keep(cadre)
    _note("cadre.added", cadre, by, ["organ", *facts], [organ.pk, facts])
    return cadre


@transaction.atomic
def change_cadre(*, cadre, by, organ, **facts):
    """Correct a cadre, and the account's name and organ. A change of organ is a transfer instead
    (actions/reorganisations.py)."""
    cadre = locked(cadre, "organ__division")
    require(rules.may_change_cadre(by, cadre))
    if organ != cadre.organ:
        require(rules.may_keep_cadre(by, organ))
    values = {"organ": organ, "initials": pinyin.initials(facts["name"])[:40], **facts}
    changed = put_what_differs(cadre, values)
    if not changed:
        return cadre
    keep(cadre, fields=changed)
    if cadre.user_id and {"organ", "name"} & set(changed):
        User.objects.filter(pk=cadre.user_id).update(organ=cadre.organ, name=cadre.name)
    _note("cadre.changed", cadre, by, changed, [organ.pk, facts])
    return cadre


@transaction.atomic
def cadre_left(*, cadre, by, left_on):
    """Record that a cadre left the service or the area; their stand-ins, and those they act as, end
    the same day."""
    cadre = locked(cadre, "organ__division")
    require(rules.may_change_cadre(by, cadre))
    change(cadre, left_on=left_on)
    if cadre.user_id:
        open_ones = StandIn.objects.filter(ends_on__gte=left_on).filter(
            Q(principal=cadre.user_id) | Q(stand_in=cadre.user_id)
        )
        # One that has not begun gets that day as its only day.
        open_ones.update(starts_on=Least("starts_on", Value(left_on)), ends_on=left_on)
    _note("cadre.left", cadre, by, ["left_on"], str(left_on))
    return cadre


@transaction.atomic
def add_experience(*, cadre, by, **facts):
    cadre = locked(cadre, "organ__division")
    require(rules.may_change_cadre(by, cadre))
    experience = Experience(cadre=cadre, **facts)
    keep(experience)
    _note("cadre.experience_added", cadre, by, facts, facts)
    return experience


@transaction.atomic
def drop_experience(*, experience, by):
    """Delete a period of experience that was entered by mistake."""
    cadre = locked(experience.cadre, "organ__division")
    require(rules.may_change_cadre(by, cadre))
    Experience.objects.filter(pk=experience.pk, cadre=cadre).delete()
    _note("cadre.experience_dropped", cadre, by)


@transaction.atomic
def change_placing(*, cadre, by, spouse, home_division, skills):
    """Save spouse, home and skills, which decide placings. Both spouses' rows name each other."""
    keys = {one.pk for one in (cadre, spouse) if one} | {cadre.spouse_id} - {None}
    rows = Cadre.objects.select_related("organ__division").filter(pk__in=keys)
    held = {one.pk: one for one in locked_many(rows)}
    cadre, spouse = held[cadre.pk], held[spouse.pk] if spouse else None
    require(rules.may_change_cadre(by, cadre))
    if home_division and home_division.level < DivisionLevel.COUNTY:
        raise ValidationError({"home_division": _("A county, or what lies in one.")})
    if spouse:
        _check_spouse(cadre, spouse, by)
    before = cadre.spouse_id
    if before and (not spouse or before != spouse.pk):
        Cadre.objects.filter(pk__in=[cadre.pk, before]).update(spouse=None)
        _note("cadre.placing_changed", cadre.spouse, by, ["spouse"], [None])
    change(cadre, home_division=home_division, skills=sorted(skills), spouse=spouse)
    if spouse and before != spouse.pk:
        Cadre.objects.filter(pk=spouse.pk).update(spouse=cadre)
        _note("cadre.placing_changed", spouse, by, ["spouse"], [cadre.pk])
    values = [spouse and spouse.pk, home_division and home_division.pk, cadre.skills]
    _note("cadre.placing_changed", cadre, by, ["spouse", "home_division", "skills"], values)
    return cadre


def _check_spouse(cadre, spouse, by):
    if spouse.pk == cadre.pk:
        raise ValidationError({"spouse": _("Nobody is their own spouse.")})
    decision = rules.may_change_cadre(by, spouse)
    if not decision:
        raise ValidationError({"spouse": decision.refusal})
    if spouse.spouse_id not in (None, cadre.pk):
        raise ValidationError(
            {"spouse": _("%(name)s has another spouse entered.") % {"name": spouse.name}}
        )


@transaction.atomic
def add_avoidance(*, cadre, by, at, other=None, unit=None):
    """回避: no reason is asked, none is kept."""
    cadre = locked(cadre, "organ__division")
    require(rules.may_keep_avoidance(by, cadre))
    # The lower id first, so that a pair is stored once.
    if other and other.pk < cadre.pk:
        cadre, other = other, cadre
    pair = AvoidancePair(cadre=cadre, other=other, unit=unit, made_by=by, made_at=at)
    keep(pair)
    _note("avoidance.added", pair, by, ["cadre", "other", "unit"], [pair.pk])
    return pair


@transaction.atomic
def end_avoidance(*, pair, by, at):
    pair = locked(pair)
    require(rules.may_end_avoidance(by, pair))
    if pair.ended_at is None:
        change(pair, ended_at=at, ended_by=by)
        _note("avoidance.ended", pair, by, ["ended_at"])
    return pair


@transaction.atomic
def name_stand_in(*, principal, stand_in, starts_on, ends_on, reason, by):
    """代办: let somebody act for a person during a period; every step then names both."""
    # Locked, so that concurrent calls cannot name two stand-ins for the same days, and neither
    # person can become an administrator meanwhile.
    both = User.objects.select_related("organ__division").filter(pk__in=[principal.pk, stand_in.pk])
    principal = {one.pk: one for one in locked_many(both, no_key=True)}[principal.pk]
    require(rules.may_name_stand_in(by, principal, stand_in))
    if ends_on - starts_on > timedelta(days=rules.LONGEST_STAND_IN_DAYS):
        raise ValidationError({"ends_on": _("At most a year; name the stand-in again then.")})
    overlapping = StandIn.objects.filter(
        principal=principal, stand_in=stand_in, starts_on__lte=ends_on, ends_on__gte=starts_on
    )
    if overlapping.exists():
        raise ValidationError({"stand_in": _("This stand-in is already named for these days.")})
    days = {"starts_on": starts_on, "ends_on": ends_on}
    named = StandIn(principal=principal, stand_in=stand_in, reason=reason, named_by=by, **days)
    keep(named)
    audit.record(
        "stand_in.named",
        on=named,
        by=by,
        principal=principal if principal != by else None,
        fields=["principal", "stand_in", *days],
        values=[principal.pk, stand_in.pk, *days.values()],
    )
    return named


@transaction.atomic
def end_stand_in(*, stand_in, by, on):
    """End a stand-in yesterday; one that has not begun gets yesterday as its only day."""
    stand_in = locked(stand_in, "principal__organ__division")
    require(rules.may_end_stand_in(by, stand_in))
    last = on - timedelta(days=1)
    change(stand_in, starts_on=min(stand_in.starts_on, last), ends_on=last)
    audit.record("stand_in.ended", on=stand_in, by=by, fields=["ends_on"])
    return stand_in
