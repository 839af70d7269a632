"""Forms of stay reports and of opinions at the end of a stay."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.actions.stay_reports import FIELDS
from outreach.models import StayOpinion
from outreach.rules.stay_reports import parts_open_to
from portal.pages.forms import check_period, day_field, yes_no_field
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field

LONGEST = 5_000
MOST_SUGGESTIONS = 20
ONE_IN_A_LINE = _("One per line; each is adopted or not, with the reason.")


class PlanForm(CheckedTextForm):
    free_text = ("plan",)
    plan = optional_text(
        _("Plan of the stay"),
        1_000,
        _("What the leader means to look at, and with whom; it may stay empty."),
        rows=5,
    )


class StayReportForm(CheckedTextForm):
    free_text = ("title", "situation", "problems", "causes", "solved", "advice")
    title = text_field(_("Subject of the report"), 80)
    starts_on = day_field(_("From"))
    ends_on = day_field(_("To"))
    members = optional_text(_("Who took part"), 200)
    method = optional_text(_("Method"), 200, _("Door to door, meetings, questionnaires …"))
    situation = text_field(_("Basic situation"), LONGEST, rows=6)
    problems = optional_text(_("Problems found"), LONGEST, rows=4)
    causes = optional_text(_("Causes"), LONGEST, rows=4)
    solved = optional_text(_("Problems that were solved"), LONGEST, rows=4)
    advice = optional_text(_("Suggestions"), LONGEST, ONE_IN_A_LINE, rows=4)

    def clean_advice(self):
        lines = [line.strip() for line in self.cleaned_data["advice"].splitlines() if line.strip()]
        if len(lines) > MOST_SUGGESTIONS:
            words = _("At most %(n)s suggestions; put together what belongs together.")
            raise forms.ValidationError(words % {"n": MOST_SUGGESTIONS})
        if any(len(line) > 500 for line in lines):
            raise forms.ValidationError(_("A suggestion has at most 500 characters."))
        return "\n".join(lines)

    def clean(self):
        cleaned = super().clean()
        check_period(self)
        return cleaned

    def content(self):
        given = {name: self.cleaned_data[name] for name in FIELDS}
        return given | {"suggestions": (self.cleaned_data.get("advice") or "").splitlines()}


class ReviewForm(CheckedTextForm):
    free_text = ("text",)
    accepted = yes_no_field(
        _("Review"), _("Accept it"), _("Send it back"), _("Accept it, or send it back?")
    )
    text = optional_text(_("What is to be said"), 500, rows=3)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("accepted") is False and not cleaned.get("text"):
            self.add_error("text", _("Say what is missing."))
        return cleaned


class SuggestionForm(CheckedTextForm):
    free_text = ("why",)
    adopted = yes_no_field(_("Taken up?"), _("Adopted"), _("Not adopted"), _("Taken up or not?"))
    why = text_field(_("How, or why not"), 300, rows=2)


class OpinionForm(CheckedTextForm):
    free_text = ("text",)
    part = forms.ChoiceField(label=_("Part of the sheet"), widget=forms.RadioSelect)
    text = text_field(
        pgettext_lazy("stays", "Text"),
        2_000,
        _("Earlier opinions are kept; the sheet shows the newest."),
        rows=5,
    )

    def __init__(self, *args, stay, **kwargs):
        super().__init__(*args, **kwargs)
        parts = parts_open_to(self.user, stay)
        self.fields["part"].choices = [(p.value, StayOpinion.Part(p).label) for p in parts]
        self.fields["part"].initial = parts[0]
