"""Forms of stays: publishing, changing, ending, handing over."""

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.models import Stay
from outreach.models.stays import RESIDENTIAL_KINDS, Ending, Lodging, StayKind
from outreach.rules import stays as rules
from portal import parameters
from portal.days.words import short_day
from portal.pages.forms import (
    AboutForm,
    ReaderForm,
    add_refusal,
    check,
    check_period,
    choice_field,
    day_field,
    number_field,
    optional_picker,
    picker_field,
    tick_field,
)
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field
from portal.trust import wall

DOCUMENT = (
    _("Number of the approval document"),
    60,
    _("As it stands on the document: 云组通〔2026〕5号."),
)


@wall.as_system("whether a cadre stays elsewhere")
def stay_elsewhere(cadre, first, last, *, but=None):
    """The first residential stay of a cadre that overlaps these days, or None."""
    stays = Stay.objects.within(first, last).filter(cadre=cadre, kind__in=RESIDENTIAL_KINDS)
    if but is not None:
        stays = stays.exclude(pk=but.pk)
    return stays.select_related("cadre", "unit").order_by("starts_on").first()


def facts_of(stay, today):
    """Return the facts about an overlapping stay that an error shows."""
    return {
        "name": stay.cadre.name,
        "unit": stay.unit.name,
        "first": short_day(stay.starts_on, on=today),
        "last": short_day(stay.last_day, on=today),
    }


class DaysOfStay(ReaderForm):
    """First and last day of a stay; refuses days on which the cadre stays elsewhere."""

    def clean_days(self, cleaned, kind, *, but=None):
        check_period(self)
        first, last, cadre = (cleaned.get(name) for name in ("starts_on", "ends_on", "cadre"))
        if not (cadre and first and last and kind in RESIDENTIAL_KINDS):
            return
        if other := stay_elsewhere(cadre, first, last, but=but):
            words = _("%(name)s stays at %(unit)s from %(first)s to %(last)s.")
            self.add_error("starts_on", words % facts_of(other, self.user.today))


class StayForm(DaysOfStay):
    cadre = picker_field("cadre", _("Cadre"))
    unit = picker_field("unit", _("Unit"))
    kind = choice_field(_("Kind"), StayKind.choices)
    starts_on = day_field(_("From"))
    ends_on = day_field(_("To, as planned"))
    document = text_field(*DOCUMENT)
    programme = optional_text(_("Programme"), 60, _("What the stay belongs to: 万名干部驻千村."))
    lodging = choice_field(_("Lodging"), Lodging.choices, initial=Lodging.VILLAGE)
    is_leader = tick_field(_("Leads the team"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].help_text = _("As a rule %(n)s months.") % {
            "n": parameters.number(
                "posting.term_months", on=self.user.today, at=parameters.place_of(self.user.organ)
            )
        }

    def clean(self):
        cleaned = super().clean()
        self.clean_days(cleaned, cleaned.get("kind"))
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if cleaned.get("kind") and first and last and first <= last:
            add_refusal(self, "ends_on", rules.may_last(cleaned["kind"], first, last))
        cadre, unit = cleaned.get("cadre"), cleaned.get("unit")
        if cadre and unit:
            field = "cadre" if cadre.left_on and not unit.ended_on else "unit"
            add_refusal(self, field, rules.may_publish_stay(self.user, cadre, unit))
        return cleaned


class ChangeEndForm(AboutForm, CheckedTextForm):
    about = "stay"
    free_text = ("reason",)
    ends_on = day_field(_("New planned end"))
    document = text_field(*DOCUMENT)
    reason = text_field(_("Reason"), 200)

    def clean_ends_on(self):
        day = self.cleaned_data["ends_on"]
        if day < self.stay.starts_on:
            raise forms.ValidationError(_("The end lies before the beginning."))
        if day == self.stay.ends_on:
            raise forms.ValidationError(_("This is the planned end already."))
        check(rules.may_end_on(self.stay, day))
        check(rules.may_last(self.stay.kind, self.stay.starts_on, day))
        if self.stay.is_residential:
            first = self.stay.starts_on
            if other := stay_elsewhere(self.stay.cadre, first, day, but=self.stay):
                words = _("From %(first)s on %(name)s stays at %(unit)s.")
                raise forms.ValidationError(words % facts_of(other, self.user.today))
        return day


class EndStayForm(AboutForm, CheckedTextForm):
    about = "stay"
    free_text = ("reason",)
    ending = choice_field(
        _("How it ends"),
        [(one.value, one.label) for one in (Ending.EARLY, Ending.RECALLED)],
        radio=True,
    )
    on = day_field(_("Last day"))
    document = text_field(*DOCUMENT)
    reason = text_field(_("Reason"), 200)

    def clean_on(self):
        day = self.cleaned_data["on"]
        if not self.stay.starts_on <= day <= self.stay.ends_on:
            raise forms.ValidationError(_("The last day lies within the days of the stay."))
        check(rules.may_end_on(self.stay, day))
        return day


class CompleteStayForm(ReaderForm):
    document = optional_text(*DOCUMENT)


class CancelStayForm(CheckedTextForm):
    free_text = ("reason",)
    document = text_field(*DOCUMENT)
    reason = text_field(_("Reason"), 200)


class HandOverForm(AboutForm, CheckedTextForm):
    about = "stay"
    free_text = ("promises", "things")
    successor = picker_field(
        "cadre",
        _("Successor"),
        _("Open matters that the leaver registered there and contact areas there pass over."),
    )
    on = day_field(_("Handed over on"))
    promises = optional_text(
        _("Promises made and not kept yet"),
        1_000,
        _("One per line; may be empty."),
        rows=3,
    )
    things = optional_text(_("Papers, keys and things"), 1_000, rows=3)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = self.user.today

    def clean_successor(self):
        cadre = self.cleaned_data["successor"]
        check(rules.may_succeed(self.stay, cadre))
        return cadre


class ReplaceStayForm(AboutForm, DaysOfStay, CheckedTextForm):
    about = "stay"
    free_text = ("reason", "promises", "things")
    cadre = picker_field("cadre", _("Successor"))
    starts_on = day_field(
        _("The successor's first day"), _("The present stay ends on the day before.")
    )
    ends_on = day_field(_("To, as planned"))
    document = text_field(*DOCUMENT)
    reason = text_field(_("Reason"), 200)
    promises = HandOverForm.base_fields["promises"]
    things = HandOverForm.base_fields["things"]

    def clean(self):
        cleaned = super().clean()
        self.clean_days(cleaned, self.stay.kind)
        first, cadre = cleaned.get("starts_on"), cleaned.get("cadre")
        if first and not self.stay.starts_on < first <= self.stay.ends_on:
            words = _("Within the days of the present stay, after its first day.")
            self.add_error("starts_on", words)
        elif first:
            add_refusal(self, "starts_on", rules.may_end_on(self.stay, first))
            if last := cleaned.get("ends_on"):
                add_refusal(self, "ends_on", rules.may_last(self.stay.kind, first, last))
        if cadre:
            add_refusal(self, "cadre", rules.may_succeed(self.stay, cadre))
        return cleaned


# The years that the timeline draws.
FIRST_YEAR, LAST_YEAR = 2000, 2100


class TimelineForm(ReaderForm):
    """Area, organ and year of the timeline."""

    area = optional_picker("division", _("Area"))
    organ = optional_picker("organ", _("Sending organ"))
    year = number_field(_("Year"), FIRST_YEAR, LAST_YEAR, required=False)

    def clean_year(self):
        return self.cleaned_data.get("year") or self.user.today.year
