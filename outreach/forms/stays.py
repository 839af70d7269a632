"""What is asked about a stay: publishing, changing, ending, handing over."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models import Stay
from outreach.models.stays import RESIDENTIAL_KINDS, Ending, Lodging, StayKind
from outreach.rules import stays as rules
from portal import parameters
from portal.days.words import short_day
from portal.pages.forms import DayInput, ReaderForm
from portal.pages.text_forms import CheckedTextForm
from portal.places.pickers import PickerField

DOCUMENT = {
    "label": gettext_lazy("Number of the approval document"),
    "max_length": 60,
    "help_text": gettext_lazy("As it stands on the document: 云组通〔2026〕5号."),
}


def stay_elsewhere(cadre, first, last, *, but=None):
    """The stay of a cadre that has some of these days, of the kinds that are lived."""
    stays = Stay.objects.within(first, last).filter(cadre=cadre, kind__in=RESIDENTIAL_KINDS)
    if but is not None:
        stays = stays.exclude(pk=but.pk)
    return stays.select_related("unit").order_by("starts_on").first()


class DaysOfStay(ReaderForm):
    """Two days and the cadre who is nowhere else between them."""

    def clean_days(self, cleaned, kind, *, but=None):
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if not first or not last:
            return
        if last < first:
            self.add_error("ends_on", _("The end lies before the beginning."))
            return
        cadre = cleaned.get("cadre")
        if cadre and kind in RESIDENTIAL_KINDS:
            other = stay_elsewhere(cadre, first, last, but=but)
            if other:
                self.add_error(
                    "starts_on",
                    _("%(name)s stays at %(unit)s from %(first)s to %(last)s.")
                    % {
                        "name": cadre.name,
                        "unit": other.unit.name,
                        "first": short_day(other.starts_on, on=self.user.today),
                        "last": short_day(other.last_day, on=self.user.today),
                    },
                )


class StayForm(DaysOfStay):
    cadre = PickerField("cadre", label=gettext_lazy("Cadre"))
    unit = PickerField("unit", label=gettext_lazy("Unit"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=StayKind.choices)
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput())
    ends_on = forms.DateField(label=gettext_lazy("To, as planned"), widget=DayInput())
    document = forms.CharField(**DOCUMENT)
    programme = forms.CharField(
        label=gettext_lazy("Programme"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("What the stay belongs to: 万名干部驻千村."),
    )
    lodging = forms.ChoiceField(
        label=gettext_lazy("Lodging"), choices=Lodging.choices, initial=Lodging.VILLAGE
    )
    is_leader = forms.BooleanField(label=gettext_lazy("Leads the team"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].help_text = _("As a rule %(n)s months.") % {
            "n": parameters.number("posting.term_months", on=self.user.today)
        }

    def clean(self):
        cleaned = super().clean()
        self.clean_days(cleaned, cleaned.get("kind"))
        cadre, unit = cleaned.get("cadre"), cleaned.get("unit")
        if cadre and unit:
            decision = rules.may_publish_stay(self.user, cadre, unit)
            if not decision:
                field = "cadre" if cadre.left_on and not unit.ended_on else "unit"
                self.add_error(field, decision.refusal)
        return cleaned


class ChangeEndForm(CheckedTextForm):
    free_text = ("reason",)
    ends_on = forms.DateField(label=gettext_lazy("New planned end"), widget=DayInput())
    document = forms.CharField(**DOCUMENT)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    field_order = ["ends_on", "document", "reason", "numbers"]

    def __init__(self, *args, stay, **kwargs):
        super().__init__(*args, **kwargs)
        self.stay = stay

    def clean_ends_on(self):
        day = self.cleaned_data["ends_on"]
        if day < self.stay.starts_on:
            raise forms.ValidationError(_("The end lies before the beginning."))
        if day == self.stay.ends_on:
            raise forms.ValidationError(_("This is the planned end already."))
        decision = rules.may_end_on(self.stay, day)
        if not decision:
            raise forms.ValidationError(decision.refusal)
        if self.stay.is_residential:
            first = self.stay.starts_on
            other = stay_elsewhere(self.stay.cadre, first, day, but=self.stay)
            if other:
                raise forms.ValidationError(
                    _("From %(first)s on %(name)s stays at %(unit)s.")
                    % {
                        "first": short_day(other.starts_on, on=self.user.today),
                        "name": self.stay.cadre.name,
                        "unit": other.unit.name,
                    }
                )
        return day


class EndStayForm(CheckedTextForm):
    free_text = ("reason",)
    ending = forms.ChoiceField(
        label=gettext_lazy("How it ends"),
        choices=[(one.value, one.label) for one in (Ending.EARLY, Ending.RECALLED)],
        widget=forms.RadioSelect,
    )
    on = forms.DateField(label=gettext_lazy("Last day"), widget=DayInput())
    document = forms.CharField(**DOCUMENT)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    field_order = ["ending", "on", "document", "reason", "numbers"]

    def __init__(self, *args, stay, **kwargs):
        super().__init__(*args, **kwargs)
        self.stay = stay

    def clean_on(self):
        day = self.cleaned_data["on"]
        if not self.stay.starts_on <= day <= self.stay.ends_on:
            raise forms.ValidationError(_("The last day lies within the days of the stay."))
        decision = rules.may_end_on(self.stay, day)
        if not decision:
            raise forms.ValidationError(decision.refusal)
        return day


class CompleteStayForm(ReaderForm):
    document = forms.CharField(**(DOCUMENT | {"required": False}))


class CancelStayForm(CheckedTextForm):
    free_text = ("reason",)
    document = forms.CharField(**DOCUMENT)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    field_order = ["document", "reason", "numbers"]


class HandOverForm(CheckedTextForm):
    free_text = ("promises", "things")
    successor = PickerField(
        "cadre",
        label=gettext_lazy("Successor"),
        help_text=gettext_lazy(
            "Open matters that the leaver registered there and contact areas there pass over."
        ),
    )
    on = forms.DateField(label=gettext_lazy("Handed over on"), widget=DayInput())
    promises = forms.CharField(
        label=gettext_lazy("Promises made and not kept yet"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One in a line. None is an answer as well."),
    )
    things = forms.CharField(
        label=gettext_lazy("Papers, keys and things"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ["successor", "on", "promises", "things", "numbers"]

    def __init__(self, *args, stay, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = self.user.today
        self.stay = stay

    def clean_successor(self):
        cadre = self.cleaned_data["successor"]
        decision = rules.may_succeed(self.stay, cadre)
        if not decision:
            raise forms.ValidationError(decision.refusal)
        return cadre


class ReplaceStayForm(DaysOfStay, CheckedTextForm):
    free_text = ("reason", "promises", "things")
    cadre = PickerField("cadre", label=gettext_lazy("Successor"))
    starts_on = forms.DateField(
        label=gettext_lazy("The successor's first day"),
        widget=DayInput(),
        help_text=gettext_lazy("The present stay ends on the day before."),
    )
    ends_on = forms.DateField(label=gettext_lazy("To, as planned"), widget=DayInput())
    document = forms.CharField(**DOCUMENT)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    promises = HandOverForm.base_fields["promises"]
    things = HandOverForm.base_fields["things"]
    field_order = [
        "cadre",
        "starts_on",
        "ends_on",
        "document",
        "reason",
        "promises",
        "things",
        "numbers",
    ]

    def __init__(self, *args, stay, **kwargs):
        super().__init__(*args, **kwargs)
        self.stay = stay

    def clean(self):
        cleaned = super().clean()
        self.clean_days(cleaned, self.stay.kind)
        first, cadre = cleaned.get("starts_on"), cleaned.get("cadre")
        if first and not self.stay.starts_on < first <= self.stay.ends_on:
            self.add_error(
                "starts_on", _("Within the days of the present stay, after its first day.")
            )
        elif first:
            decision = rules.may_end_on(self.stay, first)
            if not decision:
                self.add_error("starts_on", decision.refusal)
        if cadre:
            decision = rules.may_succeed(self.stay, cadre)
            if not decision:
                self.add_error("cadre", decision.refusal)
        return cleaned


class TimelineForm(ReaderForm):
    """Whose places, in which year."""

    area = PickerField("division", label=gettext_lazy("Area"), required=False)
    organ = PickerField("organ", label=gettext_lazy("Sending organ"), required=False)
    year = forms.IntegerField(
        label=gettext_lazy("Year"), required=False, min_value=2000, max_value=2100
    )

    def clean_year(self):
        return self.cleaned_data.get("year") or self.user.today.year
