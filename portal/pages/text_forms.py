"""What all forms with free text share. No writing here."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.pages.forms import ReaderForm
from portal.trust import privacy


def text_field(label, most, help_text="", *, rows=0, **options):
    """A text of at most so many characters: one line, or a box of `rows`."""
    if rows:
        options["widget"] = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, help_text=help_text, **options)


class CheckedTextForm(ReaderForm):
    """Catches numbers of people in free text before anything is saved.

    ID numbers are always masked by the action. Bank cards and phone numbers are offered: the
    writer says whether to mask them or keep them, and the text as typed stays in the form.
    """

    free_text = ()
    numbers = forms.ChoiceField(
        label=gettext_lazy("Numbers found in the text"),
        choices=[
            ("mask", gettext_lazy("Mask them")),
            ("keep", gettext_lazy("Keep them, they are needed")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )

    def clean(self):
        cleaned = super().clean()
        texts = [cleaned.get(name) or "" for name in self.free_text]
        found = [privacy.find(text) for text in texts]
        if any(f.cards or f.phones for f in found):
            self.needs_decision = True
            self.fields["numbers"].widget = self.asking
            if cleaned.get("numbers") == "mask":
                for name in self.free_text:
                    cleaned[name] = privacy.mask_others(cleaned.get(name) or "")
            elif cleaned.get("numbers") != "keep":
                self.add_error(
                    "numbers", _("The text holds a phone or bank card number. Mask it, or keep it?")
                )
        self.masked_ids = any(f.ids for f in found)
        return cleaned

    def full_clean(self):
        """What to do with the numbers is done by now; actions are told of the text alone."""
        super().full_clean()
        getattr(self, "cleaned_data", {}).pop("numbers", None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.needs_decision = (
            bool(self.data.get(self.add_prefix("numbers"))) if self.data else False
        )
        self.masked_ids = False
        # Asked only when there is something to decide.
        self.asking = self.fields["numbers"].widget
        if not self.needs_decision:
            self.fields["numbers"].widget = forms.HiddenInput()

    def order_fields(self, field_order):
        """Asks about the numbers last, unless `field_order` names their place."""
        rest = [name for name in self.fields if name != "numbers"]
        super().order_fields([*(field_order or ()), *rest])


def checked_phone(phone):
    if phone and not 5 <= sum(c.isdigit() for c in phone) <= 20:
        raise ValidationError(_("A phone number has 5 to 20 digits."))
    return phone


def printed_phone(phone):
    """A phone on a card or a public page is dialled from there: its digits and nothing else."""
    if not all(c.isdigit() or c in "+- " for c in checked_phone(phone)):
        raise ValidationError(_("Here stands one phone number and nothing else."))


class ReasonForm(CheckedTextForm):
    free_text = ("reason",)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


def optional_text(label, most, help_text="", **options):
    """A text field that may stay empty."""
    return text_field(label, most, help_text, required=False, **options)
