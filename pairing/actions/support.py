"""Items of help: promised, changed, done, dropped; and the word of the helped side."""

import uuid

from django.db import transaction
from django.utils import timezone

from outreach.actions.matters import DOOR, principal_of
from outreach.door import codes
from outreach.models.matters import Word
from pairing.models import (
    HelpNeed,
    Pairing,
    SupportItem,
    SupportRemark,
    SupportSlip,
    SupportStep,
    SupportWord,
)
from pairing.models.fields import place_of
from pairing.models.needs import NeedState
from pairing.models.support import SupportState
from pairing.rules import support as rules
from portal.pages import search
from portal.records import audit
from portal.records.steps import take_step
from portal.sheets import figures
from portal.tools.drawing import save_drawn
from portal.tools.locking import locked, locked_one
from portal.tools.saving import change, put
from portal.trust import privacy
from portal.trust.access import require

Move, Way = SupportStep.Move, SupportWord.Way
FIELDS = ("kind", "what", "amount", "source", "promised_for", "need")

PAIRING = ("cadre", "unit", "household")


@transaction.atomic
def promise_item(*, pairing, by, at, client_key, promised_on, **content):
    """Promise one item; a repeated submission makes one item."""
    pairing = locked(pairing, *PAIRING)
    earlier = SupportItem.objects.filter(client_key=client_key).first()
    if earlier and (earlier.pairing_id, earlier.noted_by_id) == (pairing.pk, by.pk):
        return earlier
    require(rules.may_promise(by, pairing))
    require(rules.may_be_promised(by, pairing, on=promised_on, until=content["promised_for"]))

    item = SupportItem(
        **place_of(pairing, "organ"), group=pairing.group, pairing=pairing, promised_on=promised_on
    )
    item.noted_by, item.created_at = by, at
    # The type stubs infer the column's type from db_default.
    item.client_key = uuid.uuid4() if earlier else client_key  # pyright: ignore[reportAttributeAccessIssue]
    _fill(item, content, on=timezone.localdate(at))
    item.save()
    figures.count_new(item)
    _step(item, Move.PROMISED, by=by, at=at)
    audit.record("support.promised", on=item, by=by, fields=FIELDS, values=_values(item))
    return item


@transaction.atomic
def change_promise(*, item, by, at, **content):
    """Change an item that is not done yet; the step keeps the earlier values."""
    item = _locked(item)
    require(rules.may_change_promise(by, item))
    until = content["promised_for"]
    require(rules.may_be_promised(by, item.pairing, on=item.promised_on, until=until))

    before = _values(figures.remember(item))
    _fill(item, content, on=timezone.localdate(at))
    after = _values(item)
    changed = [name for name in FIELDS if before[name] != after[name]]
    if not changed:
        return item
    item.save()
    figures.recount(item)
    facts = {name: before[name] for name in changed if name not in ("what", "need")}
    # The earlier text stays readable in the step, with its numbers masked.
    text = str(before["what"]) if "what" in changed else ""
    _step(item, Move.CHANGED, by=by, at=at, text=text, facts={**facts, "changed": changed})
    audit.record("support.changed", on=item, by=by, fields=changed, values=after)
    return item


@transaction.atomic
def finish_item(*, item, by, at, done_on, result="", need_is_met=False, evidence=()):
    item = _locked(item)
    require(rules.may_finish(by, item))
    require(rules.may_be_done(by, item, on=done_on))

    figures.remember(item)
    change(item, state=SupportState.DONE, done_on=done_on, result=result.strip())
    figures.recount(item)
    item.evidence.add(*evidence)
    facts = {"done_on": done_on.isoformat()}
    if need_is_met and item.need_id and meet_need(need=item.need, by=by, on=done_on):
        facts["need_met"] = item.need_id
    _step(item, Move.DONE, by=by, at=at, text=item.result, facts=facts)
    values = {"done_on": done_on, "result": item.result, "evidence": len(evidence)}
    fields = ["state", "done_on", "result", "evidence"]
    audit.record("support.done", on=item, by=by, fields=fields, values=values)
    return item


@transaction.atomic
def take_back_done(*, item, by, at):
    """Set the item back to promised, and reopen the need that it had closed."""
    item = _locked(item)
    require(rules.may_take_back_done(by, item))

    last = item.steps.filter(move=Move.DONE).order_by("-pk").first()
    if need_id := last.facts.get("need_met"):
        _reopen_need(need_id, by=by)
    figures.remember(item)
    change(item, state=SupportState.PROMISED, done_on=None, result="")
    figures.recount(item)
    # Files that were added stay with the item.
    _step(item, Move.UNDONE, by=by, at=at)
    audit.record("support.undone", on=item, by=by, fields=["state"])
    return item


@transaction.atomic
def drop_item(*, item, by, at, reason):
    item = _locked(item)
    require(rules.may_drop(by, item))

    reason, day = privacy.mask_ids(reason.strip()), timezone.localdate(at)
    change(item, state=SupportState.DROPPED, dropped_on=day, drop_reason=reason)
    _step(item, Move.DROPPED, by=by, at=at, text=reason)
    fields, values = ["state", "drop_reason"], {"reason": reason}
    audit.record("support.dropped", on=item, by=by, fields=fields, values=values)
    return item


