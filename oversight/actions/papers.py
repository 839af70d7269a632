"""Official papers: from the draft to the archive."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oversight import circulars
from oversight.models import Paper, PaperCountersign, PaperStep
from oversight.models.papers import PaperKind, PaperState
from oversight.rules import papers as rules
from portal.records import audit, steps, undoing
from portal.records.steps import take_step
from portal.tools.locking import locked
from portal.tools.saving import change, keep, put_what_differs
from portal.trust.access import require

_YEAR = re.compile(r"[\[［【(（〔﹝](\d{4})[\]］】)）〕﹞]")
Move = PaperStep.Move
RELATED = ("organ__division",)
# Fields copied to a correction.
COPIED = (
    *("kind", "organ", "title", "addressed", "body", "basis", "demands", "due_on", "reply_how"),
    *("review_how", "copied", "annexes", "series", "figures"),
)


def locked_paper(paper):
    return locked(paper, *RELATED)


@transaction.atomic
def draft_paper(*, by, at, organ, recipients=(), countersigners=(), **content):
    require(rules.may_draft_papers(by))
    require(rules.may_draft_for(by, organ))
    return _draft(by, at, recipients, countersigners, organ=organ, **content)


def _draft(by, at, recipients, countersigners, **content):
    paper = Paper(written_by=by, created_at=at, **content)
    keep(paper)
    paper.recipients.set(recipients)
    _ask(paper, countersigners)
    _note("drafted", paper, by, ["kind", "title", "body"])
    return paper


@transaction.atomic
def draft_quarterly(*, by, at, year, quarter):
    """Draft 关于××年第×季度××工作情况的通报 from the statistics at this moment."""
    require(rules.may_draft_quarterly(by))
    organ = by.organ
    counted = circulars.quarterly(rules.subject_of(organ), year, quarter, at=at)
    return _draft(by, at, (), (), organ=organ, kind=PaperKind.CIRCULAR, **counted)


@transaction.atomic
def change_paper(*, paper, by, at, recipients=(), countersigners=(), **content):
    paper = locked(paper, *RELATED)
    require(rules.may_change_paper(by, paper))

    changed = put_what_differs(paper, content)
    paper.state = PaperState.REVISED
    keep(paper, fields=[*changed, "state"])
    paper.recipients.set(recipients)
    _ask(paper, countersigners)
    take_step(paper, Move.EDITED, by=by, at=at)
    _note("edited", paper, by, changed)
    return paper


def _ask(paper, organs):
    """Replace the countersigning organs; those that had countersigned are asked again."""
    paper.countersigns.all().delete()
    PaperCountersign.objects.bulk_create(PaperCountersign(paper=paper, organ=one) for one in organs)


@transaction.atomic
def drop_paper(*, paper, by):
    paper = locked(paper, *RELATED)
    require(rules.may_drop_paper(by, paper))

    _note("dropped", paper, by)
    with steps.allowing_deletion():
        paper.delete()


@transaction.atomic
def submit_paper(*, paper, by, at):
    return _move(paper, rules.may_submit_paper, Move.SUBMITTED, by, at, state=PaperState.CHECKING)


@transaction.atomic
def take_back_paper(*, paper, by, at):
    return _move(paper, rules.may_take_back_paper, Move.TAKEN_BACK, by, at, state=_REVISED)


@transaction.atomic
def send_back_paper(*, paper, by, at, reason):
    """Return it to its writers; it must be checked and countersigned again."""
    rule, facts = rules.may_send_back_paper, {"state": _REVISED, "checked_by": None}
    paper = _move(paper, rule, Move.SENT_BACK, by, at, reason, **facts)
    paper.countersigns.update(signed_by=None, signed_at=None, opinion="")
    return paper


_REVISED = PaperState.REVISED


@transaction.atomic
def check_paper(*, paper, by, at, text=""):
    asked = paper.countersigns.exists()
    state = PaperState.COSIGNING if asked else PaperState.TO_SIGN
    rule, facts = rules.may_check_paper, {"state": state, "checked_by": by}
    return _move(paper, rule, Move.CHECKED, by, at, text, **facts)


@transaction.atomic
def countersign_paper(*, paper, by, at, text=""):
    """Countersign for the user's organs; after the last one it goes to signing."""
    paper = locked(paper, *RELATED)
    require(rules.may_countersign_paper(by, paper))

    own = rules.own_countersigns(by, paper)
    for one in own:
        change(one, signed_by=by, signed_at=at, opinion=text.strip())
    if not paper.countersigns.filter(signed_by=None).exists():
        change(paper, state=PaperState.TO_SIGN)
    take_step(paper, Move.COUNTERSIGNED, by=by, at=at, words=text)
    values = {"organs": [one.organ_id for one in own], "words": text}
    audit.record("paper.cosigned", by, paper, sorted(values), values)
    return paper


