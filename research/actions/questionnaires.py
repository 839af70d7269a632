"""Questionnaires: begin, import, try out, submit, review, drop."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal import parameters
from portal.records import audit, undoing
from portal.records.steps import take_step
from portal.tools.locking import locked
from portal.tools.saving import change, keep, put, put_what_differs
from portal.trust.access import require
from research.models import Questionnaire, QuestionnaireStep, QuestionnaireVersion, Trial
from research.models.questionnaires import QuestionnaireState
from research.questionnaires import comparing
from research.questionnaires.drawing import questions_of
from research.rules import questionnaires as rules

Move, State = QuestionnaireStep.Move, QuestionnaireState
_CAN_BE_UNDONE = {Move.TRIED, Move.DROPPED}


@dataclass(frozen=True)
class Upload:
    """A workbook that was read without refusals."""

    name: str
    content: bytes
    definition: dict
    digest: str
    # Problems that are no reason to refuse the workbook, as JSON.
    left_out: list


def locked_questionnaire(questionnaire):
    return locked(questionnaire, "organ", no_key=True)


@transaction.atomic
def begin_questionnaire(*, by, at, organ, upload=None, **head):
    require(rules.may_begin_for(by, organ))
    questionnaire = Questionnaire(organ=organ, written_by=by, created_at=at)
    put(questionnaire, head)
    keep(questionnaire)
    _note("questionnaire.begun", questionnaire, by, {"organ": organ.pk, **_plain(head)})
    if upload:
        _add(questionnaire, upload, by=by, at=at)
    return questionnaire


@transaction.atomic
def change_questionnaire(*, questionnaire, by, **head):
    """Change the head of the questionnaire."""
    questionnaire = locked(questionnaire, "organ", no_key=True)
    require(rules.may_change_questionnaire(by, questionnaire))
    changed = put_what_differs(questionnaire, head)
    if changed:
        keep(questionnaire, fields=changed)
        _note("questionnaire.changed", questionnaire, by, _plain({n: head[n] for n in changed}))
    return questionnaire


@transaction.atomic
def add_version(*, questionnaire, upload, by, at):
    """Import a new version. If frame and sample are not fixed yet, a reviewed questionnaire returns
    to design; later the reviewed version stays in use until the new one is reviewed."""
    questionnaire = locked(questionnaire, "organ", no_key=True)
    require(rules.may_upload_version(by, questionnaire))
    _add(questionnaire, upload, by=by, at=at)
    if questionnaire.state == State.REVIEWED:
        change(questionnaire, state=State.DESIGN, reviewed_by=None)
    return questionnaire


def _add(questionnaire, upload, *, by, at):
    newest = questionnaire.newest
    if newest and newest.digest == upload.digest:
        raise ValidationError({"workbook": _("This is the workbook of the newest version.")})
    version = QuestionnaireVersion(
        questionnaire=questionnaire,
        number=newest.number + 1 if newest else 1,
        definition=upload.definition,
        digest=upload.digest,
        file_name=upload.name[-120:],
        workbook=upload.content,
        questions=len(questions_of(upload.definition)),
        minutes=minutes_of(upload.definition, on=by.today),
        left_out=upload.left_out,
        uploaded_by=by,
        uploaded_at=at,
    )
    version.save()
    words = _("Version %(n)s") % {"n": version.number}
    take_step(questionnaire, Move.UPLOADED, by=by, at=at, words=words)
    values = {"version": version.number, "digest": version.digest}
    _note("questionnaire.uploaded", questionnaire, by, values)
    return version


def minutes_of(definition, *, on):
    return comparing.minutes(
        definition,
        seconds=parameters.number("questionnaire.seconds", on=on),
        text_seconds=parameters.number("questionnaire.text_seconds", on=on),
        rows=parameters.number("questionnaire.rows", on=on),
    )


@transaction.atomic
def give_out(*, questionnaire, by, at):
    """Release it for trial."""
    questionnaire = locked(questionnaire, "organ", no_key=True)
    require(rules.may_give_out(by, questionnaire))
    return _move(questionnaire, State.TRIAL, Move.TRIED, by=by, at=at)


@transaction.atomic
def note_trial(*, version, by, at, minutes, remark):
    """Note that a person tried a version to its end; a second try replaces that person's first."""
    questionnaire = locked(version.questionnaire, "organ", no_key=True)
    require(rules.may_try(by, questionnaire))
    trial = Trial.objects.filter(version=version, by=by).first() or Trial(version=version, by=by)
    put(trial, {"minutes": minutes, "remark": remark.strip(), "at": at})
    trial.save()
    _note("questionnaire.tried", questionnaire, by, {"version": version.number})
    return questionnaire


