"""Forms of contact cards and their texts."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from outreach.door import codes
from outreach.door.words import LANGUAGES
from outreach.models import CardText, ContactCard
from outreach.models.cards import SHORT_DIGITS, is_well_formed
from outreach.rules import cards as rules
from portal.pages.forms import ReaderForm, check, choice_field, optional_picker
from portal.pages.text_forms import optional_text


class IssueCardsForm(ReaderForm):
    """Contact areas by the organ of their cadres, by host, or by cadre."""

    organ = optional_picker("organ", _("Cadres of the organ"), _("With all below it."))
    host = optional_picker("organ", _("Units hosted by"))
    cadres = optional_picker("cadre", _("These cadres"), multiple=True)

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not any(cleaned.get(name) for name in ("organ", "host", "cadres")):
            raise ValidationError(_("Choose an organ, a host or some cadres."))
        return cleaned


class CardTextForm(ReaderForm):
    block = choice_field(_("Block"), CardText.Block.choices)
    language = choice_field(_("Language"), [(code, one.name) for code, one in LANGUAGES.items()])
    division = optional_picker(
        "division",
        _("Territory"),
        _("The text of the narrowest territory applies. Empty: everywhere."),
    )
    text = optional_text(
        _("Text"), 600, _("If left empty, the text of the next wider territory applies."), rows=5
    )

    def clean_division(self):
        division = self.cleaned_data["division"]
        check(rules.may_keep_text(self.user, division))
        return division

    def clean(self):
        cleaned = super().clean()
        text = (cleaned.get("text") or "").strip()
        is_phone = len(text) <= 30 and all(c.isdigit() or c in "+- " for c in text)
        if cleaned.get("block") == CardText.Block.SUPERVISION and not is_phone:
            self.add_error("text", _("Enter only a phone number here."))
        return cleaned


class CallInForm(forms.Form):
    """The card number that a caller names, or the matter number on a paper slip."""

    card = optional_text(_("Number of the caller's card"), 20)
    matter = optional_text(_("Number of the matter on the slip"), 30)

    def clean_card(self):
        digits = codes.digits_of(self.cleaned_data["card"])
        if not digits:
            return None
        cards = ContactCard.objects.filter(short_code=digits)
        if is_well_formed(digits, SHORT_DIGITS) and (found := cards.first()):
            return found
        raise ValidationError(_("No card has this number. Please compare it digit by digit."))

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned.get("card") and not cleaned.get("matter"):
            raise ValidationError(_("Type the number of a card or of a matter."))
        return cleaned
