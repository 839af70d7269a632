"""What a villager types at the door, cleaned. No writing here."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.door import codes
from outreach.models import DoorMessage
from outreach.models.matters import Category, Confidentiality, Word
from portal.pages.text_forms import checked_phone
from portal.trust import privacy

TEXT = {"min_length": 4, "max_length": 2_000}


def without_numbers(text):
    """The text with numbers of people masked, and whether there were any."""
    masked = privacy.mask_others(privacy.mask_ids(text))
    return masked, masked != text


class DoorForm(forms.Form):
    """The base of all forms of the door. `website` is a honeypot that people do not see."""

    website = forms.CharField(required=False, max_length=200)
    texts = ()
    # Inputs of the door have no maxlength, so nothing is cut off while typing.
    too_long = _(
        "Please write it shorter: %(limit_value)d characters at most; there are %(show_value)d."
    )
    covered = _(
        "We have covered numbers (identity card, bank card or phone) in your text: nobody needs "
        "them here. Please look it through and go on."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages.setdefault("max_length", self.too_long)

    def clean(self):
        cleaned = super().clean()
        for name in self.texts:
            masked, found = without_numbers(cleaned.get(name) or "")
            if found:
                self.data = self.data.copy()
                self.data[name] = masked
                self.add_error(name, self.covered)
        return cleaned

    @property
    def is_trapped(self):
        return bool(self.data.get("website"))

    @property
    def values(self):
        """What was typed, for the page that shows it again."""
        return {name: self.data.get(name, "") for name in self.fields}

    @property
    def problems(self):
        return [str(one) for errors in self.errors.values() for one in errors]


def _phone(text):
    try:
        return checked_phone(text.strip())
    except ValidationError as problem:
        raise ValidationError(gettext("A phone number has 5 to 20 digits.")) from problem


class RaiseForm(DoorForm):
    """A matter: what it is about, the matter itself, who may see the name, and how to call."""

    texts = ("text",)
    covered = _(
        "We have covered numbers (identity card, bank card or phone) in your text: nobody needs "
        "them here. A phone has a place of its own. Please look it through and go on."
    )

    category = forms.ChoiceField(choices=Category.choices)
    text = forms.CharField(
        **TEXT,
        error_messages={
            "required": _("Please write what it is about."),
            "min_length": _("Please write a few words more."),
            "max_length": _("Please write it shorter: 2,000 characters at most."),
        },
    )
    confidentiality = forms.ChoiceField(
        choices=Confidentiality.choices,
        error_messages={"required": _("Please choose who may see your name.")},
    )
    name = forms.CharField(required=False, max_length=40)
    phone = forms.CharField(required=False, max_length=30)

    def clean_phone(self):
        return _phone(self.cleaned_data["phone"])

    def content(self):
        kept = ("category", "text", "confidentiality", "name", "phone")
        content = {name: self.cleaned_data[name] for name in kept}
        if content["confidentiality"] == Confidentiality.ANONYMOUS:
            content |= {"name": "", "phone": ""}
        return content


class ConductForm(DoorForm):
    texts = ("text",)

    whom = forms.ChoiceField(
        choices=[("holder", ""), ("village", ""), ("other", "")],
        error_messages={"required": _("Please choose whom it is about.")},
    )
    subject = forms.CharField(required=False, max_length=80)
    text = RaiseForm.base_fields["text"]
    reporter = forms.CharField(required=False, max_length=100)


class SlipForm(DoorForm):
    """Number and query code as they stand on the slip."""

    number = forms.CharField(max_length=40)
    code = forms.CharField(max_length=40)

    def clean_number(self):
        return codes.digits_of(self.cleaned_data["number"])

    def clean_code(self):
        return codes.digits_of(self.cleaned_data["code"])

    def content(self, kind):
        """The content sent besides number and code: none by default."""
        return {}


class WordForm(SlipForm):
    texts = ("comment",)
    SAID = {
        "satisfied": Word.SATISFIED,
        "basically": Word.BASICALLY,
        "unsatisfied": Word.UNSATISFIED,
        "nothing": Word.UNSATISFIED,
    }
    # A comment only, without a word on the result.
    WORDS = "words"

    said = forms.ChoiceField(choices=[(code, "") for code in (*SAID, WORDS)])
    comment = forms.CharField(required=False, max_length=300)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("said") == self.WORDS and not cleaned.get("comment"):
            self.add_error("comment", gettext("Please write a few words."))
        return cleaned

    def content(self, kind):
        said, comment = self.cleaned_data["said"], self.cleaned_data["comment"].strip()
        if said == "nothing":
            # Written for the desk, so in Chinese whatever the language of the page.
            comment = f"根本没人来办。{comment}"
        word = "" if said == self.WORDS else self.SAID[said].value
        return {"word": word, "comment": comment}


class OwnContactForm(SlipForm):
    name = forms.CharField(required=False, max_length=40)
    phone = forms.CharField(required=False, max_length=30)
    erase = forms.BooleanField(required=False)

    def clean_phone(self):
        return _phone(self.cleaned_data["phone"])

    def clean(self):
        cleaned = super().clean()
        if self.errors or cleaned.get("erase"):
            return cleaned
        if not cleaned.get("name") and not cleaned.get("phone"):
            raise ValidationError(gettext("Please write your name or phone, or have both deleted."))
        return cleaned

    def content(self, kind):
        names = ("name", "phone") if kind == DoorMessage.Kind.CORRECT else ()
        return {name: self.cleaned_data[name] for name in names}
