"""Forms about rounds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pairing.models.rounds import ROUND_LEVELS
from pairing.rules.pairings import LONGEST_YEARS
from portal.pages.forms import ReaderForm, choice_field, day_field, not_future, picker_field
from portal.pages.text_forms import CheckedTextForm, text_field


class RoundForm(ReaderForm):
    title = text_field(
        _("Title of the round"),
        80,
        _("As the document will name it, for example: pairings of 2027."),
    )
    level = choice_field(_("Who is helped"), ROUND_LEVELS, radio=True)
    starts_on = day_field(_("Pairings begin on"))
    ends_on = day_field(_("Pairings end on"))
    area = picker_field(
        "division", _("Area"), _("Empty: the whole area of your role."), required=False
    )

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("The end lies before the beginning."))
        elif start and end and end.year - start.year > LONGEST_YEARS:
            said = _("More than %(n)s years: check the days.") % {"n": LONGEST_YEARS}
            self.add_error("ends_on", said)
        if end and end < self.user.today:
            self.add_error("ends_on", _("This day has passed."))
        return cleaned


class ChangeMatchForm(CheckedTextForm):
    free_text = ("why",)
    nobody = forms.BooleanField(
        label=_("Nobody for now"),
        required=False,
        help_text=_("It is then listed among the unmet needs."),
    )
    why = text_field(_("Why"), 200)

    def __init__(self, *args, round_, **kwargs):
        super().__init__(*args, **kwargs)
        kind = "cadre" if round_.is_for_households else "organ"
        label = _("Another cadre") if kind == "cadre" else _("Another organ")
        self.fields = {"helper": picker_field(kind, label, required=False)} | self.fields
        self.fields["helper"].user = self.user
        self.is_cadre = kind == "cadre"

    def clean(self):
        cleaned = super().clean()
        helper = cleaned.get("helper")
        if helper and cleaned.get("nobody"):
            self.add_error("nobody", _("Either another helper, or nobody."))
        elif not helper and not cleaned.get("nobody") and "helper" not in self.errors:
            self.add_error("helper", _("Choose who helps instead, or nobody for now."))
        return cleaned

    @property
    def helper(self):
        """(organ, cadre) as chosen; both None without a valid choice."""
        chosen = getattr(self, "cleaned_data", {}).get("helper")
        if self.is_cadre:
            return (chosen.organ, chosen) if chosen else (None, None)
        return chosen, None


class ConfirmForm(ReaderForm):
    document = text_field(_("Number of the document"), 60)
    decided_on = day_field(_("Decided on"))

    def clean_decided_on(self):
        return not_future(self, "decided_on")
