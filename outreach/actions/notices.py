"""Notices: drafting, publishing, withdrawing, correcting, answering."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.models import Notice, NoticeAddressee
from outreach.models.notices import AnswerKind, NoticeState
from outreach.rules import notices as rules
from portal.pages import search
from portal.records import audit
from portal.tools.locking import locked, locked_or_none
from portal.tools.saving import change, put
from portal.trust import privacy
from portal.trust.access import require

FIELDS = ("title", "text", "roles", "asks", "question", "reply_due_on")


@transaction.atomic
def draft_notice(*, by, at, organs=(), attachments=(), kept=(), replaces=None, **content):
    """Draft a notice, or the correction of one in force."""
    require(rules.may_write_notice(by))
    if replaces is not None:
        replaces = locked(replaces)
        require(rules.may_correct(by, replaces))
    require(rules.may_address(by, organs))

    notice = Notice(written_by=by, organ_id=by.organ_id, created_at=at, replaces=replaces)
    _fill(notice, content)
    notice.save()
    notice.organs.set(organs)
    notice.attachments.set([*kept, *attachments])
    audit.record("notice.drafted", by, notice, FIELDS, _values(notice))
    return notice


@transaction.atomic
def change_draft(*, notice, by, organs=(), attachments=(), kept=(), **content):
    """Change a draft; `kept` are earlier files, `attachments` new ones."""
    notice = locked(notice, "organ")
    require(rules.may_change_draft(by, notice))
    require(rules.may_address(by, organs))

    _fill(notice, content)
    notice.save()
    notice.organs.set(organs)
    notice.attachments.set([*kept, *attachments])
    audit.record("notice.changed", by, notice, FIELDS, _values(notice))
    return notice


@transaction.atomic
def drop_draft(*, notice, by):
    notice = locked(notice, "organ")
    require(rules.may_change_draft(by, notice))

    audit.record("notice.dropped", by, notice)
    notice.delete()


@transaction.atomic
def publish_notice(*, notice, by, at):
    """Publish a notice: store the organs addressed today, and end the notice it corrects."""
    notice = locked(notice, "organ")
    if notice.replaces_id:
        notice.replaces = locked(notice.replaces, "organ")
    require(rules.may_publish(by, notice))

    organs = list(rules.addressed_organs(by, notice))
    rows = [NoticeAddressee(notice=notice, organ=organ) for organ in organs]
    NoticeAddressee.objects.bulk_create(rows, batch_size=1000)
    today = timezone.localdate(at)
    change(notice, state=NoticeState.PUBLISHED, published_by=by, published_on=today)
    if notice.replaces_id:
        Notice.objects.filter(pk=notice.replaces_id).update(state=NoticeState.REPLACED)
        audit.record("notice.replaced", by, notice.replaces, values={"by": notice.pk})
    values = {**_values(notice), "organs": len(organs)}
    audit.record("notice.published", by, notice, ["state"], values)
    return notice


@transaction.atomic
def withdraw_notice(*, notice, by, at, reason):
    """Withdraw a notice; it stays visible, marked as withdrawn."""
    notice = locked(notice, "organ")
    require(rules.may_withdraw(by, notice))

    reason, today = privacy.mask_ids(reason.strip()), timezone.localdate(at)
    withdrawn = {"state": NoticeState.WITHDRAWN, "withdraw_reason": reason}
    change(notice, **withdrawn, withdrawn_by=by, withdrawn_on=today)
    audit.record("notice.withdrawn", by, notice, ["state", "withdraw_reason"], {"reason": reason})
    return notice


@transaction.atomic
def answer_notice(*, addressee, by, at, yes=None, text=""):
    """Store the only answer of an organ; raises PermissionDenied if it has answered."""
    notice = locked(addressee.notice, "organ")
    require(rules.may_answer(by, notice))
    addressee = locked_or_none(rules.answerable(by, notice).filter(pk=addressee.pk))
    if addressee is None:
        raise PermissionDenied(_("Your organ has answered."))

    answer = {
        "yes": yes if notice.asks in {AnswerKind.YES_NO, AnswerKind.BOTH} else None,
        "text": privacy.mask_ids(text.strip()) if notice.asks != AnswerKind.YES_NO else "",
    }
    change(addressee, **answer, answered_at=at, answered_by=by)
    audit.record("notice.answered", by, notice, answer, {"organ": addressee.organ_id, **answer})
    return addressee


def _fill(notice, content):
    """Mask ID numbers, and drop question and deadline if no answer is asked for."""
    put(notice, {name: content[name] for name in FIELDS})
    notice.title = privacy.mask_ids(notice.title.strip())
    notice.text = privacy.mask_ids(notice.text.strip())
    if notice.asks == AnswerKind.NONE:
        notice.question, notice.reply_due_on = "", None
    notice.search = search.vector(notice.title, notice.text)


def _values(notice):
    return {name: getattr(notice, name) for name in FIELDS}