# --- The need that it answers -------------------------------------------------------------------


def meet_need(*, need, by, on):
    """Close a need as met; False if it was closed already."""
    need = locked(need)
    if need.state != NeedState.OPEN:
        return False
    change(need, state=NeedState.MET, closed_on=on, closed_by=by)
    audit.record("help_need.met", on=need, by=by, fields=["state"])
    return True


def _reopen_need(pk, *, by):
    need = locked(HelpNeed(pk=pk))
    if need.state == NeedState.MET:
        change(need, state=NeedState.OPEN, closed_on=None, closed_by=None)
        audit.record("help_need.reopened", on=need, by=by, fields=["state"])


# --- The word of the helped side ----------------------------------------------------------------


@transaction.atomic
def hear_word(*, item, by, at, way, answer, comment=""):
    """Note what the helped side said by telephone, on a paper slip or in person."""
    item = _locked(item)
    require(rules.may_hear_word(by, item))
    if way == Way.PERSON:
        require(rules.may_meet_in_person(by, item))

    _keep_word(item, by=by, at=at, way=way, answer=answer, comment=comment)
    return item


@transaction.atomic
def hear_from_slip(*, slip, answer, at, comment=""):
    """Keep what the helped side says at the door; False if no word is being asked for.

    Remarks without an answer, and answers by a slip that does not decide, are kept only to be read.
    """
    slip.item = item = _locked(slip.item)
    if answer and (item.state != SupportState.DONE or item.word):
        return False
    if not answer or not rules.decides(slip, on=timezone.localdate(at)):
        return _add_remark(slip, answer=answer, text=comment.strip(), at=at)
    _keep_word(item, by=None, at=at, way=Way.DOOR, answer=answer, comment=comment, slip=slip)
    return True


def _add_remark(slip, *, answer, text, at):
    if answer and slip.remarks.exclude(answer="").exists():
        return False
    remark = SupportRemark.objects.create(slip=slip, answer=answer, text=text, said_at=at)
    fields, values = ["answer", "text"], {"remark": remark.pk, "answer": answer}
    audit.record("support.words_added", on=slip.item, by=DOOR, fields=fields, values=values)
    return True


@transaction.atomic
def read_remarks(*, item, by, at, last):
    """Mark the remarks of slip holders as read, up to the last one shown."""
    item = _locked(item)
    require(rules.may_read_remarks(by, item))
    unread = SupportRemark.objects.filter(slip__item=item, read_at=None, pk__lte=last)
    if unread.update(read_at=at, read_by=by):
        audit.record("support.words_read", on=item, by=by)


def _keep_word(item, *, by, at, way, answer, comment, slip=None):
    said = {"way": way, "answer": Word(answer), "comment": privacy.mask_ids(comment.strip())}
    SupportWord.objects.create(item=item, slip=slip, asked_at=at, asked_by=by, **said)
    change(item, word=answer)
    values = {"way": way, "answer": answer}
    audit.record("support.word_heard", on=item, by=by or DOOR, fields=["word"], values=values)


@transaction.atomic
def print_slip(*, item, by, at):
    """Return (number, code) of a paper slip; the code is shown only this once.

    The word by the slip counts if it is printed after completion by somebody not involved.
    """
    item = _locked(item)
    require(rules.may_print_slip(by, item))
    decides = bool(rules.may_print_deciding_slip(by, item))
    slip = SupportSlip(item=item, made_at=at, made_by=by, decides=decides)
    save_drawn([slip], codes.draw_slip)
    principal = principal_of(by, lambda own: rules.may_print_slip(own, item))
    values = {"decides": slip.decides}
    audit.record("support.slip_printed", on=item, by=by, values=values, principal=principal)
    return slip.number, slip.code


# --- Helpers ------------------------------------------------------------------------------------


def _locked(item):
    """Lock and reload the item and its pairing."""
    item = locked_one(SupportItem.objects.filter(pk=item.pk).defer("search"))
    item.pairing = locked(Pairing(pk=item.pairing_id), *PAIRING)
    return item


def _fill(item, content, *, on):
    put(item, {name: content[name] for name in FIELDS})
    item.what = privacy.mask_ids(item.what.strip())
    if item.need_id and item.need_id != _need_so_far(item):
        require(rules.may_meet(item.need, item.pairing, on=on))
    item.search = search.vector(item.what)


def _need_so_far(item):
    """Return the need that the item answered before, which may have run out or been met since."""
    if item.pk is None:
        return None
    return SupportItem.objects.values_list("need", flat=True).get(pk=item.pk)


def _step(item, move, *, by, at, text="", facts=None):
    cadre = item.pairing.cadre
    typed_for = cadre if cadre is not None and cadre.user_id != by.pk else None
    take_step(item, move, by=by, at=at, words=text, for_cadre=typed_for, facts=facts)


def _values(item):
    return {
        "kind": item.kind,
        "what": item.what,
        "amount": None if item.amount is None else str(item.amount),
        "source": item.source,
        "promised_for": item.promised_for.isoformat(),
        "need": item.need_id,
    }
