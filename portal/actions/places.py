"""Divisions added here, organs and grassroots units: made, moved, ended, never deleted."""

from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from portal import rules
from portal.actions import party
from portal.actions.noting import note
from portal.kinds import KINDS
from portal.models import Cadre, Division, GrassrootsUnit, Organ
from portal.models.places import DivisionLevel, UnitKind
from portal.places import succession
from portal.roles import Permission
from portal.tools.locking import lock_table, locked
from portal.tools.saving import change, keep, put_what_differs
from portal.trust.access import require


def fresh(row, *related):
    """Re-read a picked row: its path may have changed since the form was opened."""
    return row and type(row).objects.select_related(*related).get(pk=row.pk)


_note = partial(note, Permission.MANAGE_PLACES)


def settle(row, old_path=None):
    """Store path and initials of a row that has its parent, and the new paths of its
    descendants."""
    row.place_under_parent()
    if len(row.path) > 110:
        raise ValidationError({"parent": _("The tree would become too deep.")})
    type(row).objects.filter(pk=row.pk).update(path=row.path, initials=row.initials)
    if old_path and old_path != row.path:
        below = type(row).objects.filter(path__startswith=old_path).exclude(pk=row.pk)
        below.update(path=Concat(Value(row.path), Substr("path", len(old_path) + 1)))


def refuse_circle(row, parent):
    if parent is not None and parent.path.startswith(row.path):
        raise ValidationError({"parent": _("It cannot be below itself.")})


def refuse_twin(row):
    """Refuse a duplicate name at the same place, or a duplicate code."""
    others = type(row).objects.filter(ended_on=None).exclude(pk=row.pk)
    at_same_place = {"parent": row.parent}
    if isinstance(row, GrassrootsUnit):
        at_same_place["host_organ"] = row.host_organ
    if others.filter(name=row.name, **at_same_place).exists():
        raise ValidationError({"name": _("There is one of this name at this place already.")})
    if row.code and others.filter(code=row.code).exists():
        raise ValidationError({"code": _("This code is in use already.")})


def refuse_other_place(unit):
    """Refuse a part whose organ does not belong to that of the unit above, and a village or
    community outside the area of its organ."""
    host, above = unit.host_organ, unit.parent and unit.parent.host_organ
    if above and not host.path.startswith(above.path):
        said = _("The unit above is managed by %(name)s; this organ does not belong to it.")
        raise ValidationError({"host_organ": said % {"name": above.name}})
    if not KINDS[unit.kind].has_residents or not unit.division or not host.division:
        return
    if not unit.division.path.startswith(host.division.path):
        said = _("It lies outside the area of %(name)s, which manages the unit.")
        raise ValidationError({"division": said % {"name": host.name}})


# --- Divisions --------------------------------------------------------------------------------


@transaction.atomic
def add_division(*, by, parent, name, code, valid_from):
    """A division that the national list does not know; loading a list never touches it."""
    lock_table(Division)
    parent = fresh(parent)
    require(rules.may_add_division(by, parent))
    division = Division(
        parent=parent,
        name=name,
        code=code,
        level=parent.level + 1 if parent else DivisionLevel.PROVINCE,
        source=Division.Source.LOCAL,
        valid_from=valid_from,
    )
    keep(division)
    settle(division)
    _note("division.added", division, by, ["name", "code", "parent"], [name, code])
    return division


@transaction.atomic
def change_division(*, division, by, name, code):
    division = locked(division, "parent", no_key=True)
    require(rules.may_change_division(by, division))
    changed = put_what_differs(division, {"name": name, "code": code})
    if not changed:
        return division
    keep(division, fields=changed)
    settle(division)
    _note("division.changed", division, by, changed, [name, code])
    return division


@transaction.atomic
def end_division(*, division, by, ended_on):
    division = locked(division, no_key=True)
    require(rules.may_end_division(by, division))
    if ended_on < division.valid_from:
        raise ValidationError({"ended_on": _("The end lies before the beginning.")})
    change(division, valid_to=ended_on)
    _note("division.ended", division, by, ["valid_to"])
    return division


# --- Organs -----------------------------------------------------------------------------------


@transaction.atomic
def add_organ(*, by, parent, division, **facts):
    """Add an organ, in its parent's division unless another is given."""
    lock_table(Organ)
    parent = fresh(parent, "division")
    division = division or (parent.division if parent else None)
    require(rules.may_keep_organ(by, parent=parent, division=division))
    organ = Organ(parent=parent, division=division, **facts)
    refuse_twin(organ)
    keep(organ)
    settle(organ)
    _note("organ.added", organ, by, ["parent", "division", *facts], facts)
    return organ


@transaction.atomic
def change_organ(*, organ, by, parent, division, **facts):
    """Correct an organ, or move it with all its stations under another parent. Without a division
    it gets its parent's."""
    lock_table(Organ)
    organ = locked(organ, "parent", "division", no_key=True)
    require(rules.may_change_organ(by, organ))
    parent = fresh(parent, "division")
    division = division or (parent.division if parent else None)
    if parent != organ.parent or division != organ.division:
        require(rules.may_keep_organ(by, parent=parent or organ, division=division))
    refuse_circle(organ, parent)
    old_path = organ.path
    changed = put_what_differs(organ, {"parent": parent, "division": division, **facts})
    if not changed:
        return organ
    refuse_twin(organ)
    keep(organ, fields=changed)
    settle(organ, old_path)
    _note("organ.changed", organ, by, changed, facts)
    return organ


