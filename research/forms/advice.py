"""Forms on suggestions of research."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.forms import choice_field, picker_field
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field
from research.actions.advice import ANSWERS
from research.forms.reports import WHICH_DOCUMENT
from research.models.reports import AdviceState


class AdviceForm(CheckedTextForm):
    free_text = ("text",)
    text = text_field(pgettext_lazy("research", "Suggestion"), 500, rows=4)


class SendForm(CheckedTextForm):
    free_text = ()
    addressed_to = picker_field("organ", _("To which organ"))


class AnswerForm(CheckedTextForm):
    free_text = ("text",)
    outcome = choice_field(
        pgettext_lazy("research", "What becomes of it"),
        [(one.value, one.label) for one in ANSWERS],
        radio=True,
    )
    text = optional_text(_("How, or why not"), 500, rows=3)
    document = optional_text(
        WHICH_DOCUMENT,
        80,
        _("Needed where the lead organ records the answer of another organ."),
    )

    def clean(self):
        cleaned = super().clean()
        outcome = cleaned.get("outcome")
        if outcome and outcome != AdviceState.ADOPTED and not cleaned.get("text"):
            self.add_error("text", _("Say why."))
        return cleaned


class CarryOutForm(CheckedTextForm):
    free_text = ("text",)
    text = text_field(_("What is being done"), 500, rows=3)


class TurnForm(CheckedTextForm):
    free_text = ("turned_into", "text")
    turned_into = text_field(_("Number of the document, or name of the project"), 80)
    text = optional_text(pgettext_lazy("research", "What it says"), 500, rows=2)


class LookBackForm(CheckedTextForm):
    free_text = ("text",)
    text = text_field(pgettext_lazy("research", "What came of it"), 500, rows=3)
