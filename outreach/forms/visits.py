"""What people type about a visit, made clean."""

from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models import Campaign, CampaignUnit, ContactArea, Household
from outreach.models.visits import CORRECTION_DAYS, Meals, Purpose, VisitMode
from outreach.rules.campaigns import may_count_for
from portal.pages.asked import whole_number
from portal.pages.forms import DayInput, ManyFilesField, OnceForm
from portal.pages.text_forms import CheckedTextForm
from portal.places.pickers import PickerField

EARLIEST_VISIT = date(2000, 1, 1)


# So many campaigns are offered as ticks; more never run at one place.
OFFERED = 12


class CampaignTicks(forms.ModelMultipleChoiceField):
    """本次走访同时计入: campaigns at the place, at one's contact areas, and of one's own organ."""

    def __init__(self):
        super().__init__(
            Campaign.objects.none(),
            label=gettext_lazy("Count this visit for the campaign"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def offer(self, user, *, units, on, also=()):
        """`also` was ticked before. A visit is often written down some days after it was made,
        so what ended a few days ago is offered as well."""
        areas = ContactArea.objects.running(on).filter(cadre__user__in=user.identity_ids)
        places = CampaignUnit.objects.filter(Q(unit__in=units) | Q(unit__in=areas.values("unit")))
        running = Campaign.objects.announced().overlapping(on - timedelta(days=CORRECTION_DAYS), on)
        found = running.taking_in(organ=user.organ, units=places.values("unit"))
        self.queryset = Campaign.objects.filter(
            Q(pk__in=found.values("pk")) | Q(pk__in=also)
        ).order_by("starts_on", "pk")
        self.choices = [
            (one.pk, f"{one.title} {one.starts_on:%m-%d}–{one.ends_on:%m-%d}")
            for one in self.queryset.defer("purpose", "search")[:OFFERED]
        ]


class VisitForm(CheckedTextForm):
    """记民情: date, place and content are mandatory, and nothing else is."""

    free_text = ("summary", "heard", "next_steps", "reflection")

    key = forms.UUIDField(widget=forms.HiddenInput)
    visited_on = forms.DateField(label=gettext_lazy("Date"), widget=DayInput())
    unit = PickerField(
        "unit",
        label=gettext_lazy("Place"),
        help_text=gettext_lazy("Type the name or the pinyin initials of a village or unit."),
    )
    group = forms.CharField(label=gettext_lazy("Group"), max_length=40, required=False)
    summary = forms.CharField(
        label=gettext_lazy("What was seen and heard"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "Only what helps to get things done; no ID or bank numbers, illnesses or beliefs."
        ),
    )
    author = PickerField(
        "cadre",
        label=gettext_lazy("Entered for"),
        required=False,
        help_text=gettext_lazy("Leave empty when it is your own visit."),
    )
    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("This visit also counts as"),
        choices=Purpose.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    campaigns = CampaignTicks()
    mode = forms.ChoiceField(
        label=gettext_lazy("How"),
        choices=[("", gettext_lazy("not said")), *VisitMode.choices],
        required=False,
    )
    companions = PickerField(
        "cadre",
        multiple=True,
        label=gettext_lazy("Companions"),
        required=False,
        help_text=gettext_lazy("It stands in each one's diary and is counted once."),
    )
    meals = forms.ChoiceField(
        label=gettext_lazy("Meals"),
        choices=[("", gettext_lazy("not said")), *Meals.choices],
        required=False,
    )
    household_count = forms.IntegerField(
        label=gettext_lazy("Households visited"), min_value=1, max_value=999, required=False
    )
    households = forms.CharField(
        label=gettext_lazy("Their numbers on the village's roster"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("For example: 12, 15"),
    )
    heard = forms.CharField(
        label=gettext_lazy("What people said"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    next_steps = forms.CharField(
        label=gettext_lazy("Next steps"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reflection = forms.CharField(
        label=gettext_lazy("Reflection"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Yours alone: nobody else can read, print or export it."),
    )
    photos = ManyFilesField(
        photos_only=True,
        label=gettext_lazy("Photos"),
        required=False,
        help_text=gettext_lazy(
            "Photos are not required. No faces, papers or insides of homes, please."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["numbers"].widget.attrs["class"] = "choice-list"
        said = self["unit"].value()
        units = said[0] if isinstance(said, tuple) else [said.pk] if said else []
        self._offer([pk for pk in map(whole_number, map(str, units)) if pk], self.user.today)

    def _offer(self, units, on):
        self.fields["campaigns"].offer(self.user, units=units, on=on)

    def clean_unit(self):
        """The campaigns of the place are judged by the place, however it was typed."""
        unit = self.cleaned_data["unit"]
        self._offer([unit.pk], self.cleaned_data.get("visited_on") or self.user.today)
        return unit

    def clean_visited_on(self):
        day = self.cleaned_data["visited_on"]
        if day > self.user.today:
            raise ValidationError(_("This day lies in the future."))
        if day < EARLIEST_VISIT:
            raise ValidationError(_("This day lies too far back."))
        return day

    def clean_summary(self):
        return self.cleaned_data["summary"].strip()

    def clean(self):
        cleaned = super().clean()
        unit, numbers = cleaned.get("unit"), cleaned.get("households")
        author = cleaned.get("author") or getattr(self.user, "cadre", None)
        if unit and author and cleaned.get("visited_on"):
            decision = may_count_for(
                cleaned.get("campaigns"), unit=unit, organ=author.organ, on=cleaned["visited_on"]
            )
            if not decision:
                self.add_error("campaigns", decision.refusal)
        cleaned["households"] = []
        if unit and numbers:
            serials = [n.strip() for n in numbers.replace("、", ",").replace("，", ",").split(",")]
            serials = [s for s in serials if s]
            known = {
                h.serial: h
                for h in Household.objects.visible_to(self.user).filter(
                    unit=unit, serial__in=serials, ended_on=None
                )
            }
            unknown = [s for s in serials if s not in known]
            if unknown:
                self.add_error(
                    "households",
                    _("Not on the list of %(unit)s: %(numbers)s.")
                    % {"unit": unit.name, "numbers": _(", ").join(unknown)},
                )
            cleaned["households"] = list(known.values())
        return cleaned


class CorrectVisitForm(CheckedTextForm):
    """What an author may change for seven days: everything but place and cadre."""

    free_text = ("summary", "heard", "next_steps", "reflection")

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    visited_on = VisitForm.base_fields["visited_on"]
    group = VisitForm.base_fields["group"]
    summary = VisitForm.base_fields["summary"]
    purposes = VisitForm.base_fields["purposes"]
    campaigns = CampaignTicks()
    mode = VisitForm.base_fields["mode"]
    companions = VisitForm.base_fields["companions"]
    meals = VisitForm.base_fields["meals"]
    household_count = VisitForm.base_fields["household_count"]
    heard = VisitForm.base_fields["heard"]
    next_steps = VisitForm.base_fields["next_steps"]
    reflection = VisitForm.base_fields["reflection"]

    clean_visited_on = VisitForm.clean_visited_on

    def __init__(self, *args, visit, **kwargs):
        super().__init__(*args, **kwargs)
        self.visit = visit
        self.ticked = list(visit.campaigns.order_by("pk"))
        self.initial["campaigns"] = [one.pk for one in self.ticked]
        field = self.fields["campaigns"]
        field.offer(
            self.user, units=[visit.unit_id], on=visit.visited_on, also=self.initial["campaigns"]
        )
        if not field.choices:
            del self.fields["campaigns"]

    def clean(self):
        cleaned = super().clean()
        new = [one for one in cleaned.get("campaigns", ()) if one not in self.ticked]
        decision = may_count_for(
            new,
            unit=self.visit.unit,
            organ=self.visit.organ,
            on=cleaned.get("visited_on") or self.visit.visited_on,
        )
        if not decision:
            self.add_error("campaigns", decision.refusal)
        return cleaned


class VisitNoteForm(OnceForm, CheckedTextForm):
    free_text = ("text",)
    text = forms.CharField(
        label=gettext_lazy("Addition"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 4})
    )