@transaction.atomic
def end_organ(*, organ, by, ended_on):
    """End an organ that holds nothing; otherwise a reorganisation names a successor."""
    lock_table(Organ)
    organ = locked(organ, "division", no_key=True)
    require(rules.may_change_organ(by, organ))
    _check_end(organ, ended_on, by)
    change(organ, ended_on=ended_on)
    party.end_with(organ, by=by, on=ended_on)
    _note("organ.ended", organ, by, ["ended_on"], [ended_on])
    return organ


def _check_end(row, on, by):
    if on < row.started_on:
        raise ValidationError({"ended_on": _("The end lies before the beginning.")})
    left = [one for ask in succession.BLOCKERS for one in ask(row, on=by.today) if one.count]
    if isinstance(row, Organ):
        left += [
            succession.Passed(code, rows.count())
            for code, rows in (
                ("stations", Organ.objects.filter(parent=row, ended_on=None)),
                ("units", GrassrootsUnit.objects.filter(host_organ=row, ended_on=None)),
                ("cadres", Cadre.objects.filter(organ=row, left_on=None)),
            )
        ]
    else:
        parts = GrassrootsUnit.objects.filter(parent=row, ended_on=None)
        left.append(succession.Passed("parts", parts.count()))
    left += party.blockers_of(row, on=by.today)
    held = _(", ").join(f"{one.title} {one.count}" for one in left if one.count)
    if held:
        raise ValidationError(
            _("It still holds: %(held)s. Use a reorganisation, which passes them on.")
            % {"held": held}
        )


# --- Grassroots units -------------------------------------------------------------------------


@transaction.atomic
def add_unit(*, by, parent, host_organ, division, **facts):
    """Add a unit. Below a parent (workshop, team) host and division default to the parent's;
    otherwise the division defaults to the host's, so that readers of that area read the unit."""
    lock_table(GrassrootsUnit)
    parent = fresh(parent, "host_organ", "division")
    if parent is not None:
        host_organ = host_organ or parent.host_organ
        division = division or parent.division
    division = division or (host_organ and host_organ.division)
    require(rules.may_keep_unit(by, host_organ=host_organ, division=division))
    unit = GrassrootsUnit(parent=parent, host_organ=host_organ, division=division, **facts)
    refuse_twin(unit)
    refuse_other_place(unit)
    keep(unit)
    settle(unit)
    _note("unit.added", unit, by, ["parent", "host_organ", "division", *facts], facts)
    return unit


@transaction.atomic
def change_unit(*, unit, by, parent, host_organ, division, **facts):
    lock_table(GrassrootsUnit)
    unit = locked(unit, "parent", "host_organ__division", "division", no_key=True)
    require(rules.may_change_unit(by, unit))
    host_organ = host_organ or unit.host_organ
    division = division or host_organ.division
    require(rules.may_keep_unit(by, host_organ=host_organ, division=division))
    parent = fresh(parent, "host_organ")
    refuse_circle(unit, parent)
    old_path = unit.path
    places = {"parent": parent, "host_organ": host_organ, "division": division}
    changed = put_what_differs(unit, {**places, **facts})
    if not changed:
        return unit
    refuse_twin(unit)
    refuse_other_place(unit)
    keep(unit, fields=changed)
    settle(unit, old_path)
    _note("unit.changed", unit, by, changed, facts)
    return unit


@transaction.atomic
def end_unit(*, unit, by, ended_on):
    """End a unit that holds nothing."""
    lock_table(GrassrootsUnit)
    unit = locked(unit, "host_organ__division", "division", no_key=True)
    require(rules.may_change_unit(by, unit))
    _check_end(unit, ended_on, by)
    change(unit, ended_on=ended_on)
    party.end_with(unit, by=by, on=ended_on)
    _note("unit.ended", unit, by, ["ended_on"], [ended_on])
    return unit


@transaction.atomic
def units_from_divisions(*, by, township, host_organ, started_on):
    """Create a unit for each village or community of a township that has none; return them."""
    lock_table(GrassrootsUnit)
    require(rules.may_keep_unit(by, host_organ=host_organ, division=township))
    taken = GrassrootsUnit.objects.filter(ended_on=None, division__parent=township)
    villages = (
        Division.objects.current(started_on)
        .filter(parent=township, level=DivisionLevel.VILLAGE)
        .exclude(pk__in=taken.values("division"))
        .order_by("code", "pk")
    )
    named = [(village, *unit_name(village.name)) for village in villages]
    units = GrassrootsUnit.objects.bulk_create(
        GrassrootsUnit(
            name=name,
            kind=kind,
            code=village.code,
            division=village,
            host_organ=host_organ,
            sort_order=number,
            started_on=started_on,
        )
        for number, (village, name, kind) in enumerate(named, start=1)
    )
    for unit in units:
        unit.place_under_parent()
    GrassrootsUnit.objects.bulk_update(units, ["path", "initials"])
    if units:
        _note("units.added", township, by, ["division", "host_organ"], [unit.pk for unit in units])
    return units


def unit_name(name):
    """(name, kind): the list names committees (柳湾村委会, 东街社区居委会), people the place."""
    for ending, word, kind in (
        ("居民委员会", "社区", UnitKind.COMMUNITY),
        ("居委会", "社区", UnitKind.COMMUNITY),
        ("村民委员会", "村", UnitKind.RURAL),
        ("村委会", "村", UnitKind.RURAL),
    ):
        place = name.removesuffix(ending)
        if place and place != name:
            return place if place.endswith(word) else f"{place}{word}", kind
    return name, UnitKind.COMMUNITY if name.endswith("社区") else UnitKind.RURAL
