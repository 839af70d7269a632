"""Forms and fields with free text. No writing here."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.pages.forms import ReaderForm
from portal.trust import privacy


def text_field(label, most, help_text="", *, rows=0, **options):
    """A text field of at most this many characters: one line, or a box of `rows`."""
    if rows:
        options["widget"] = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, help_text=help_text, **options)


class CheckedTextForm(ReaderForm):
    """Finds personal numbers in free text before it is saved.

    The action always masks ID numbers. For bank cards and phone numbers the writer chooses whether
    to mask or keep them; the form keeps the text as typed.
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
        self.masked_ids = any(f.ids for f in found)
        if not any(f.cards or f.phones for f in found):
            return cleaned
        self.needs_decision = True
        self.fields["numbers"].widget = self.asking
        if cleaned.get("numbers") == "mask":
            for name in self.free_text:
                cleaned[name] = privacy.mask_others(cleaned.get(name) or "")
        elif cleaned.get("numbers") != "keep":
            self.add_error(
                "numbers", _("The text contains a phone or bank card number. Mask or keep it?")
            )
        return cleaned

    def full_clean(self):
        """Drops the choice after it was applied; actions take only the text."""
        super().full_clean()
        getattr(self, "cleaned_data", {}).pop("numbers", None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.needs_decision = bool(self.data and self.data.get(self.add_prefix("numbers")))
        self.masked_ids = False
        # Shown only when there is something to decide.
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
    """Check a phone number for cards and public pages, from which people dial it."""
    if not all(c.isdigit() or c in "+- " for c in checked_phone(phone)):
        raise ValidationError(_("Enter only a phone number here."))


class ReasonForm(CheckedTextForm):
    free_text = ("reason",)
    reason = text_field(gettext_lazy("Reason"), 200, rows=2)


def optional_text(label, most, help_text="", **options):
    """A text field that may stay empty."""
    return text_field(label, most, help_text, required=False, **options)
