"""Succession of pairings: each goes on with the successor.

A pairing changes in place unless it conflicts with a pairing of the successor; otherwise it ends
on the day before and another begins.
"""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from pairing.actions import pairings as actions
from pairing.actions.pairings import move_promises
from pairing.models import Pairing, PairingStep, SupportItem
from pairing.models.fields import place_at
from pairing.models.pairings import HelpMode, Level, PairingEnding, PairingState
from portal.models import Organ
from portal.places import succession
from portal.places.succession import EXAMPLES, Passed
from portal.records import audit
from portal.records.steps import take_steps
from portal.sheets import figures
from portal.tools.locking import locked_many

Move = PairingStep.Move

TITLES = {
    "pairings": _("Pairings that go on"),
    "pairings_ended": _("Pairings that end: the successor helps there already"),
    "pairings_kept": _("Pairings with households that stay with the cadre"),
    "pairings_vacant": _("Pairings that lose their cadre responsible"),
    "pairings_held": _("Pairings that run"),
    "mentoring_kept": _("Masters and apprentices that stay together"),
}


def pass_on_organ(old, heir, reorganisation):
    """Pass on pairings with the organ as helper or as host."""
    hosted = _going_on(reorganisation, host_organ=old)
    _update(hosted, host_organ_id=heir.pk)
    helping = _going_on(reorganisation, organ=old)
    ended = _pass_all(helping, reorganisation, old, heir, organ=heir)
    only_hosted = [one for one in hosted if one.organ_id != old.pk]
    _note(only_hosted, reorganisation, old, heir)
    return _passed({one.pk: one for one in [*helping, *only_hosted]}.values(), ended)


def pass_on_host(units, old, new, reorganisation):
    rows = _going_on(reorganisation, unit__in=[unit.pk for unit in units], host_organ=old)
    _update(rows, host_organ_id=new.pk)
    _note(rows, reorganisation, old, new)
    return _passed(rows, [])


def pass_on_unit(old, heir, reorganisation, part):
    rows = _going_on(reorganisation, unit=old)
    ended = _pass_all(rows, reorganisation, old, heir, unit=heir)
    return _passed(rows, ended)


def pass_on_cadre(cadre, heir, reorganisation):
    """Pass the cadre's pairings to the heir from that day on.

    Without an heir, households keep their cadre and masters keep their apprentices; other pairings
    go on without a cadre. Apprentices always keep their masters, until the office ends it.
    """
    rows = _going_on(reorganisation, cadre=cadre)
    learning = Pairing.objects.going_on(reorganisation.on).filter(apprentice=cadre)
    taught = Passed("mentoring_kept", learning.count(), _examples(learning.for_list()))
    if heir is not None:
        ended = [one for one in rows if not _pass_to_heir(one, reorganisation, cadre, heir)]
        return [*_passed(rows, ended), taught]
    teaching = [one for one in rows if one.is_mentoring]
    taught = Passed(
        "mentoring_kept", taught.count + len(teaching), (*_examples(teaching), *taught.examples)
    )
    vacant = [one for one in rows if not (one.is_personal or one.is_mentoring)]
    Pairing.objects.filter(pk__in=[one.pk for one in vacant]).update(cadre=None)
    _note(vacant, reorganisation, cadre, cadre.organ)
    return [
        Passed("pairings_kept", len(rows) - len(vacant) - len(teaching)),
        Passed("pairings_vacant", len(vacant), _examples(vacant)),
        taught,
    ]


def blockers_of(row, *, on):
    """Records of an organ or a unit that prevent ending it without an heir."""
    rows = Pairing.objects.going_on(on)
    side = {"organ": row} if isinstance(row, Organ) else {"unit": row}
    return [Passed("pairings_held", rows.filter(**side).count())]


# --- One pairing ---------------------------------------------------------------------------------


def _going_on(reorganisation, **which):
    rows = Pairing.objects.going_on(reorganisation.on).filter(**which)
    return locked_many(rows.select_related(*actions.PAIRING), no_key=True)


def _pass_all(pairings, reorganisation, old, heir, **changed):
    """Pass pairings on to the heir, and return those that ended. Most have no conflict and are
    changed together in a few statements."""
    if not pairings:
        return []
    its_own = Pairing.objects.not_cancelled().filter(level=Level.UNIT, **changed)
    met = set(its_own.values_list("organ" if "unit" in changed else "unit", flat=True))

    def is_free(one):
        if one.level != Level.UNIT:
            return True
        # At another unit, any pairing there can conflict; at the same unit, only the heir's own.
        return not met if "unit" in changed else one.unit_id not in met

    _change([one for one in pairings if is_free(one)], reorganisation, old, heir, **changed)
    others = [one for one in pairings if not is_free(one)]
    return [one for one in others if not _pass(one, reorganisation, old, heir, **changed)]


