"""What is asked about a pairing: agreeing, agreements, renewing, changing, ending, plans."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models import Household
from pairing.models.households import LONGEST_NEED_DAYS, DifficultyKind
from pairing.models.pairings import HelpMode, Level, PairingEnding
from pairing.rules import pairings as rules
from portal import parameters
from portal.pages.forms import DayInput, ReaderForm
from portal.pages.text_forms import CheckedTextForm
from portal.places.pickers import PickerField

REASON = {"label": gettext_lazy("Reason"), "max_length": 200}
DOCUMENT = {
    "label": gettext_lazy("Document number"),
    "max_length": 60,
    "required": False,
    "help_text": gettext_lazy("Of the scheme or decision, if there is one."),
}
AREA = forms.Textarea(attrs={"rows": 3})


def months_later(day, months):
    """The last day of a term of so many months that begins on a day."""
    month = day.month - 1 + months
    first = day.replace(year=day.year + month // 12, month=month % 12 + 1, day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return min(first.replace(day=1) + timedelta(days=day.day - 1), following) - timedelta(days=1)


class PairingForm(ReaderForm):
    """Who helps whom on one level; what another level needs is not asked."""

    organ = PickerField("organ", label=gettext_lazy("Helping organ"))
    cadre = PickerField("cadre", label=gettext_lazy("Cadre responsible"))
    unit = PickerField(
        "unit",
        label=gettext_lazy("Unit that is helped"),
        help_text=gettext_lazy("Type the name or the pinyin initials of a village or unit."),
    )
    household = forms.CharField(
        label=gettext_lazy("Number on the village's roster"),
        max_length=12,
        help_text=gettext_lazy("The number alone, no name: the host keeps the list."),
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("Mode"), choices=HelpMode.choices, initial=HelpMode.ONE
    )
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput())
    ends_on = forms.DateField(label=gettext_lazy("To, as planned"), widget=DayInput())
    document = forms.CharField(**DOCUMENT)

    def __init__(self, *args, level, **kwargs):
        super().__init__(*args, **kwargs)
        self.level = level
        if level == Level.UNIT:
            del self.fields["household"]
            self.fields["cadre"].required = False
            self.fields["cadre"].help_text = _("Whom to turn to; can be named later.")
        else:
            del self.fields["organ"]
        today = self.user.today
        months = parameters.number("pairing.term_months", on=today)
        self.fields["ends_on"].help_text = _("As a rule %(n)s months.") % {"n": months}
        self.initial |= {"starts_on": today, "ends_on": months_later(today, months)}

    def clean(self):
        cleaned = super().clean()
        cadre, unit = cleaned.get("cadre"), cleaned.get("unit")
        organ = cleaned.get("organ") or (
            cadre.organ if cadre and self.level != Level.UNIT else None
        )
        cleaned["organ"] = organ
        cleaned["household"] = self._household(unit, cleaned.get("household"))
        if organ and unit:
            field = "organ" if "organ" in self.fields else "cadre"
            for name, decision in (
                (field, rules.may_help_from(self.user, organ)),
                ("unit", rules.may_be_helped_at(self.user, organ, unit)),
            ):
                if not decision:
                    self.add_error(name, decision.refusal)
        if not self.errors:
            self._add_obstacles(cleaned)
        return cleaned

    def _add_obstacles(self, cleaned):
        facts = {k: v for k, v in cleaned.items() if k != "document"}
        for name, sentence in rules.obstacles(level=self.level, **facts, on=self.user.today):
            self.add_error(name if name in self.fields else None, sentence)

    def _household(self, unit, serial):
        if not unit or not serial:
            return None
        found = Household.objects.filter(unit=unit, serial=serial.strip(), ended_on=None).first()
        if found is None:
            self.add_error(
                "household",
                _("Not on the list of %(unit)s: %(numbers)s.")
                % {"unit": unit.name, "numbers": serial.strip()},
            )
        return found


class AgreementForm(CheckedTextForm):
    """结对协议: aims, content, ways and term; parties and unit stand in the pairing already."""

    free_text = ("aims", "content", "ways")
    number = forms.CharField(label=gettext_lazy("Number of the agreement"), max_length=60)
    signed_on = forms.DateField(label=gettext_lazy("Signed on"), widget=DayInput())
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput())
    ends_on = forms.DateField(label=gettext_lazy("To"), widget=DayInput())
    aims = forms.CharField(label=gettext_lazy("Aims"), max_length=2_000, widget=AREA)
    content = forms.CharField(
        label=gettext_lazy("What is done"),
        max_length=2_000,
        widget=AREA,
        help_text=gettext_lazy("What lies in one's power; money moves between unit accounts."),
    )
    ways = forms.CharField(
        label=gettext_lazy("Ways"), max_length=2_000, required=False, widget=AREA
    )

    def clean_signed_on(self):
        day = self.cleaned_data["signed_on"]
        if day > self.user.today:
            raise ValidationError(_("This day lies in the future."))
        return day

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The end lies before the beginning."))
        return cleaned


class RenewForm(AgreementForm):
    """It begins on the day after the last one."""

    starts_on = None
    ends_on = forms.DateField(label=gettext_lazy("New planned end"), widget=DayInput())
    field_order = ["ends_on", "number", "signed_on", "aims", "content", "ways", "numbers"]


class ChangePairingEndForm(CheckedTextForm):
    free_text = ("reason",)
    ends_on = forms.DateField(label=gettext_lazy("New planned end"), widget=DayInput())
    reason = forms.CharField(**REASON)
    document = forms.CharField(**DOCUMENT)


class ChangeCadreForm(CheckedTextForm):
    free_text = ("reason",)
    cadre = PickerField("cadre", label=gettext_lazy("Who goes on"))
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput())
    reason = forms.CharField(**REASON)
    document = forms.CharField(**DOCUMENT)


class EndPairingForm(CheckedTextForm):
    free_text = ("reason",)
    on = forms.DateField(label=gettext_lazy("Last day"), widget=DayInput())
    ending = forms.ChoiceField(
        label=gettext_lazy("How it ends"),
        choices=[one for one in PairingEnding.choices if one[0] != PairingEnding.CHANGED],
    )
    reason = forms.CharField(**REASON)
    document = forms.CharField(**DOCUMENT)


class CancelPairingForm(CheckedTextForm):
    free_text = ("reason",)
    reason = forms.CharField(**REASON)
    document = forms.CharField(**DOCUMENT)


class YearPlanForm(CheckedTextForm):
    free_text = ("aims",)
    aims = forms.CharField(
        label=gettext_lazy("Aims of the year"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("What is promised in detail are the items of the pairing."),
    )


class DifficultyForm(ReaderForm):
    """A kind and a day, nothing else: no text about anybody."""

    category = forms.ChoiceField(
        label=gettext_lazy("Kind of difficulty"), choices=DifficultyKind.choices
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Runs out on"),
        widget=DayInput(),
        required=False,
        help_text=gettext_lazy("Left empty: in a year. Then it is looked at anew."),
    )

    def clean_expires_on(self):
        day, today = self.cleaned_data["expires_on"], self.user.today
        if day and day < today:
            raise ValidationError(_("This day has passed."))
        if day and (day - today).days > LONGEST_NEED_DAYS:
            raise ValidationError(_("It is looked at anew after one year at most."))
        return day
