"""Forms on answers and results. They write nothing."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.forms import ReaderForm, choice_field, day_field, digits_input, number_field
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field
from portal.tools.languages import base
from research.actions.answers import MOST_SLIPS
from research.models import DrawnUnit
from research.results.questions import CHOICE, NUMBER, named, questions_of


class OpenForm(ReaderForm):
    opens_on = day_field(_("Answers from"))
    closes_on = day_field(
        pgettext_lazy("questionnaires", "Answers until"),
        _("Late ones are taken for some days more, then marks are removed."),
    )


class DecisionForm(CheckedTextForm):
    free_text = ("decision",)
    decision = optional_text(
        _("Decision"),
        200,
        _("Meeting and day, or number of the document; empty if you decide it yourself."),
    )


class SlipsForm(ReaderForm):
    count = number_field(_("How many slips"), 1, MOST_SLIPS)


class PositionForm(ReaderForm):
    """Find a drawn unit by the number printed on its paper form."""

    position = number_field(_("Number on the paper"), 1, 2_000_000_000, widget=digits_input())

    def __init__(self, *args, questionnaire, **kwargs):
        super().__init__(*args, **kwargs)
        self.questionnaire = questionnaire

    def clean_position(self):
        position = self.cleaned_data["position"]
        drawn = DrawnUnit.objects.filter(sample__questionnaire=self.questionnaire)
        found = drawn.filter(position=position).first()
        if found is None:
            raise forms.ValidationError(_("Nobody was drawn under this number."))
        return found


class MicrodataForm(CheckedTextForm):
    free_text = ("purpose",)
    purpose = text_field(_("What the rows are needed for"), 300, rows=3)
    sex = choice_field(_("Question that asks for sex"), [])
    age = choice_field(_("Question that asks for age in years"), [])

    def __init__(self, *args, questionnaire, **kwargs):
        super().__init__(*args, **kwargs)
        definitions = questionnaire.versions.order_by("number")
        found = questions_of(definitions.values_list("definition", flat=True)).values()
        languages = (base(),)
        for name, kind in (("sex", CHOICE), ("age", NUMBER)):
            fitting = [one for one in found if one.kind == kind and not one.repeats]
            self.fields[name] = choice_field(
                self.fields[name].label,
                [(one.path, named(one.label, one.path, languages)) for one in fitting],
                empty=_("none"),
            )


class TextsForm(forms.Form):
    """Search of free texts."""

    q = forms.CharField(label=pgettext_lazy("texts", "Search"), required=False, max_length=80)
