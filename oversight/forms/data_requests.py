"""Forms on requests for data."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import Notice
from oversight.models.data_requests import Frequency, RequestKind, Way
from portal.pages.forms import (
    check_period,
    choice_field,
    day_field,
    not_future,
    number_field,
    picker_field,
)
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field
from research.models import Questionnaire

MOST_COLUMNS = 100
LONGEST_COLUMN = 40


class DataRequestForm(CheckedTextForm):
    """A request needs a last day: without one it would never expire."""

    free_text = ("title", "basis", "asked_of", "columns")
    title = text_field(pgettext_lazy("data requests", "What is asked"), 80)
    kind = choice_field(
        pgettext_lazy("data requests", "Kind"), RequestKind.choices, radio=True, initial="one_off"
    )
    basis = text_field(_("Basis and document number"), 120)
    columns = text_field(
        _("Its columns, one to a line"),
        5_000,
        _("What the portal holds already is struck when you keep it: nobody is asked for it."),
        rows=6,
    )
    asked_of = text_field(_("Who fills it in"), 60)
    asked_count = number_field(_("How many of them"), 1, 1_000_000, required=False)
    frequency = choice_field(_("How often"), Frequency.choices)
    way = choice_field(_("How it is handed in"), Way.choices)
    minutes = number_field(_("Minutes that it takes"), 1, 10_000, required=False)
    starts_on = day_field(pgettext_lazy("data requests", "From"))
    ends_on = day_field(
        pgettext_lazy("data requests", "Until"),
        _("It expires by itself after this day."),
        error_messages={
            "required": _("Write the last day: a request without one is not admitted.")
        },
    )
    sent_on = day_field(
        _("Sent on"), _("Of an emergency, which goes out first and is filed after."), required=False
    )
    notice = forms.ModelChoiceField(
        Notice.objects.none(), label=_("The notice that asks it"), required=False
    )
    questionnaire = forms.ModelChoiceField(
        Questionnaire.objects.none(), label=_("The questionnaire that asks it"), required=False
    )

    def __init__(self, *args, request=None, **kwargs):
        super().__init__(*args, **kwargs)
        user = self.user
        asking = Notice.objects.sent_by(user).exclude(asks="none").order_by("-published_on", "-pk")
        asked = Questionnaire.objects.visible_to(user).filter(organ=user.organ_id)
        for name, rows in (("notice", asking), ("questionnaire", asked.order_by("-pk"))):
            if not rows.exists():
                del self.fields[name]
                continue
            field = self.fields[name]
            field.queryset = rows  # pyright: ignore[reportAttributeAccessIssue]  # a ModelChoiceField
            field.label_from_instance = lambda one: str(one.title)  # pyright: ignore[reportAttributeAccessIssue]  # as said

    def clean_columns(self):
        names = [line.strip(" 　、,，;；") for line in self.cleaned_data["columns"].splitlines()]
        names = list(dict.fromkeys(filter(None, names)))
        if len(names) > MOST_COLUMNS:
            said = _("At most %(n)s columns; ask for less.")
            raise ValidationError(said % {"n": MOST_COLUMNS})
        if long := next((one for one in names if len(one) > LONGEST_COLUMN), None):
            said = _("“%(name)s” is too long for a column; one to a line.")
            raise ValidationError(said % {"name": long[:LONGEST_COLUMN]})
        return names

    def clean_sent_on(self):
        return not_future(self, "sent_on") if self.cleaned_data["sent_on"] else None

    def clean(self):
        # Check the columns as text, like the other fields, then turn them back into a list.
        columns = self.cleaned_data.get("columns")
        self.cleaned_data["columns"] = "\n".join(columns or [])
        cleaned = super().clean()
        cleaned["columns"] = (cleaned.get("columns") or "").split("\n") if columns else []
        check_period(self)
        is_urgent = cleaned.get("kind") == RequestKind.EMERGENCY
        if is_urgent and "sent_on" not in self.errors and not cleaned.get("sent_on"):
            self.add_error("sent_on", _("Say on which day it was sent."))
        return cleaned


class AdmitForm(CheckedTextForm):
    free_text = ("opinion",)
    number = forms.CharField(
        label=_("Number of admission"),
        max_length=40,
        required=False,
        help_text=_("Left empty: the next number of the portal."),
    )
    opinion = optional_text(pgettext_lazy("data requests", "Opinion"), 200, rows=2)


class ProvideForm(CheckedTextForm):
    free_text = ("text",)
    text = text_field(_("Where the organ takes it from"), 200, rows=2)


class UnadmittedForm(CheckedTextForm):
    free_text, is_untraced = ("text",), True
    organ = picker_field("organ", _("Who asked"))
    text = text_field(_("What was asked, and how"), 300, rows=3)
    asked_on = day_field(_("On which day"))

    def clean_asked_on(self):
        return not_future(self, "asked_on")


class OutcomeForm(CheckedTextForm):
    free_text = ("outcome",)
    outcome = text_field(pgettext_lazy("data requests", "What came of it"), 200, rows=2)
