"""Answers of a questionnaire, filled in with the person drawn.

They pass research's own checks and are sealed by it. The fields include a random `salt` that nobody
reads: the hash of an entry is kept, and without a salt answers could be guessed by trying which
match.
"""

import json

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.pages.forms import ReaderForm
from portal.tools.languages import base
from research.actions import answers as actions
from research.models import DrawnUnit, QuestionnaireVersion
from research.models.answers import Channel
from research.questionnaires.answers import index, path_of
from research.questionnaires.drawing import words_of
from research.results.questions import named, words
from research.rules import answers as rules
from sync.kinds import Bound, EntryKind, NotKept, Refused, register
from sync.kinds.finding import not_seen, require, seen

LEAST_SALT = 32
# Characters of all answers together.
MOST = 500_000


class AnswersForm(ReaderForm):
    """The fields of an entry with answers; the definition of its version validates them."""

    # No label: the errors name their question.
    answers = forms.CharField(label="", max_length=MOST)
    partial = forms.BooleanField(required=False)
    salt = forms.CharField(min_length=LEAST_SALT, max_length=64)

    def __init__(self, *args, drawn, **kwargs):
        super().__init__(*args, **kwargs)
        self.drawn = drawn
        versions = QuestionnaireVersion.objects.visible_to(self.user).filter(
            questionnaire=drawn.sample.questionnaire, reviewed_at__isnull=False
        )
        self.fields["version"] = forms.ModelChoiceField(versions.defer("workbook"))

    def clean_answers(self):
        try:
            given = json.loads(self.cleaned_data["answers"])
        except (ValueError, RecursionError):
            given = None
        if not isinstance(given, dict):
            raise ValidationError(_("The answers cannot be read."))
        return given

    def clean(self):
        cleaned = super().clean()
        version = cleaned.get("version")
        if version is None or "answers" in self.errors:
            return cleaned
        day, is_partial = self.user.today, cleaned.get("partial", False)
        try:
            actions.checked(version.definition, cleaned["answers"], day, is_partial=is_partial)
        except actions.Wrong as problem:
            for said in _each(version.definition, problem.wrong):
                self.add_error("answers", said)
        return cleaned


def _each(definition, wrong):
    """Yield each error with its question."""
    items = index(definition)
    for place, what in wrong:
        path = path_of(place)
        label = named(words(items[path].get("label", {})), path, (base(),))
        yield _(": ").join([label.rstrip("？?：: "), str(words_of(what))])


def _drawn(user, pk):
    rows = DrawnUnit.objects.visible_to(user).filter(
        asked_by__user__in=user.identity_ids, sample__questionnaire__isnull=False
    )
    rows = rows.select_related("sample__questionnaire__organ__division", *actions.ASKER_RELATIONS)
    if (found := rows.filter(pk=pk).first()) is None:
        raise not_seen()
    return found


def _too_late(drawn):
    questionnaire = drawn.sample.questionnaire_id
    return NotKept(rules.too_late(), note=lambda: actions.count_late(questionnaire))


def bind(user, command, *, on, record=None):
    drawn = seen(_drawn, user, command.about)
    if drawn.sample.questionnaire.stripped_at:
        raise _too_late(drawn)
    require(rules.may_ask(user, drawn))
    return Bound(AnswersForm(command.query(), user=user, drawn=drawn))


def save(user, bound, command, *, at, record=None):
    (form,) = bound.forms
    given = form.cleaned_data
    try:
        actions.give(
            drawn=form.drawn,
            version=given["version"],
            answers=given["answers"],
            channel=Channel.VISIT,
            by=user,
            at=at,
            is_partial=given["partial"],
        )
    except actions.TooLate as problem:
        raise _too_late(form.drawn) from problem
    except actions.Wrong as problem:
        raise Refused(*_each(given["version"].definition, problem.wrong)) from problem
    return form.drawn


def name(drawn):
    """Return a label that reveals neither answers nor person: the number of the draw."""
    label = _("no. %(n)s of the draw") % {"n": drawn.position}
    return label, reverse("research:fieldwork")


CODE = "answers"
register(EntryKind(CODE, gettext_lazy("Answers of a questionnaire"), bind, save, name))
