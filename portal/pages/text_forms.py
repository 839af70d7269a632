"""Forms and fields with free text. They write nothing."""

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.pages.forms import ReaderForm
from portal.places.spared import names_holding
from portal.records import audit
from portal.text import Text
from portal.trust import addressing, privacy

# Fields in which a form asks about its texts.
CHOICES = ("numbers", "people")
# Characters shown before and after a proposal, and the number of proposals shown for a field.
AROUND, PROPOSALS_SHOWN = 8, 10
ASKED_SECONDS = 3600


def text_field(label, most, help_text: Text = "", *, rows=0, **options):
    """A text field of at most this many characters: one line, or a box of `rows`."""
    if rows:
        options["widget"] = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, help_text=help_text, **options)


class CheckedTextForm(ReaderForm):
    """Finds personal numbers, and people by surname and form of address, before text is saved.

    The action always masks ID and card numbers. For phone numbers the writer chooses whether to
    mask or keep them. Where somebody is named (黄奶奶), the form comes back once and proposes
    other words; the text stays as typed unless the writer takes them.
    """

    # Names of the text fields; nobody else reads those in `private_text`.
    free_text = ()
    private_text = ()
    # Whether the form comes back with a proposal. False where nobody would see it, as for drafts
    # and calls.
    proposes = True
    # If True, who was asked about a text is not remembered.
    is_untraced = False
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
        texts = {name: cleaned.get(name) or "" for name in self.free_text}
        found = [privacy.find(text) for text in texts.values()]
        self.masked_ids = any(f.ids or f.cards for f in found)
        self._decide_numbers(cleaned, any(f.phones for f in found))
        self._decide_people(cleaned)
        return cleaned

    def _decide_numbers(self, cleaned, are_found):
        if not are_found:
            return
        self.needs_decision = True
        self.fields["numbers"].widget = self.asking
        if cleaned.get("numbers") == "mask":
            for name in self.free_text:
                cleaned[name] = privacy.mask_others(cleaned.get(name) or "")
        elif cleaned.get("numbers") != "keep":
            self._choose("numbers", "mask")
            self.add_error("numbers", _("The text contains a phone number. Mask or keep it?"))

    def _decide_people(self, cleaned):
        named = self.named_in(cleaned)
        if not named or not self.proposes:
            return
        if "people" not in self.fields:
            if self._is_first_time(named):
                self._ask_about(named)
        elif cleaned.get("people") == "replace":
            spared = self._spared(named)
            for name in named:
                cleaned[name] = addressing.without(cleaned[name], addressing.PROPOSED, spared)
                self._check_length(name, cleaned[name])

    def named_in(self, cleaned):
        """Return {field name: phrases that name somebody} for the texts that others will read."""
        read = [name for name in self.free_text if name not in self.private_text]
        found = {name: addressing.phrases(cleaned.get(name) or "") for name in read}
        found = {name: phrases for name, phrases in found.items() if phrases}
        spared = self._spared(found)
        if spared:
            found = {name: addressing.phrases(cleaned[name], spared) for name in found}
        return {name: phrases for name, phrases in found.items() if phrases}

    @staticmethod
    def _spared(named):
        return names_holding({phrase for phrases in named.values() for phrase in phrases})

    def _is_first_time(self, named):
        """Return whether this text was not asked about before: sent again unchanged, it goes
        through."""
        who = None if self.is_untraced else self.user and self.user.pk
        said = [who, *(self.cleaned_data[name] for name in sorted(named))]
        return cache.add(f"named:{audit.digest(said)}", 1, ASKED_SECONDS)

    def _check_length(self, name, text):
        try:
            self.fields[name].run_validators(text)
        except ValidationError as problem:
            self.add_error(name, problem)

    def _ask_about(self, named):
        """Show the form again with the proposal chosen; sent again, it goes through either way."""
        self._add_people()
        self._choose("people", "replace")
        spared = self._spared(named)
        self.fields["people"].help_text = format_html_join(
            "", '<p class="proposal">{} → {}</p>', self._proposals(named, spared)
        )
        self.add_error(
            "people",
            _("The text names somebody: %(phrases)s. Shall it say “%(word)s”?")
            % {
                "phrases": _(", ").join(dict.fromkeys(p for one in named.values() for p in one)),
                "word": addressing.PROPOSED,
            },
        )

    def _choose(self, name, value):
        """Preselect this value when the form comes back, without marking the field as optional."""
        data = self.data.copy()  # pyright: ignore[reportAttributeAccessIssue]  # a request's
        data[self.add_prefix(name)] = value
        self.data, field = data, self.fields[name]
        field.expected = True  # pyright: ignore[reportAttributeAccessIssue]  # read by templates

    def _proposals(self, named, spared):
        """Yield (typed text with the phrase marked, proposed text) for each place, in a few
        words."""
        for name in named:
            text = self.cleaned_data[name]
            for start, end in addressing.find(text, spared)[:PROPOSALS_SHOWN]:
                before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
                marked = format_html("{}<mark>{}</mark>{}", before, text[start:end], after)
                yield marked, f"{before}{addressing.PROPOSED}{after}"

    def full_clean(self):
        """Drop the choices once they are applied; actions take only the text."""
        super().full_clean()
        for name in CHOICES:
            getattr(self, "cleaned_data", {}).pop(name, None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.needs_decision = bool(self.data and self.data.get(self.add_prefix("numbers")))
        self.masked_ids = False
        # Shown only when there is something to decide.
        self.asking = self.fields["numbers"].widget
        if not self.needs_decision:
            self.fields["numbers"].widget = forms.HiddenInput()
        if self.data and self.data.get(self.add_prefix("people")):
            self._add_people()
        for name in self.free_text:
            if name in self.fields and name not in self.private_text:
                # static/js/marking.js marks people there while one types.
                self.fields[name].widget.attrs["data-marked"] = ""

    def _add_people(self):
        self.fields["people"] = forms.ChoiceField(
            label=_("Somebody is named in the text"),
            choices=[
                ("replace", _("Use the proposal")),
                ("keep", _("Keep it as it is")),
            ],
            widget=forms.RadioSelect,
            required=False,
        )

    def order_fields(self, field_order):
        """Asks about the numbers last, unless `field_order` names their place."""
        rest = [name for name in self.fields if name != "numbers"]
        super().order_fields([*(field_order or ()), *rest])


def tell_masked(request, *forms):
    """Say that numbers were masked in what was just saved."""
    if any(getattr(form, "masked_ids", False) for form in forms):
        words = _("An ID or card number in the text was masked; it is never stored.")
        messages.info(request, words)


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


def optional_text(label, most, help_text: Text = "", **options):
    """A text field that may stay empty."""
    return text_field(label, most, help_text, required=False, **options)