def _pass(pairing, reorganisation, old, heir, **changed):
    """Pass one pairing on to the heir; False if the heir is paired there already."""
    twins, others = _in_the_way(pairing, **changed)
    first, last = max(pairing.starts_on, reorganisation.on), pairing.ends_on
    if twins.overlapping(first, last).exists():
        _close(pairing, reorganisation, old, heir)
        return False
    later = others.overlapping(first, last)
    if later.exists():
        # Both were agreed, so from now on several help one.
        later.update(mode=HelpMode.MANY)
        changed["mode"] = HelpMode.MANY
    before = pairing.starts_on, reorganisation.on - timedelta(days=1)
    has_begun = pairing.starts_on < reorganisation.on
    if has_begun and (twins.overlapping(*before).exists() or others.overlapping(*before).exists()):
        _replace(pairing, reorganisation, old, heir, **changed)
    else:
        _change([pairing], reorganisation, old, heir, **changed)
    return True


def _pass_to_heir(pairing, reorganisation, cadre, heir):
    changed = {"cadre": heir}
    if pairing.is_mentoring:
        changed["organ"] = heir.organ
        if heir.pk == pairing.apprentice_id:
            _close(pairing, reorganisation, cadre, heir)
            return False
    if pairing.is_personal:
        changed["organ"] = heir.organ
        twins, _others = _in_the_way(pairing, **changed)
        if twins.overlapping(max(pairing.starts_on, reorganisation.on), pairing.ends_on).exists():
            _close(pairing, reorganisation, cadre, heir)
            return False
    if pairing.starts_on < reorganisation.on:
        _replace(pairing, reorganisation, cadre, heir, **changed)
    else:
        _change([pairing], reorganisation, cadre, heir, **changed)
    return True


def _in_the_way(pairing, **changed):
    """Return (pairings of the same two, pairings of others with the same helped side), as the
    constraints compare them."""
    rows = Pairing.objects.not_cancelled().exclude(pk=pairing.pk)
    after = {name: changed.get(name, getattr(pairing, name)) for name in ("organ", "unit", "cadre")}
    if pairing.level == Level.UNIT:
        rows = rows.filter(level=Level.UNIT, unit=after["unit"])
        others = rows.exclude(organ=after["organ"])
        # Within the same unit, other helpers do not conflict: they were agreed before.
        return rows.filter(organ=after["organ"]), others if "unit" in changed else others.none()
    if pairing.level == Level.BRANCH:
        return rows.none(), rows.none()
    rows = rows.personal().filter(household=pairing.household)
    return rows.filter(cadre=after["cadre"]), rows.none()


def _replace(pairing, reorganisation, old, heir, **changed):
    told = {"by": reorganisation.by, "at": reorganisation.at, "starts_on": reorganisation.on}
    step = {"document": reorganisation.document, "facts": _facts(old, heir)}
    new = actions.replaced(
        pairing, Move.REORGANISED, step=step, is_checked=False, **told, **changed
    )
    _audit([new], reorganisation)


def _change(pairings, reorganisation, old, heir, **changed):
    columns = {name: value for name, value in changed.items() if name != "unit"}
    if "unit" in changed:
        columns |= place_at(Pairing, changed["unit"])
    _update(pairings, **columns)
    _note(pairings, reorganisation, old, heir)


def _update(pairings, **columns):
    rows = Pairing.objects.filter(pk__in=[one.pk for one in pairings])
    placed = {k: v for k, v in columns.items() if k not in {"mode", "cadre"}}
    if placed:
        figures.count_stored(rows, sign=-1)
        move_promises(SupportItem.objects.promised().filter(pairing__in=rows), **placed)
    rows.update(**columns)
    if placed:
        figures.count_stored(rows)


def _close(pairing, reorganisation, old, heir):
    figures.remember(pairing)
    if pairing.starts_on < reorganisation.on:
        pairing.state, pairing.ending = PairingState.ENDED, PairingEnding.CHANGED
        pairing.ended_on = reorganisation.on - timedelta(days=1)
    else:
        pairing.state = PairingState.CANCELLED
    pairing.save(update_fields=["state", "ending", "ended_on"])
    figures.recount(pairing)
    _note([pairing], reorganisation, old, heir)


def _note(pairings, reorganisation, old, heir):
    by, at, document = reorganisation.by, reorganisation.at, reorganisation.document
    facts = _facts(old, heir)
    take_steps(pairings, Move.REORGANISED, by=by, at=at, document=document, facts=facts)
    _audit(pairings, reorganisation)


def _facts(old, heir):
    return {"from": old.name, "to": heir.name}


def _audit(pairings, reorganisation):
    fields, records = ["organ", "unit", "cadre"], [(one, [reorganisation.pk]) for one in pairings]
    audit.record_each("pairing.passed_on", by=reorganisation.by, fields=fields, records=records)


def _passed(rows, ended):
    closed = {one.pk for one in ended}
    going = [one for one in rows if one.pk not in closed]
    return [
        Passed("pairings", len(going), _examples(going)),
        Passed("pairings_ended", len(ended), _examples(ended)),
    ]


def _examples(pairings):
    """Examples by unit: the page of a reorganisation shows no household."""
    return tuple((one.unit.name, one.get_absolute_url()) for one in list(pairings)[:EXAMPLES])


succession.name_titles(TITLES)
succession.ORGAN_ENDED.append(pass_on_organ)
succession.HOST_CHANGED.append(pass_on_host)
succession.UNIT_ENDED.append(pass_on_unit)
succession.CADRE_TRANSFERRED.append(pass_on_cadre)
succession.BLOCKERS.append(blockers_of)
