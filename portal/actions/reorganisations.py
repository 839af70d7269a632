"""机构改革 as one action: merge, split, rename, move; transfer of a cadre.

A row that ends keeps its name, so that records of earlier days still show it; its successor takes
over what it held (docs/adr/0020). Each reorganisation is one transaction.
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import rules
from portal.actions import party, places
from portal.actions.noting import note as note_event
from portal.models import (
    Cadre,
    Division,
    Experience,
    GrassrootsUnit,
    Organ,
    Reorganisation,
    ReorganisationChange,
    RoleGrant,
    User,
)
from portal.models.places import DivisionLevel, OrganKind
from portal.places import succession
from portal.places.succession import EXAMPLES, Passed
from portal.records import audit
from portal.roles import ADMINISTRATORS, Permission, Role
from portal.tools.locking import lock_table, locked, locked_many
from portal.tools.saving import change, keep
from portal.trust.access import require

Kind, Noun, What = Reorganisation.Kind, Reorganisation.Noun, ReorganisationChange.What
MODELS = {Noun.ORGAN: Organ, Noun.UNIT: GrassrootsUnit, Noun.DIVISION: Division, Noun.CADRE: Cadre}
MOST_DIVISIONS = 5_000


class _Course:
    """A reorganisation in progress: collects what it changes and what passes on."""

    def __init__(self, kind, noun, title, by, at, on, document, note):
        if on > timezone.localdate(at):
            raise ValidationError(
                {"on": _("This day is in the future; carry it out when it has come.")}
            )
        self.by, self.at, self.on = by, at, on
        order = {"on": on, "document": document, "note": note, "by": by, "at": at}
        self.record = Reorganisation.objects.create(
            kind=kind, noun=noun, title=title[:200], **order
        )
        self._changes, self._passed = [], {}

    def changed(self, what, subject, before=None, after=None):
        change = ReorganisationChange(reorganisation=self.record, what=what)
        for side, row in (("", subject), ("from_", before), ("to_", after)):
            if row is not None:
                noun = row._meta.model_name.replace("grassrootsunit", "unit")
                setattr(change, f"{side}{noun}", row)
        self._changes.append(change)

    def pass_on(self, *found):
        for one in found:
            known = self._passed.get(one.code, Passed(one.code, 0))
            examples = (*known.examples, *one.examples)[:EXAMPLES]
            self._passed[one.code] = Passed(one.code, known.count + one.count, examples)

    def finish(self):
        ReorganisationChange.objects.bulk_create(self._changes)
        found = [one for one in self._passed.values() if one.count]
        record, changes = self.record, [one.pk for one in self._changes]
        change(record, passed=[[one.code, one.count] for one in found])
        # For the preview.
        record.found, record.made = found, self._changes
        is_of_cadre = record.noun == Noun.CADRE
        note_event(
            Permission.MANAGE_PEOPLE if is_of_cadre else Permission.MANAGE_PLACES,
            f"reorganisation.{record.kind}",
            record,
            self.by,
            ["on", "document", "changes", "passed"],
            [self.on, record.document, changes, record.passed],
        )
        return record


def rehearse(action, **facts):
    """Carry an action out and roll it back: the preview shows exactly what it would do."""
    with transaction.atomic():
        record = action(**facts)
        transaction.set_rollback(True)
    return record


def _lock_trees():
    # All trees, always in this order, so that reorganisations wait for each other.
    for model in (Division, Organ, GrassrootsUnit):
        lock_table(model)


def _taken(row, by, on):
    """Lock, reload and check a row that is to end or move."""
    related = {
        Organ: ("parent", "division"),
        GrassrootsUnit: ("parent", "division", "host_organ__division"),
        Division: ("parent",),
    }[type(row)]
    row = locked(row, *related, no_key=True)
    require(rules.may_reorganise_row(by, row))
    _check_day(row, on)
    return row


def _check_day(row, on):
    began = row.valid_from if isinstance(row, Division) else row.started_on
    if on < began:
        words = _("%(name)s began only on %(day)s.")
        raise ValidationError({"on": words % {"name": row.name, "day": began}})


# --- The five kinds ---------------------------------------------------------------------------


@transaction.atomic
def merge(*, noun, sources, target, by, at, on, document, note="", divisions_too=False, **facts):
    """Merge several rows into an existing one, or into a new one of this name."""
    _lock_trees()
    rows = [_taken(row, by, on) for row in sorted(set(sources), key=lambda row: row.pk)]
    rows.sort(key=lambda row: [one.pk for one in sources].index(row.pk))
    target = places.fresh(target)
    _check_merger(rows, target, facts.get("name"))
    if target is not None:
        require(rules.may_reorganise_row(by, target))
    names = "、".join(row.name for row in rows)
    title = f"{names} → {target.name if target else facts['name']}"
    course = _Course(Kind.MERGE, noun, title, by, at, on, document, note)
    for row in rows:
        _end(course, row)
    heir = target or _make(course, rows[0], ended=rows, **facts)
    for row in rows:
        _succeed(course, row, heir, part=row.name)
    if divisions_too:
        _merge_divisions_of(course, rows, heir)
    return course.finish()


def _check_merger(rows, target, name):
    if target is None and not name:
        raise ValidationError({"target": _("Name an existing one or a new one to merge into.")})
    if target is not None and name:
        raise ValidationError({"name": _("Name an existing one or a new one, not both.")})
    if target is None and len(rows) < 2:
        words = _("To give a single one a new name, rename it.")
        raise ValidationError({"sources": words})
    if target in rows:
        raise ValidationError({"target": _("It cannot be merged into itself.")})
    if target is not None and any(target.path.startswith(row.path) for row in rows):
        raise ValidationError({"target": _("The successor must not be part of what ends.")})
    merged = [*rows, target] if target else rows
    if isinstance(rows[0], Division) and len({row.level for row in merged}) > 1:
        raise ValidationError({"sources": _("Only divisions of one level are merged.")})


def _merge_divisions_of(course, rows, heir):
    """Also merge the townships of merged organs, or the villages of merged units."""
    level = DivisionLevel.TOWNSHIP if isinstance(heir, Organ) else DivisionLevel.VILLAGE
    place = places.fresh(heir.division)
    merging = {row.division for row in rows if row.division_id} - {place}
    if not place or any(one.level != level for one in [place, *merging]):
        words = _("They do not all have a division of this level to merge: %(level)s.")
        raise ValidationError({"divisions_too": words % {"level": level.label}})
    require(rules.may_reorganise_row(course.by, place))
    for one in sorted(merging, key=lambda one: one.pk):
        one = _taken(one, course.by, course.on)
        _end(course, one)
        _succeed(course, one, places.fresh(place), part="")


@transaction.atomic
def split(*, noun, source, parts, heir, hosts, by, at, on, document, note=""):
    """Split a row. `parts` are the facts of the new rows, `heir` is the index of the part that
    takes over open work, `hosts` {id: index of a part} assigns units or divisions to other parts.
    """
    _lock_trees()
    row = _taken(source, by, on)
    names = [part["name"] for part in parts]
    if len(set(names)) < 2 or len(set(names)) < len(names):
        raise ValidationError({"part_2": _("Name at least two parts, each by a name of its own.")})
    if not 0 <= heir < len(parts) or any(not 0 <= n < len(parts) for n in hosts.values()):
        raise ValidationError({"heir": _("Choose one of the parts that you named.")})
    title = f"{row.name} → {'、'.join(names)}"
    course = _Course(Kind.SPLIT, noun, title, by, at, on, document, note)
    _end(course, row)
    made = [_make(course, row, ended=[row], **part) for part in parts]
    given = {pk: made[number] for pk, number in hosts.items() if number != heir}
    _succeed(course, row, made[heir], part="", parts=made, given=given)
    return course.finish()


@transaction.atomic
def rename(*, noun, source, name, by, at, on, document, note="", **facts):
    """Give a row a new name: the old row ends, and a new one succeeds it."""
    _lock_trees()
    row = _taken(source, by, on)
    if name == row.name:
        raise ValidationError({"name": _("It has this name already.")})
    title = f"{row.name} → {name}"
    course = _Course(Kind.RENAME, noun, title, by, at, on, document, note)
    _end(course, row)
    facts["code"] = facts.get("code") or row.code
    heir = _make(course, row, ended=[row], name=name, **facts)
    _succeed(course, row, heir, part="")
    return course.finish()


@transaction.atomic
def move(*, noun, source, by, at, on, document, note="", **where):
    """Move a row in the tree. Organs and units keep their row; a division gets a new one, since
    its past figures belong to the old place."""
    _lock_trees()
    row = _taken(source, by, on)
    course = _Course(Kind.MOVE, noun, row.name, by, at, on, document, note)
    moves = {Noun.ORGAN: _move_organ, Noun.UNIT: _move_unit, Noun.DIVISION: _move_division}
    moves[noun](course, row, **where)
    return course.finish()


@transaction.atomic
def transfer(
    *, cadre, organ, by, at, on, document, note="", department="", post="", since=None, heir=None
):
    """Move a cadre to another organ. Contact areas pass to the heir or end. The account and the
    role of a cadre move along; roles in an organ that does not contain the new one end."""
    _lock_trees()
    cadre = locked(cadre, "organ__division", "user", no_key=True)
    require(rules.may_change_cadre(by, cadre))
    organ = places.fresh(organ, "division")
    if organ.ended_on:
        raise ValidationError({"organ": _("%(name)s has ended.") % {"name": organ.name}})
    if organ == cadre.organ:
        raise ValidationError({"organ": _("The cadre belongs to this organ already.")})
    require(rules.may_keep_cadre(by, organ))
    if heir is not None:
        if heir == cadre:
            raise ValidationError({"heir": _("Nobody takes over from themselves.")})
        require(rules.may_keep_cadre(by, heir.organ))
    left = cadre.organ
    title = f"{cadre.name}：{left.label} → {organ.label}"
    course = _Course(Kind.TRANSFER, Noun.CADRE, title, by, at, on, document, note)
    _note_experience(cadre, organ, post, since, on)
    change(cadre, organ=organ, department=department, post=post)
    course.changed(What.ORGAN, cadre, left, organ)
    if cadre.user_id:
        User.objects.filter(pk=cadre.user_id).update(organ=organ)
        course.pass_on(Passed("accounts", 1, ((cadre.user.username, ""),)))
        _end_grants(course, cadre.user, organ)
    for pass_on in succession.CADRE_TRANSFERRED:
        course.pass_on(*pass_on(cadre, heir, course.record))
    return course.finish()


# --- Ending, making, taking over --------------------------------------------------------------


def _end(course, row):
    """Set the last day first: names and codes are then free for the successors."""
    if isinstance(row, Division):
        below = Division.objects.filter(path__startswith=row.path, valid_to=None)
        row.with_below = list(below.order_by("level", "code", "pk"))
        if len(row.with_below) > MOST_DIVISIONS:
            raise ValidationError(
                _("More than %(n)s divisions lie in it; load the new national list instead.")
                % {"n": MOST_DIVISIONS}
            )
        for one in row.with_below:
            _check_day(one, course.on)
        below.update(valid_to=course.on)
        row.valid_to = course.on
    else:
        change(row, ended_on=course.on)


_COPIED = {
    Organ: "kind division sort_order phone duties",
    GrassrootsUnit: "kind division host_organ sort_order contact_name office_phone",
    Division: "level",
}


def _make(course, like, *, ended, name, **facts):
    """Make a new row; facts that are not given are copied from `like`."""
    model = type(like)
    parent = like.parent
    while parent in ended:
        parent = parent.parent
    given = {field: value for field, value in facts.items() if value}
    copied = {field: getattr(like, field) for field in _COPIED[model].split()}
    began = {"valid_from" if model is Division else "started_on": course.on}
    if model is Division and not given.get("code"):
        raise ValidationError({"code": _("A new division has a code of twelve digits.")})
    row = model(**{**copied, **began, **given, "name": name, "parent": parent})
    if model is not Division:
        places.refuse_twin(row)
    keep(row)
    places.settle(row)
    return row


def _succeed(course, old, heir, *, part, parts=(), given=None):
    """Pass everything on to `heir`; in a split some of it goes to other parts."""
    course.changed(What.SUCCEEDED, old, after=heir)
    for other in parts:
        if other != heir:
            course.changed(What.SUCCEEDED, old, after=other)
    succeed = {Organ: _succeed_organ, GrassrootsUnit: _succeed_unit, Division: _succeed_division}
    succeed[type(old)](course, old, heir, part=part, heirs=parts or [heir], given=given or {})


def _succeed_organ(course, old, heir, *, part, heirs, given):
    old.refresh_from_db(fields=["path"])
    for station in Organ.objects.filter(parent=old, ended_on=None).order_by("pk"):
        _put_below(course, station, old, heir)
    units = locked_many(GrassrootsUnit.objects.filter(host_organ=old, ended_on=None), no_key=True)
    for host in heirs:
        own = [unit for unit in units if given.get(unit.pk, heir) == host]
        _give_units(course, own, old, host)
        # Units of the heir are left out: their open work passes with the organ.
        if own and host != heir:
            for pass_on in succession.HOST_CHANGED:
                course.pass_on(*pass_on(own, old, host, course.record))
    change(old, successor=heir)
    # Put the ended organ and its ended predecessors directly below the heir: readers of the heir
    # read their records, and repeated successions do not deepen the tree.
    Organ.objects.filter(path__startswith=old.path).update(
        path=Concat(Value(heir.path), Cast("pk", models.CharField()), Value("/"))
    )
    _pass_grants(course, Q(organ=old), lambda grant: [("organ", one) for one in heirs])
    course.pass_on(party.follow(old, heir, by=course.by, at=course.at, on=course.on))
    for pass_on in succession.ORGAN_ENDED:
        course.pass_on(*pass_on(old, heir, course.record))
    _take_people_along(course, old, heir)


def _put_below(course, row, old_parent, parent):
    old_path = row.path
    change(row, parent=parent)
    places.settle(row, old_path)
    course.changed(What.BELOW, row, old_parent, parent)


def _give_units(course, units, old, host):
    GrassrootsUnit.objects.filter(pk__in=[unit.pk for unit in units]).update(host_organ=host)
    for unit in units:
        course.changed(What.HOST, unit, old, host)


def _take_people_along(course, old, heir):
    cadres = locked_many(Cadre.objects.filter(organ=old).serving(course.on), no_key=True)
    cadres.sort(key=lambda cadre: (cadre.sort_order, cadre.pk))
    Cadre.objects.filter(pk__in=[cadre.pk for cadre in cadres]).update(organ=heir)
    for cadre in cadres:
        course.changed(What.ORGAN, cadre, old, heir)
    accounts = list(User.objects.filter(organ=old).order_by("pk"))
    User.objects.filter(pk__in=[one.pk for one in accounts]).update(organ=heir)
    examples = tuple((f"{one.name}（{one.username}）", "") for one in accounts[:EXAMPLES])
    course.pass_on(Passed("accounts", len(accounts), examples))


def _succeed_unit(course, old, heir, *, part, heirs, given):
    for one in GrassrootsUnit.objects.filter(parent=old, ended_on=None).order_by("pk"):
        _put_below(course, one, old, heir)
    change(old, successor=heir)
    course.pass_on(party.follow(old, heir, by=course.by, at=course.at, on=course.on))
    for pass_on in succession.UNIT_ENDED:
        course.pass_on(*pass_on(old, heir, course.record, part))
    if old.host_organ_id != heir.host_organ_id:
        for pass_on in succession.HOST_CHANGED:
            course.pass_on(*pass_on([old], old.host_organ, heir.host_organ, course.record))


def _succeed_division(course, old, heir, *, part, heirs, given):
    """Copy all divisions inside it as new rows below the heir. Figures belong to the place as it
    was on their day; moving the rows would move past figures."""
    heirs_of = {old.pk: heir}
    for level in range(old.level + 1, DivisionLevel.VILLAGE + 1):
        rows = [row for row in old.with_below if row.level == level]
        fresh = [
            Division(
                **{name: getattr(row, name) for name in ("name", "initials", "code", "level")},
                valid_from=course.on,
                parent=given.get(row.pk) or heirs_of[row.parent_id],
            )
            for row in rows
        ]
        Division.objects.bulk_create(fresh)
        for row, new in zip(rows, fresh, strict=True):
            new.place_under_parent()
            heirs_of[row.pk] = new
            course.changed(What.SUCCEEDED, row, after=new)
        Division.objects.bulk_update(fresh, ["path"])
    for row in old.with_below:
        row.successor = heirs_of[row.pk]
    Division.objects.bulk_update(old.with_below, ["successor"], batch_size=500)
    _remember_former(old.with_below, heirs_of)

    new_place = Division.objects.filter(pk=OuterRef("division")).values("successor")[:1]
    ended = Q(division__in=list(heirs_of))
    for model in (Organ, GrassrootsUnit):
        rows = list(model.objects.filter(ended, ended_on=None).select_related("division"))
        for row in rows:
            course.changed(What.PLACE, row, row.division, heirs_of[row.division_id])
        model.objects.filter(pk__in=[row.pk for row in rows]).update(division=Subquery(new_place))

    def heirs_of_grant(grant):
        found = heirs if grant.division_id == old.pk else [heirs_of[grant.division_id]]
        return [("division", one) for one in found]

    _pass_grants(course, ended, heirs_of_grant)


def _remember_former(ended, heirs_of):
    """Store in the heirs and their ancestors the ended divisions whose records they read from now
    on."""
    known = {}
    for row in ended:
        heir = heirs_of[row.pk]
        known.setdefault(heir.pk, heir)
    above = {pk for heir in known.values() for pk in heir.ancestor_ids} - known.keys()
    known |= Division.objects.in_bulk(above)
    changed = {}
    # Upper levels first: skip a division if one of its ancestors is stored already.
    for row in ended:
        for pk in set(heirs_of[row.pk].ancestor_ids) - set(row.ancestor_ids):
            former = dict(known[pk].former or {})
            if {one for ids in former.values() for one in ids} & set(row.ancestor_ids):
                continue
            for level, ids in [(str(row.level), [row.pk]), *(row.former or {}).items()]:
                former[level] = sorted({*former.get(level, ()), *ids})
            known[pk].former = former
            changed[pk] = known[pk]
    Division.objects.bulk_update(changed.values(), ["former"], batch_size=500)


# --- Moving -----------------------------------------------------------------------------------


def _move_organ(course, organ, *, parent, division):
    parent, division = places.fresh(parent, "division"), division or organ.division
    if parent == organ.parent and division == organ.division:
        raise ValidationError({"parent": _("It is there already.")})
    places.refuse_circle(organ, parent)
    if parent is not None and parent.ended_on:
        raise ValidationError({"parent": _("%(name)s has ended.") % {"name": parent.name}})
    require(rules.may_keep_organ(course.by, parent=parent or organ, division=division))
    old_path, above, place = organ.path, organ.parent, organ.division
    organ.parent, organ.division = parent, division
    places.refuse_twin(organ)
    organ.save(update_fields=["parent", "division"])
    places.settle(organ, old_path)
    if parent != above:
        course.changed(What.BELOW, organ, above, parent)
    if division != place:
        course.changed(What.PLACE, organ, place, division)


def _move_unit(course, unit, *, host_organ, parent, division):
    host = places.fresh(host_organ, "division") or unit.host_organ
    parent, division = places.fresh(parent), division or unit.division
    old_host, above, place = unit.host_organ, unit.parent, unit.division
    if (host, parent, division) == (old_host, above, place):
        raise ValidationError({"host_organ": _("It is there already.")})
    for name, row in (("host_organ", host), ("parent", parent)):
        if row is not None and row.ended_on:
            raise ValidationError({name: _("%(name)s has ended.") % {"name": row.name}})
    places.refuse_circle(unit, parent)
    require(rules.may_keep_unit(course.by, host_organ=host, division=division))
    old_path = unit.path
    unit.parent, unit.host_organ, unit.division = parent, host, division
    places.refuse_twin(unit)
    unit.save(update_fields=["parent", "host_organ", "division"])
    places.settle(unit, old_path)
    if parent != above:
        course.changed(What.BELOW, unit, above, parent)
    if division != place:
        course.changed(What.PLACE, unit, place, division)
    if host != old_host:
        # Workshops and teams move with their enterprise.
        below = GrassrootsUnit.objects.under(unit).filter(host_organ=old_host, ended_on=None)
        moved = [unit, *below.exclude(pk=unit.pk).order_by("pk")]
        _give_units(course, moved, old_host, host)
        for pass_on in succession.HOST_CHANGED:
            course.pass_on(*pass_on(moved, old_host, host, course.record))


def _move_division(course, division, *, parent, code=""):
    parent = places.fresh(parent)
    if parent == division.parent:
        raise ValidationError({"parent": _("It is there already.")})
    if parent.level != division.level - 1:
        words = _("A division of this level lies in one of the level above.")
        raise ValidationError({"parent": words})
    require(rules.may_add_division(course.by, parent))
    _end(course, division)
    division.parent = parent
    heir = _make(course, division, ended=[], name=division.name, code=code or division.code)
    _succeed(course, division, heir, part="")


# --- Grants and experience --------------------------------------------------------------------


def _running_grants(held, *, on):
    running = RoleGrant.objects.filter(held).filter(Q(ends_on=None) | Q(ends_on__gte=on))
    return locked_many(running.select_related("user", "organ", "division"))


def _pass_grants(course, held, heirs_of):
    """End running roles yesterday and give them from today at the successor.

    From today, not from the day of the document: the old roles were in use until now. The new roles
    name the person who gave the old ones.
    """
    passed = []
    for grant in _running_grants(held, on=course.by.today):
        made = [
            new
            for axis, heir in heirs_of(grant)
            if (new := _grant_anew(course, grant, **{axis: heir}))
        ]
        _end_grant(course, grant)
        passed.append(grant)
        audit.record_each(
            "grant.passed_on",
            by=course.by,
            fields=["organ", "division"],
            records=[(new, [grant.pk, new.role]) for new in made],
        )
    examples = tuple((f"{g.user.name} {g.get_role_display()}", "") for g in passed[:EXAMPLES])
    course.pass_on(Passed("grants", len(passed), examples))


def _grant_anew(course, grant, **instead):
    facts = {name: getattr(grant, name) for name in ("user", "role", "organ", "division")}
    facts |= instead
    starts_on = max(grant.starts_on, timezone.localdate(course.at))
    as_long = Q(ends_on=None)
    if grant.ends_on:
        as_long |= Q(ends_on__gte=grant.ends_on)
    held = RoleGrant.objects.filter(as_long, **facts, starts_on__lte=starts_on)
    if held.exists():
        return None
    return RoleGrant.objects.create(
        **facts,
        starts_on=starts_on,
        ends_on=grant.ends_on,
        granted_by=grant.granted_by,
        granted_at=course.at,
    )


def _end_grant(course, grant):
    change(grant, ends_on=timezone.localdate(course.at) - timedelta(days=1), revoked_by=course.by)
    audit.record("grant.revoked", on=grant, by=course.by, fields=["ends_on"])


def _end_grants(course, user, organ):
    """End the roles of a transferred cadre; the security administrator gives new ones."""
    ended, kept = [], []
    for grant in _running_grants(Q(user=user) & ~Q(role__in=ADMINISTRATORS), on=course.by.today):
        if grant.organ_id is None:
            if grant.role != Role.CADRE:
                kept.append(grant)
            continue
        if organ.path.startswith(grant.organ.path):
            continue
        if grant.role == Role.CADRE:
            _grant_anew(course, grant, organ=organ, division=None)
            course.pass_on(Passed("grants", 1, ((str(grant.get_role_display()), ""),)))
        else:
            ended.append(grant)
        _end_grant(course, grant)
    vacant = [grant for grant in ended if not _is_held_by_another(grant, on=course.by.today)]
    for code, grants in (("grants_ended", ended), ("grants_vacant", vacant), ("grants_kept", kept)):
        examples = tuple((_role_of(grant), "") for grant in grants)
        course.pass_on(Passed(code, len(grants), examples))


def _is_held_by_another(grant, *, on):
    """Whether another account in use holds this role for the organ."""
    others = RoleGrant.objects.running(on).exclude(user=grant.user)
    return others.filter(
        role=grant.role, organ__in=grant.organ.ancestor_ids, user__is_active=True
    ).exists()


def _role_of(grant):
    place = grant.organ or grant.division
    return f"{place.name} {grant.get_role_display()}" if place else str(grant.get_role_display())


def _note_experience(cadre, organ, post, since, on):
    """End the experience in the old organ and begin that in the new one."""
    running = cadre.experiences.filter(ended_on=None).order_by("-started_on", "-pk").first()
    if running is None:
        if since is None:
            raise ValidationError(
                {"since": _("Since when in the old organ? It stays on record as experience.")}
            )
        running = Experience(
            cadre=cadre,
            started_on=since,
            organ_kind=experience_kind(cadre.organ),
            place=_organ_and_post(cadre.organ, cadre.post),
        )
    if running.started_on > on:
        raise ValidationError({"since": _("This lies after the transfer.")})
    running.ended_on = on
    keep(running)
    Experience.objects.create(
        cadre=cadre,
        started_on=on,
        organ_kind=experience_kind(organ),
        place=_organ_and_post(organ, post),
    )


def _organ_and_post(organ, post):
    """Return the place of an experience, cut to what its column takes."""
    return f"{organ.name} {post}".strip()[: Experience.LONGEST_PLACE]


def experience_kind(organ):
    if organ.kind == OrganKind.ENTERPRISE or organ.division_id is None:
        return "enterprise"
    # Both choices name the levels alike.
    return DivisionLevel(organ.division.level).name.lower()
