"""Forms on complaints about the portal."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.forms.matters import find_by_number
from oversight.models.complaints import Adopted, ComplaintKind, Door, Rating
from portal.pages.forms import AboutForm, ReaderForm, choice_field, tick_field
from portal.pages.text_forms import CheckedTextForm, text_field


class ComplaintForm(CheckedTextForm):
    free_text, is_untraced = ("text",), True
    kind = choice_field(
        pgettext_lazy("complaints", "What it is"), ComplaintKind.choices, radio=True
    )
    text = text_field(pgettext_lazy("complaints", "What it is about"), 2_000, rows=6)
    is_anonymous = tick_field(
        _("Without my name"),
        _("A code is shown once, by which you find the answer. Nothing else is kept of you."),
    )


class AnswerForm(CheckedTextForm):
    free_text = ("answer",)
    answer = text_field(_("Answer"), 2_000, rows=5)
    adopted = choice_field(
        _("Is it adopted?"), Adopted.choices, empty=pgettext_lazy("complaints", "no suggestion")
    )


class ConsentForm(ReaderForm):
    door = choice_field(_("Where it belongs"), Door.choices, radio=True)


class PassOnForm(AboutForm):
    about = "complaint"
    matter = forms.CharField(
        label=_("Number of the matter that was registered"), max_length=20, required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.complaint.door == Door.CONDUCT:
            del self.fields["matter"]

    def clean_matter(self):
        """Find a matter by its number, MQ2026-0001, if the user may read it."""
        typed = self.cleaned_data["matter"]
        if not typed:
            return None
        matter = find_by_number(self.user, typed)
        if matter is None:
            raise ValidationError(_("There is no such matter, or you may not see it."))
        return matter


class RatingForm(ReaderForm):
    rating = choice_field(_("How it was answered"), Rating.choices, radio=True)


class CodeForm(forms.Form):
    code = forms.CharField(label=_("Query code"), max_length=30)
