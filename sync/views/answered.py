"""Correct questionnaire answers that could not be carried out, in the questionnaire's own pages."""

import json
from dataclasses import replace

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import pgettext

from portal.pages.onward import onward
from portal.tools.languages import base
from research.questionnaires import drawing
from sync import written
from sync.actions import settling
from sync.acts.entries import ENTRIES, crumbs
from sync.kinds.finding import not_seen


def correct(request, entry, command, bound):
    """Like research.views.answers.ask, but submitting settles the entry."""
    user, drawn = request.user, bound.forms[0].drawn
    version = written.version_of(command.fields, user) or drawn.sample.questionnaire.in_force
    if version is None or version.questionnaire_id != drawn.sample.questionnaire_id:
        return _back(request, entry, not_seen())
    step, is_partial = _step(request, version.definition, command, user)
    problem = ""
    if step.is_finished or is_partial:
        answers = step.answers if step.is_finished else step.typed
        fields = {
            "version": (str(version.pk),),
            "answers": (json.dumps(answers, ensure_ascii=False),),
            "partial": () if step.is_finished else ("1",),
        }
        given, at = replace(command, fields=command.fields | fields), timezone.now()
        try:
            settled = settling.settle(entry=entry, by=user, at=at, corrected=given)
        except settling.Unfit as unfit:
            problem = " ".join(unfit.bound.words())
            step = _begun(version.definition, user, step.typed)
        except settling.REFUSALS as refusal:
            return _back(request, entry, refusal)
        else:
            ENTRIES.tell(request, "carry_out_entry", entry, settled)
            return onward(request, settled.record_url, at=at)
    context = {
        "entry": entry,
        "drawn": drawn,
        "questionnaire": drawn.sample.questionnaire,
        "version": version,
        "step": step,
        "page": step.page,
        "problem": problem,
        "day": user.today,
        "crumbs": crumbs(entry, pgettext("entry", "Correct it")),
    }
    status = 422 if problem or step.page.errors else 200
    return render(request, "sync/correct_answers.html", context, status=status)


def _step(request, definition, command, user):
    """Return (step, whether to store the answers so far as partial)."""
    if request.method != "POST":
        return _begun(definition, user, written.answers_of(command.fields)), False
    whole = drawing.is_whole(definition)
    step = drawing.proceed(definition, request.POST, today=f"{user.today}", whole=whole)
    return step, "stop" in request.POST and not step.is_finished


def _begun(definition, user, answers):
    said = {"language": base(), "whole": drawing.is_whole(definition)}
    return drawing.begin(definition, today=f"{user.today}", answers=answers, **said)


def _back(request, entry, refusal):
    for said in settling.words_of(refusal):
        messages.warning(request, said)
    return redirect(entry)
