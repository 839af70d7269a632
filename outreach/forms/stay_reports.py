"""What is asked about stay reports and at the end of a stay."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from outreach.actions.stay_reports import FIELDS
from outreach.models import StayOpinion
from outreach.rules.stay_reports import parts_open_to
from portal.pages.forms import DayInput
from portal.pages.text_forms import CheckedTextForm

LONGEST = 5_000
MOST_SUGGESTIONS = 20


def _long(label, *, rows=4, required=False, help_text=""):
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class StayReportForm(CheckedTextForm):
    free_text = ("situation", "problems", "causes", "solved", "advice")
    title = forms.CharField(label=gettext_lazy("Subject of the report"), max_length=80)
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput())
    ends_on = forms.DateField(label=gettext_lazy("To"), widget=DayInput())
    members = forms.CharField(label=gettext_lazy("Who took part"), max_length=200, required=False)
    method = forms.CharField(
        label=gettext_lazy("Method"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Door to door, meetings, questionnaires …"),
    )
    situation = _long(gettext_lazy("Basic situation"), rows=6, required=True)
    problems = _long(gettext_lazy("Problems found"))
    causes = _long(gettext_lazy("Causes"))
    solved = _long(gettext_lazy("What was helped to be solved"))
    advice = _long(
        gettext_lazy("Suggestions"),
        help_text=gettext_lazy("One in a line: each is taken up or not, with the reason."),
    )
    field_order = [*FIELDS, "advice", "numbers"]

    def clean_advice(self):
        lines = [line.strip() for line in self.cleaned_data["advice"].splitlines() if line.strip()]
        if len(lines) > MOST_SUGGESTIONS:
            raise forms.ValidationError(
                _("At most %(n)s suggestions; put together what belongs together.")
                % {"n": MOST_SUGGESTIONS}
            )
        if any(len(line) > 500 for line in lines):
            raise forms.ValidationError(_("A suggestion has at most 500 characters."))
        return "\n".join(lines)

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The end lies before the beginning."))
        return cleaned

    def content(self):
        given = {name: self.cleaned_data[name] for name in FIELDS}
        return given | {"suggestions": (self.cleaned_data.get("advice") or "").splitlines()}


class ReviewForm(CheckedTextForm):
    free_text = ("text",)
    accepted = forms.TypedChoiceField(
        label=gettext_lazy("Review"),
        choices=[("1", gettext_lazy("Accept it")), ("0", gettext_lazy("Send it back"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Accept it, or send it back?")},
    )
    text = forms.CharField(
        label=gettext_lazy("What is to be said"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ["accepted", "text", "numbers"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("accepted") is False and not cleaned.get("text"):
            self.add_error("text", _("Say what is missing."))
        return cleaned


class SuggestionForm(CheckedTextForm):
    free_text = ("why",)
    adopted = forms.TypedChoiceField(
        label=gettext_lazy("Taken up?"),
        choices=[("1", gettext_lazy("Adopted")), ("0", gettext_lazy("Not adopted"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Taken up or not?")},
    )
    why = forms.CharField(
        label=gettext_lazy("How, or why not"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ["adopted", "why", "numbers"]


class OpinionForm(CheckedTextForm):
    free_text = ("text",)
    part = forms.ChoiceField(label=gettext_lazy("Part of the sheet"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=pgettext_lazy("stays", "Text"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("What was said before stays; the newest stands on the sheet."),
    )
    field_order = ["part", "text", "numbers"]

    def __init__(self, *args, stay, **kwargs):
        super().__init__(*args, **kwargs)
        parts = parts_open_to(self.user, stay)
        self.fields["part"].choices = [(p.value, StayOpinion.Part(p).label) for p in parts]
        self.fields["part"].initial = parts[0]
