"""Publication of the results, the files made from them, and microdata."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.records import audit, undoing
from portal.records.steps import take_step
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.run import jobs
from portal.tools.locking import locked
from portal.tools.saving import change
from portal.trust.access import require
from research.models import MicrodataRequest, QuestionnaireStep
from research.models.questionnaires import QuestionnaireState
from research.results import files, microdata
from research.rules import answers as rules

State, Move = QuestionnaireState, QuestionnaireStep.Move


@transaction.atomic
def use_internally(*, questionnaire, decision, by, at):
    return _decide(questionnaire, rules.may_use_internally, State.INTERNAL, decision, by, at)


@transaction.atomic
def publish(*, questionnaire, decision, by, at):
    return _decide(questionnaire, rules.may_publish, State.PUBLISHED, decision, by, at)


def _decide(questionnaire, rule, state, decision, by, at):
    """Record a decision on the results. `decision` names meeting, day or document; a leader who
    decides here need not fill it in."""
    questionnaire = locked(questionnaire, "organ__division", no_key=True)
    require(rule(by, questionnaire))
    if not decision.strip() and not holds_for_organ(by, P.DECIDE_RESEARCH, questionnaire.organ):
        raise ValidationError({"decision": _("Name the decision: meeting and day, or document.")})
    facts = {"published_at": at} if state == State.PUBLISHED else {}
    before = undoing.standing(questionnaire, ["state"])
    change(questionnaire, state=state, **facts)
    step = take_step(questionnaire, Move(state.value), by=by, at=at, words=decision)
    if state == State.INTERNAL:
        undoing.remember(step, before, at=at)
    audit.record(f"questionnaire.{state}", on=questionnaire, by=by, fields=["state"])
    return questionnaire


# --- Files --------------------------------------------------------------------------------------


@transaction.atomic
def ask_for_file(questionnaire, *, kind, by):
    """Queue the tables with their code book as .xlsx, or the tables as .csv."""
    require(rules.may_export_results(by, questionnaire))
    title = _("Results: %(title)s") % {"title": questionnaire.title}
    arguments = {"questionnaire": questionnaire.pk, "file": kind}
    return jobs.start(kind="research_results", title=title, arguments=arguments, by=by)


@jobs.work_of("research_results")
def _results(job, folder, progress):
    return files.write(job, folder, progress)


@jobs.work_of("research_microdata")
def _microdata(job, folder, progress):
    return microdata.write(job, folder, progress)


# --- Microdata ----------------------------------------------------------------------------------


@transaction.atomic
def ask_for_microdata(*, questionnaire, purpose, sex, age, by, at):
    questionnaire = locked(questionnaire, "organ__division", no_key=True)
    require(rules.may_ask_for_microdata(by, questionnaire))
    asked = MicrodataRequest(
        questionnaire=questionnaire, asked_by=by, asked_at=at, purpose=purpose, sex=sex, age=age
    )
    asked.validate_constraints()
    asked.save()
    audit.record("microdata.asked", on=asked, by=by, values={"purpose": purpose})
    return asked


@transaction.atomic
def decide_microdata(*, microdata, granted, why="", by, at):
    asked = locked(microdata, "questionnaire__organ__division", no_key=True)
    require(rules.may_decide_microdata(by, asked))
    change(asked, granted=granted, decided_by=by, decided_at=at, why=why)
    audit.record("microdata.decided", on=asked, by=by, values={"granted": granted})
    return asked


def grant_microdata(*, microdata, by, at):
    return decide_microdata(microdata=microdata, granted=True, by=by, at=at)


def refuse_microdata(*, microdata, reason, by, at):
    return decide_microdata(microdata=microdata, granted=False, why=reason, by=by, at=at)


@transaction.atomic
def make_microdata(*, microdata, by):
    """Queue the microdata file."""
    require(rules.may_make_microdata(by, microdata))
    title = _("Microdata: %(title)s") % {"title": microdata.questionnaire.title}
    arguments = {"microdata": microdata.pk}
    return jobs.start(kind="research_microdata", title=title, arguments=arguments, by=by)
