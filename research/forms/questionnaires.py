"""Forms on questionnaires; validating a form reads its workbook."""

import tempfile
from pathlib import Path

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.imports.files import WorkbookProblem
from portal.pages.forms import (
    ReaderForm,
    ScannedFileField,
    check,
    day_field,
    not_past,
    number_field,
    picker_field,
)
from portal.pages.text_forms import (
    CheckedTextForm,
    ReasonForm,
    optional_text,
    printed_phone,
    text_field,
)
from research.actions.questionnaires import Upload
from research.models import ResearchTopic
from research.questionnaires.cells import MOST_FILE
from research.questionnaires.reader import read
from research.rules import questionnaires as rules


class WorkbookField(ScannedFileField):
    def __init__(self, **options):
        widget = forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls"})
        super().__init__(widget=widget, **options)


class _WorkbookForm(ReaderForm):
    """A form with a workbook. Problems in the workbook are listed in `problems`, refusals first."""

    problems = ()

    def clean_workbook(self):
        file = self.cleaned_data["workbook"]
        if not file:
            return None
        if file.size > MOST_FILE:
            raise ValidationError(
                _("The file is larger than %(n)s MB; no form is. Remove pictures from it.")
                % {"n": MOST_FILE // 2**20}
            )
        content = file.read()
        try:
            found = read_content(content)
        except WorkbookProblem as problem:
            raise ValidationError(str(problem)) from problem
        if found.refusals:
            self.problems = found.problems
            raise ValidationError(
                _("The questionnaire cannot be read in as it is. All that is wrong stands below.")
            )
        left_out = [one.as_json() for one in found.problems]
        return Upload(file.name, content, found.definition, found.digest, left_out)

    def content(self):
        typed = dict(self.cleaned_data)
        typed["upload"] = typed.pop("workbook")
        return typed


def read_content(content):
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as kept:
        kept.write(content)
        kept.flush()
        return read(Path(kept.name))


class _HeadForm(CheckedTextForm):
    """Head of the questionnaire, above the questions."""

    free_text = ("title", "purpose")

    title = text_field(pgettext_lazy("questionnaires", "Title"), 80)
    purpose = text_field(
        pgettext_lazy("questionnaires", "Purpose"),
        200,
        gettext_lazy("As it goes on in the head: carried out “for the purpose of …”."),
    )
    phone = text_field(
        gettext_lazy("Phone for questions"),
        30,
        gettext_lazy("Of the office, as it is printed on the questionnaire."),
        validators=[printed_phone],
    )
    topic = forms.ModelChoiceField(
        ResearchTopic.objects.none(),
        label=gettext_lazy("Research topic"),
        empty_label=gettext_lazy("none"),
        required=False,
    )
    table_number = optional_text(
        gettext_lazy("Number of the table"),
        30,
        gettext_lazy("These three only for a statistical survey of a government department."),
    )
    made_by = optional_text(pgettext_lazy("questionnaires", "Made by"), 60)
    approval = optional_text(gettext_lazy("Approval or filing number"), 60)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        topics = ResearchTopic.objects.visible_to(self.user).running()
        field = self.fields["topic"]
        field.queryset = topics.order_by("-starts_on", "-pk")
        field.label_from_instance = lambda topic: topic.title

    def clean(self):
        cleaned = super().clean()
        table = [cleaned.get(one) for one in ("table_number", "made_by", "approval")]
        if any(table) and not all(table):
            self.add_error(
                "table_number",
                _("Number of the table, who made it and its approval belong together."),
            )
        return cleaned


class NewQuestionnaireForm(_WorkbookForm, _HeadForm):
    organ = picker_field("organ", gettext_lazy("Carried out by"))
    workbook = WorkbookField(
        label=pgettext_lazy("questionnaires", "Questions"),
        help_text=gettext_lazy(
            "A workbook in the format XLSForm (.xlsx or .xls), as for ODK or Kobo. It may follow "
            "later."
        ),
        required=False,
    )
    field_order = ("title", "purpose", "organ", "phone", "workbook", "topic")

    def clean_organ(self):
        organ = self.cleaned_data["organ"]
        check(rules.may_begin_for(self.user, organ))
        return organ


class ChangeQuestionnaireForm(_HeadForm):
    pass


class UploadForm(_WorkbookForm):
    workbook = WorkbookField(
        label=pgettext_lazy("questionnaires", "Questions"),
        help_text=gettext_lazy("A workbook in the format XLSForm (.xlsx or .xls)."),
    )


class TrialForm(CheckedTextForm):
    free_text = ("remark",)
    minutes = number_field(gettext_lazy("How many minutes did it take?"), 1, 240)
    remark = optional_text(gettext_lazy("What was not clear?"), 300, rows=3)


class SubmitForm(ReasonForm):
    """Ask only for the reasons that the norms require."""

    free_text = ("why_long", "reason")
    why_long = optional_text(
        gettext_lazy("Why so many questions are needed"),
        200,
        gettext_lazy("It has more questions or takes longer than the norm."),
        rows=2,
    )
    reason = optional_text(
        gettext_lazy("Why so few have tried it"),
        200,
        gettext_lazy("Fewer people than the norm have tried the newest version."),
        rows=2,
    )

    def __init__(self, *args, questionnaire, **kwargs):
        super().__init__(*args, **kwargs)
        newest, today = questionnaire.newest, self.user.today
        self._ask("why_long", rules.is_too_long(newest, on=today))
        self._ask("reason", rules.is_hardly_tried(newest, on=today))

    def _ask(self, name, is_asked):
        if is_asked:
            self.fields[name].required = True
        else:
            del self.fields[name]

    def clean(self):
        cleaned = super().clean()
        return {"why_long": "", "reason": ""} | cleaned


class ReviewForm(ReaderForm):
    number = text_field(pgettext_lazy("questionnaires", "Number"), 30)
    valid_until = day_field(gettext_lazy("Valid until"))

    def clean_valid_until(self):
        return not_past(self, "valid_until")
