"""Forms about pairings: agreeing, agreements, renewing, changing, ending, plans."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import Household
from pairing.models import Pairing
from pairing.models.households import LONGEST_NEED_DAYS, DifficultyKind
from pairing.models.pairings import HELP_ENDINGS, MENTOR_ENDINGS, HelpMode, Level
from pairing.rules import pairings as rules
from portal import parameters
from portal.pages.forms import (
    AboutForm,
    ReaderForm,
    add_refusal,
    choice_field,
    day_field,
    not_future,
    picker_field,
)
from portal.pages.text_forms import CheckedTextForm, text_field

HINT = _("Of the scheme or decision, if there is one.")


def months_later(day, months):
    """Return the last day of a term of `months` months that begins on `day`."""
    month = day.month - 1 + months
    first = day.replace(year=day.year + month // 12, month=month % 12 + 1, day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return min(first.replace(day=1) + timedelta(days=day.day - 1), following) - timedelta(days=1)


class PairingForm(ReaderForm):
    """Form for who helps whom on one level; fields of other levels are removed."""

    organ = picker_field("organ", _("Helping organ"))
    cadre = picker_field("cadre", _("Cadre responsible"))
    unit = picker_field(
        "unit",
        _("Unit that is helped"),
        _("Type the name or the pinyin initials of a village or unit."),
    )
    household = text_field(
        _("Number on the village's roster"),
        12,
        _("The number alone, no name: the host keeps the list."),
    )
    mode = choice_field(_("Mode"), HelpMode.choices, initial=HelpMode.ONE)
    starts_on = day_field(_("From"))
    ends_on = day_field(_("To, as planned"))
    document = text_field(_("Document number"), 60, HINT, required=False)

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
        organ = cleaned.get("organ")
        if self.level != Level.UNIT:
            organ = cadre and cadre.organ
        cleaned["organ"] = organ
        cleaned["household"] = self._household(unit, cleaned.get("household"))
        if organ and unit:
            field = "organ" if "organ" in self.fields else "cadre"
            add_refusal(self, field, rules.may_help_from(self.user, organ))
            add_refusal(self, "unit", rules.may_be_helped_at(self.user, organ, unit))
        if not self.errors:
            self._add_obstacles(cleaned)
        return cleaned

    def _add_obstacles(self, cleaned):
        pairing = Pairing(level=self.level, **cleaned)
        for name, sentence in rules.obstacles(pairing, on=self.user.today):
            self.add_error(name if name in self.fields else None, sentence)

    def _household(self, unit, serial):
        if not unit or not serial:
            return None
        found = Household.objects.filter(unit=unit, serial=serial.strip(), ended_on=None).first()
        if found is None:
            words = {"unit": unit.name, "numbers": serial.strip()}
            self.add_error("household", _("Not on the list of %(unit)s: %(numbers)s.") % words)
        return found


class MentoringForm(ReaderForm):
    """师带徒: which master teaches which apprentice, where, from when to when."""

    cadre = picker_field("cadre", _("Master"))
    apprentice = picker_field("cadre", _("Apprentice"))
    unit = picker_field(
        "unit",
        _("Where the apprentice works"),
        _("Type the name or the pinyin initials of the unit."),
    )
    starts_on = day_field(_("From"))
    ends_on = day_field(_("To, as planned"))
    document = text_field(_("Document number"), 60, HINT, required=False)


# 师带徒协议 uses the labels of its printed form.
OF_A_TRADE = {
    "aims": pgettext_lazy("mentoring", "Aims"),
    "content": pgettext_lazy("mentoring", "What is taught"),
    "ways": pgettext_lazy("mentoring", "Ways"),
}


class AgreementForm(AboutForm, CheckedTextForm):
    """结对协议: aims, content, ways and term; the pairing holds the parties."""

    about = "pairing"

    free_text = ("aims", "content", "ways")
    number = text_field(_("Number of the agreement"), 60)
    signed_on = day_field(_("Signed on"))
    starts_on = day_field(_("From"))
    ends_on = day_field(_("To"))
    aims = text_field(_("Aims"), 2_000, rows=3)
    content = text_field(
        _("What is done"),
        2_000,
        _("What is within the helper's means; money moves between unit accounts."),
        rows=3,
    )
    ways = text_field(_("Ways"), 2_000, required=False, rows=3)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in OF_A_TRADE.items() if self.pairing.is_mentoring else ():
            self.fields[name].label, self.fields[name].help_text = label, ""

    def clean_signed_on(self):
        return not_future(self, "signed_on")

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The end lies before the beginning."))
        return cleaned


class RenewForm(AgreementForm):
    """The new agreement begins on the day after the last one."""

    starts_on = None
    ends_on = day_field(_("New planned end"))
    field_order = ["ends_on", "number", "signed_on", "aims", "content", "ways", "numbers"]


class CancelPairingForm(CheckedTextForm):
    """Form for the reason and document that each change of a pairing asks for."""

    free_text = ("reason",)
    reason = text_field(_("Reason"), 200)
    document = text_field(_("Document number"), 60, HINT, required=False)


class ChangePairingEndForm(CancelPairingForm):
    ends_on = day_field(_("New planned end"))
    field_order = ["numbers", "ends_on"]


class ChangeCadreForm(CancelPairingForm):
    cadre = picker_field("cadre", _("Who goes on"))
    starts_on = day_field(_("From"))
    field_order = ["numbers", "cadre", "starts_on"]


class EndPairingForm(CancelPairingForm):
    on = day_field(_("Last day"))
    # Not offered: handing over to a successor, which is done by changing the cadre.
    ending = choice_field(_("How it ends"), [])
    field_order = ["numbers", "on", "ending"]

    def __init__(self, *args, pairing, **kwargs):
        super().__init__(*args, **kwargs)
        endings = MENTOR_ENDINGS if pairing.is_mentoring else HELP_ENDINGS
        self.fields["ending"].choices = [(one.value, one.label) for one in endings]


class YearPlanForm(CheckedTextForm):
    free_text = ("aims",)
    aims = text_field(
        _("Aims of the year"),
        2_000,
        _("What is promised in detail are the items of the pairing."),
        rows=5,
    )


class DifficultyForm(ReaderForm):
    """A kind and a day, without free text."""

    category = choice_field(_("Kind of difficulty"), DifficultyKind.choices)
    expires_on = day_field(
        _("Runs out on"), _("If empty: in a year. Then it is reviewed."), required=False
    )

    def clean_expires_on(self):
        day, today = self.cleaned_data["expires_on"], self.user.today
        if day and day < today:
            raise ValidationError(_("This day has passed."))
        if day and (day - today).days > LONGEST_NEED_DAYS:
            raise ValidationError(_("It is looked at anew after one year at most."))
        return day