@transaction.atomic
def sign_paper(*, paper, by, at, text=""):
    facts = {"state": PaperState.SIGNED, "signed_by": by, "signed_on": timezone.localdate(at)}
    return _move(paper, rules.may_sign_paper, Move.SIGNED, by, at, text, **facts)


@transaction.atomic
def number_paper(*, paper, by, at, number="", issue=None):
    """Enter the number or issue from the office's register."""
    facts: dict[str, Any] = {"state": PaperState.NUMBERED}
    if paper.kind == PaperKind.BULLETIN:
        if not issue:
            raise ValidationError({"issue": _("Enter the issue.")})
        facts |= {"issue": issue, "issue_year": timezone.localdate(at).year}
    elif not number.strip():
        raise ValidationError({"number": _("Enter the number.")})
    else:
        facts |= {"number": as_registered(number)}
    document = facts.get("number")
    return _move(paper, rules.may_number_paper, Move.NUMBERED, by, at, document=document, **facts)


def as_registered(number):
    """Normalise brackets and spaces of a typed number: 云组通〔2026〕15号."""
    return _YEAR.sub(r"〔\1〕", re.sub(r"\s", "", number))


@transaction.atomic
def issue_paper(*, paper, by, at):
    day = timezone.localdate(at)
    facts = {"state": PaperState.ISSUED, "issued_on": day}
    paper = _move(paper, rules.may_issue_paper, Move.ISSUED, by, at, **facts)
    if paper.corrects_id and paper.corrects.state != PaperState.WITHDRAWN:
        before = locked(paper.corrects, *RELATED)
        change(before, state=PaperState.WITHDRAWN)
        words = paper.number_label or paper.title
        take_step(before, Move.CORRECTED, by=by, at=at, words=words)
        _note("corrected", before, by, ["state"])
    return paper


@transaction.atomic
def withdraw_paper(*, paper, by, at, reason):
    facts = {"state": PaperState.WITHDRAWN}
    return _move(paper, rules.may_withdraw_paper, Move.WITHDRAWN, by, at, reason, **facts)


@transaction.atomic
def correct_paper(*, paper, by, at):
    """Draft a paper to replace an issued one."""
    paper = locked(paper, *RELATED)
    require(rules.may_correct_paper(by, paper))

    recipients = list(paper.recipients.all())
    asked = [one.organ for one in paper.countersigns.select_related("organ")]
    content = {name: getattr(paper, name) for name in COPIED}
    return _draft(by, at, recipients, asked, corrects=paper, **content)


@transaction.atomic
def archive_paper(*, paper, by, at):
    facts = {"state": PaperState.ARCHIVED}
    return _move(paper, rules.may_archive_paper, Move.ARCHIVED, by, at, **facts)


def _move(paper, rule, move, by, at, words="", document=None, **facts):
    paper = locked(paper, *RELATED)
    require(rule(by, paper))

    before = undoing.standing(paper, facts)
    keep(paper, **facts)
    step = take_step(paper, move, by=by, at=at, words=words, document=document)
    if move == Move.ARCHIVED:
        undoing.remember(step, before, at=at)
    values = {name: getattr(one, "pk", one) for name, one in facts.items()} | {"words": words}
    audit.record(f"paper.{move}", by, paper, sorted(facts), values)
    return paper


def _note(event, paper, by, fields=()):
    values = {name: getattr(paper, name) for name in fields}
    values = {name: getattr(one, "pk", one) for name, one in values.items()}
    audit.record(f"paper.{event}", by, paper, sorted(fields), values)
