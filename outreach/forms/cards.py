"""What is asked about contact cards and their texts."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.door import codes
from outreach.door.words import LANGUAGES
from outreach.models import CardText, ContactCard
from outreach.models.cards import SHORT_DIGITS, is_well_formed
from outreach.rules import cards as rules
from portal.pages.forms import ReaderForm
from portal.places.pickers import PickerField


class IssueCardsForm(ReaderForm):
    """For whose areas: of an organ's cadres, at the units of a host, or of some cadres."""

    organ = PickerField(
        "organ",
        label=gettext_lazy("Cadres of the organ"),
        required=False,
        help_text=gettext_lazy("With all below it."),
    )
    host = PickerField("organ", label=gettext_lazy("Units hosted by"), required=False)
    cadres = PickerField("cadre", multiple=True, label=gettext_lazy("These cadres"), required=False)

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not any(cleaned.get(name) for name in ("organ", "host", "cadres")):
            raise ValidationError(_("Choose an organ, a host or some cadres."))
        return cleaned


class CardTextForm(ReaderForm):
    block = forms.ChoiceField(label=gettext_lazy("Block"), choices=CardText.Block.choices)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[(code, one.name) for code, one in LANGUAGES.items()],
    )
    division = PickerField(
        "division",
        label=gettext_lazy("Territory"),
        required=False,
        help_text=gettext_lazy("The text of the narrowest territory counts. Empty: everywhere."),
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Emptied, the text of the next wider territory counts again."),
    )

    def clean_division(self):
        division = self.cleaned_data["division"]
        decision = rules.may_keep_text(self.user, division)
        if not decision:
            raise ValidationError(decision.refusal)
        return division

    def clean(self):
        cleaned = super().clean()
        text = (cleaned.get("text") or "").strip()
        is_phone = len(text) <= 30 and all(c.isdigit() or c in "+- " for c in text)
        if cleaned.get("block") == CardText.Block.SUPERVISION and not is_phone:
            self.add_error("text", _("Here stands one phone number and nothing else."))
        return cleaned


class CallInForm(forms.Form):
    """A caller names the number of the card; a paper slip the number of its matter."""

    card = forms.CharField(
        label=gettext_lazy("Number of the caller's card"), max_length=20, required=False
    )
    matter = forms.CharField(
        label=gettext_lazy("Number of the matter on the slip"), max_length=30, required=False
    )

    def clean_card(self):
        digits = codes.digits_of(self.cleaned_data["card"])
        if not digits:
            return None
        found = None
        if is_well_formed(digits, SHORT_DIGITS):
            found = ContactCard.objects.filter(short_code=digits).first()
        if found is None:
            raise ValidationError(_("No card has this number. Please compare it digit by digit."))
        return found

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned.get("card") and not cleaned.get("matter"):
            raise ValidationError(_("Type the number of a card or of a matter."))
        return cleaned