@transaction.atomic
def submit(*, questionnaire, by, at, why_long="", reason=""):
    """Submit it for review, with a reason if it is too long or hardly tried."""
    questionnaire = locked(questionnaire, "organ", no_key=True)
    require(rules.may_submit(by, questionnaire))
    newest = questionnaire.newest
    if not why_long.strip() and rules.is_too_long(newest, on=by.today):
        raise ValidationError({"why_long": _("Say why so many questions are needed.")})
    if not reason.strip() and rules.is_hardly_tried(newest, on=by.today):
        raise ValidationError({"reason": _("Say why so few have tried it.")})
    change(questionnaire, why_long=why_long.strip())
    return _move(questionnaire, State.REVIEW, Move.SUBMITTED, by=by, at=at, words=reason)


@transaction.atomic
def send_back(*, questionnaire, by, at, reason):
    questionnaire = locked(questionnaire, "organ", no_key=True)
    require(rules.may_review(by, questionnaire))
    return _move(questionnaire, State.DESIGN, Move.SENT_BACK, by=by, at=at, words=reason)


@transaction.atomic
def review(*, questionnaire, by, at, number, valid_until):
    """Approve it and assign its number; from now on it may be used."""
    questionnaire = locked(questionnaire, "organ", no_key=True)
    require(rules.may_review(by, questionnaire))
    _mark_reviewed(questionnaire.newest, by=by, at=at)
    put(questionnaire, {"number": number.strip(), "valid_until": valid_until, "reviewed_by": by})
    questionnaire.state = State.REVIEWED
    keep(questionnaire, fields=["number", "valid_until", "reviewed_by", "state"])
    words = _("No. %(number)s") % {"number": questionnaire.number}
    take_step(questionnaire, Move.REVIEWED, by=by, at=at, words=words)
    values = {"number": questionnaire.number, "valid_until": valid_until}
    _note("questionnaire.reviewed", questionnaire, by, values)
    return questionnaire


@transaction.atomic
def review_version(*, questionnaire, by, at):
    """Approve a version that was imported later; new answers go to it from now on."""
    questionnaire = locked(questionnaire, "organ", no_key=True)
    require(rules.may_review_version(by, questionnaire))
    version = questionnaire.newest
    _mark_reviewed(version, by=by, at=at)
    words = _("Version %(n)s") % {"n": version.number}
    take_step(questionnaire, Move.REVIEWED, by=by, at=at, words=words)
    _note("questionnaire.version_reviewed", questionnaire, by, {"version": version.number})
    return questionnaire


def _mark_reviewed(version, *, by, at):
    if version.reviewed_at is None:
        change(version, reviewed_by=by, reviewed_at=at)


@transaction.atomic
def drop(*, questionnaire, by, at, reason):
    questionnaire = locked(questionnaire, "organ", no_key=True)
    require(rules.may_drop(by, questionnaire))
    return _move(questionnaire, State.DROPPED, Move.DROPPED, by=by, at=at, words=reason)


def _move(questionnaire, state, move, *, by, at, words=""):
    before = undoing.standing(questionnaire, ["state"])
    change(questionnaire, state=state)
    step = take_step(questionnaire, move, by=by, at=at, words=words)
    if move in _CAN_BE_UNDONE:
        undoing.remember(step, before, at=at)
    _note(f"questionnaire.{move}", questionnaire, by, {"state": state, "words": words})
    return questionnaire


def _note(event, questionnaire, by, values):
    audit.record(event, on=questionnaire, by=by, fields=[*values], values=values)


def _plain(head):
    return {name: getattr(value, "pk", value) for name, value in head.items()}
