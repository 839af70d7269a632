"""Words of unit, sending organ and host: give and correct; one-time links of units."""

import json
import logging
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.door.words import PURPOSE, digest_of
from evaluation.models import Appraised, OrganAppraisal, UnitLetter, UnitLink
from evaluation.models.cycles import CycleState
from evaluation.models.schemes import Mark
from evaluation.models.words import MARKS, Side, Via, with_weight_for
from evaluation.rules import words as rules
from portal.records import audit
from portal.tools.drawing import save_drawn
from portal.tools.locking import free, locked_many
from portal.tools.saving import change
from portal.trust import sealing
from portal.trust.access import require

logger = logging.getLogger(__name__)
# Name in the audit for people without an account.
DOOR = "door"


@dataclass(frozen=True)
class Word:
    """What one side says of one appraised. `seen` is the id of the word that the writer saw, to
    detect concurrent changes."""

    appraised: Appraised
    side: str
    marks: dict
    remark: str = ""
    seen: int | None = None


@transaction.atomic
def give_words(*, words, by, at):
    """Record several words, all or none; returns the new ones.

    Repeating a word changes nothing; a correction is a new row. Raises ValidationError keyed by
    appraised id where somebody else changed the word meanwhile.
    """
    rows, standing = _collecting([word.appraised.pk for word in words])
    given, problems = [], {}
    for word in words:
        appraised = rows[word.appraised.pk]
        current = standing.get((appraised.pk, word.side))
        require(rules.may_give(by, appraised, word.side, current=current))
        if current and (current.marks, current.remark) == (word.marks, word.remark.strip()):
            continue
        if (current.pk if current else None) != word.seen:
            problems[str(appraised.pk)] = _(
                "Somebody else wrote down this word meanwhile; look at it and try again."
            )
            continue
        via = Via.PAPER if word.side == Side.UNIT else Via.ACCOUNT
        given.append(_add(appraised, word, current, via=via, by=by, at=at))
    if problems:
        raise ValidationError(problems)
    return given


def _collecting(pks):
    """({pk: appraised}, {(pk, side): current word}), with their cycles locked against closing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id FROM evaluation_cycle c WHERE c.id IN ("
            "SELECT a.cycle_id FROM evaluation_appraised a WHERE a.id = ANY (%s))"
            " ORDER BY c.id FOR SHARE",
            [pks],
        )
    rows = Appraised.objects.select_related("cycle", "cadre", "scheme").filter(pk__in=pks)
    found = {row.pk: row for row in locked_many(rows, no_key=True)}
    current = OrganAppraisal.objects.current().filter(appraised__in=found)
    return found, {(one.appraised_id, one.side): one for one in current}


def _add(appraised, word, current, *, via, by, at):
    if current:
        change(current, replaced_at=at)
    new = OrganAppraisal(
        appraised=appraised,
        side=word.side,
        via=via,
        given_at=at,
        remark=word.remark.strip(),
        noted_by=None if via == Via.LINK else by,
        **word.marks,
    )
    if word.side == Side.UNIT:
        new.unit_id = appraised.unit_id
    else:
        new.organ_id = appraised.organ_id if word.side == Side.SENDING else appraised.host_organ_id
    new.save()
    event = "word.corrected" if current else "word.given"
    values = {"appraised": appraised.pk, "side": word.side, "via": via, "marks": word.marks}
    values["remark"] = new.remark
    audit.record(event, on=new, by=by, fields=[*MARKS, "remark"], values=values)
    return new


@transaction.atomic
def print_link(*, cycle, unit, by, at):
    """Make a link for a unit's committee: (link, token). The token is printed but not stored; an
    earlier unused link is revoked."""
    there = Appraised.objects.standing().filter(with_weight_for(Side.UNIT), cycle=cycle, unit=unit)
    rows, _words = _collecting([*there.values_list("pk", flat=True)])
    if not rows:
        raise ValidationError(_("Nobody who is appraised served in this unit."))
    for appraised in rows.values():
        require(rules.may_print_link(by, appraised))
    cycle = next(iter(rows.values())).cycle
    _take_back(UnitLink.objects.filter(cycle=cycle, unit=unit), at=at)
    # A cycle that runs late still takes words while it collects.
    last = max(cycle.ballots_until, timezone.localdate(at))
    link = UnitLink(cycle=cycle, unit=unit, expires_on=last, made_by=by, made_at=at)
    save_drawn([link], _draw)
    audit.record("unit_link.printed", on=unit, by=by, fields=["link"], values={"cycle": cycle.pk})
    return link, link.token


def _draw(link):
    link.token = secrets.token_urlsafe(18)
    link.digest = digest_of(link.token)


@transaction.atomic
def revoke_link(*, cycle, unit, by, at):
    """Revoke a unit's link; True if there was one."""
    appraised = Appraised.objects.filter(cycle=cycle, unit=unit).select_related("cycle").first()
    if appraised is None:
        return False
    require(rules.may_print_link(by, appraised))
    revoked = _take_back(UnitLink.objects.filter(cycle=cycle, unit=unit), at=at)
    if revoked:
        values = {"cycle": cycle.pk}
        audit.record("unit_link.revoked", on=unit, by=by, fields=["link"], values=values)
    return bool(revoked)


@transaction.atomic
def revoke_links(cycle, *, by, at):
    """Revoke all links of a cancelled cycle."""
    revoked = _take_back(UnitLink.objects.filter(cycle=cycle), at=at)
    if revoked:
        audit.record("unit_link.revoked", on=cycle, by=by, fields=["link"], values={"n": revoked})


def _take_back(links, *, at):
    return links.filter(used_at=None, revoked_at=None).update(revoked_at=at)


def take_over_letters(*, at, most=100):
    """Import letters that units sent by their links; returns how many were processed."""
    waiting = UnitLetter.objects.filter(taken_at=None, is_lost=False).order_by("pk")
    pks = [*waiting.values_list("pk", flat=True)[:most]]
    for pk in pks:
        try:
            _take_over(pk, at=at)
        except OperationalError:
            # Transient database error: the next beat tries again.
            raise
        except Exception:
            # One bad letter must not block the others or the closing of the cycle.
            logger.exception("Letter %s of a unit could not be taken over", pk)
            UnitLetter.objects.filter(pk=pk, taken_at=None).update(is_lost=True)
    return len(pks)


@transaction.atomic
def _take_over(pk, *, at):
    letters = free(UnitLetter.objects.select_related("link"))
    letter = letters.filter(pk=pk, taken_at=None, is_lost=False).first()
    if letter is None:
        return
    try:
        content = json.loads(sealing.unseal(letter.sealed, settings.KEYS.door_private, PURPOSE))
        said = {int(key): _checked(one) for key, one in content["words"].items()}
    except (sealing.Unopenable, ValueError, KeyError, TypeError, AttributeError):
        logger.exception("The letter by link %s could not be opened", letter.link_id)
        change(letter, is_lost=True)
        return
    link = letter.link
    rows, standing = _collecting([*said])
    for appraised in rows.values():
        belongs = (appraised.cycle_id, appraised.unit_id) == (link.cycle_id, link.unit_id)
        # Skip people left out since, people whose scheme gives this word no weight, and people
        # whose cycle no longer collects.
        is_taken = not appraised.is_left_out and rules.is_asked(appraised, Side.UNIT)
        if not belongs or not is_taken or appraised.cycle.state != CycleState.COLLECTING:
            continue
        marks, remark = said[appraised.pk]
        current = standing.get((appraised.pk, Side.UNIT))
        word = Word(appraised, Side.UNIT, marks, remark)
        _add(appraised, word, current, via=Via.LINK, by=DOOR, at=link.used_at or at)
    change(letter, taken_at=at, sealed="")
    audit.record("unit_link.used", on=letter, by=DOOR, fields=["words"])


def _checked(one):
    """(marks, remark) from the untrusted door. Raises ValueError, KeyError or TypeError."""
    marks = {name: int(one["marks"][name]) for name in MARKS}
    remark = str(one.get("remark", ""))[:300].strip()
    if not set(marks.values()) <= set(Mark.values):
        raise ValueError("no mark of the form")
    if Mark.POOR in marks.values() and not remark:
        raise ValueError("a poor mark without a reason")
    return marks, remark
