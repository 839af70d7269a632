"""Forms of visits."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outreach.forms.areas import named_households, serials_in
from outreach.forms.by_kind import of_works_field
from outreach.models import Household
from outreach.models.visits import MODES_OF_WORKS, Meals, Purpose, VisitMode
from outreach.rules import visits as rules
from outreach.ticked import TICKED, chosen
from portal import uses
from portal.pages.forms import (
    AboutForm,
    ManyFilesField,
    OnceForm,
    add_refusal,
    choice_field,
    day_field,
    not_future,
    number_field,
    optional_picker,
    picker_field,
    ticks_field,
)
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field
from portal.roles import Permission
from portal.tools.asked import whole_number

EARLIEST_VISIT = date(2000, 1, 1)
# Maximum number of ticks of one kind; usually fewer apply to a place.
OFFERED = 12


class TicksField(forms.ModelMultipleChoiceField):
    """本次走访同时计入: ticks of one kind that apply to place and day."""

    def __init__(self, kind):
        self.kind = kind
        super().__init__(
            None, label=kind.label, required=False, widget=forms.CheckboxSelectMultiple
        )

    def offer(self, user, *, units, on, also=()):
        """Offer the fitting rows, and those ticked before (`also`)."""
        found = self.kind.offered(user, units=units, on=on)
        if not uses.is_on(self.kind.use):
            found = found.none()
        self.queryset = found.model.objects.filter(
            Q(pk__in=found.values("pk")) | Q(pk__in=also)
        ).order_by("starts_on", "pk")
        rows = self.kind.load(self.queryset)[:OFFERED]
        self.choices = [(one.pk, self.kind.words(one)) for one in rows]


class _VisitFields(CheckedTextForm):
    """Fields that a new visit and a correction share."""

    free_text = ("summary", "heard", "next_steps", "reflection")
    private_text = ("reflection",)

    visited_on = day_field(_("Date"))
    group = optional_text(_("Group"), 40)
    summary = text_field(
        _("What was seen and heard"),
        20_000,
        _("Only what helps to get things done; no ID or bank numbers, illnesses or beliefs."),
        rows=5,
    )
    purposes = ticks_field(_("This visit also counts as"), Purpose.choices)
    mode = of_works_field(_("How"), VisitMode.choices, MODES_OF_WORKS, empty=_("not stated"))
    companions = optional_picker(
        "cadre",
        _("Companions"),
        _("The visit appears in each companion's diary and is counted once."),
        multiple=True,
    )
    meals = choice_field(_("Meals"), Meals.choices, empty=_("not stated"))
    household_count = number_field(_("Households visited"), 1, 999, required=False)
    heard = optional_text(_("What people said"), 20_000, rows=3)
    next_steps = optional_text(_("Next steps"), 5_000, rows=2)
    reflection = optional_text(
        _("Reflection"), 20_000, _("Private: nobody else can read, print or export it."), rows=3
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_purposes()
        names = list(self.fields)
        after = names.index("purposes") + 1
        ticks = {one.name: TicksField(one) for one in TICKED}
        self.fields |= ticks
        self.order_fields([*names[:after], *ticks, *names[after:]])

    def offer_purposes(self, also=()):
        """Offer the purposes in use, and those already ticked (`also`)."""
        off = uses.off()
        self.fields["purposes"].choices = [
            (code, label)
            for code, label in Purpose.choices
            if code in also or uses.of_purpose(code) not in off
        ]

    @property
    def ticks(self):
        """The ticks that have something to offer, for the page."""
        return [self[one.name] for one in TICKED if self.fields[one.name].choices]

    def refuse_ticks(self, ticked, **visit):
        """Add an error to each tick field with rows that do not count for such a visit."""
        for one, rows in ticked:
            add_refusal(self, one.name, one.may_count(rows, **visit))

    def clean_visited_on(self):
        day = not_future(self, "visited_on")
        if day < EARLIEST_VISIT:
            raise ValidationError(_("This day is too far in the past."))
        return day


class VisitForm(_VisitFields):
    """记民情: only date, place and content are mandatory."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    unit = picker_field(
        "unit", _("Place"), _("Type the name or the pinyin initials of a village or unit.")
    )
    author = optional_picker("cadre", _("Entered for"), _("Leave empty when it is your own visit."))
    households = optional_text(
        _("Their numbers on the village's roster"), 300, _("For example: 12, 15")
    )
    photos = ManyFilesField(
        photos_only=True,
        label=_("Photos"),
        required=False,
        help_text=_("Photos are not required. No faces, papers or insides of homes, please."),
    )
    # The unit is cleaned before the ticks, which depend on it.
    field_order = [
        *("key", "visited_on", "unit"),
        *("author", "mode", "companions", "meals", "household_count", "households"),
    ]
    # Fields that the template places itself. Of the others, required ones follow the summary, and
    # the rest is collapsed.
    PLACED = [
        "key",
        "visited_on",
        "unit",
        "group",
        "summary",
        "numbers",
        "people",
        "purposes",
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["numbers"].widget.attrs["class"] = "choice-list"
        said = self["unit"].value()
        units = said[0] if isinstance(said, tuple) else [said.pk] if said else []
        self._offer([pk for pk in map(whole_number, map(str, units)) if pk], self.user.today)

    @property
    def mandatory(self):
        return [field for field in self._unplaced() if field.field.required]

    @property
    def folded(self):
        return [field for field in self._unplaced() if not field.field.required]

    @property
    def is_unfolded(self):
        return any(field.errors for field in self.folded)

    def _unplaced(self):
        hidden = {*self.PLACED, *(one.name for one in TICKED)}
        # Users appointed to enter a leader's visits arrive here with the leader as initial author.
        if not (self.user.holds(Permission.RECORD_FOR_OTHERS) or self["author"].value()):
            hidden.add("author")
        return [field for field in self if field.name not in hidden]

    def _offer(self, units, on):
        for one in TICKED:
            self.fields[one.name].offer(self.user, units=units, on=on)

    def clean_unit(self):
        """Offers the ticks of the place once the place is known."""
        unit = self.cleaned_data["unit"]
        self._offer([unit.pk], self.cleaned_data.get("visited_on") or self.user.today)
        return unit

    def clean_summary(self):
        return self.cleaned_data["summary"].strip()

    def clean(self):
        cleaned = super().clean()
        unit, numbers = cleaned.get("unit"), cleaned.get("households")
        author = cleaned.get("author") or getattr(self.user, "cadre", None)
        if author is None and "author" not in self.errors:
            self.add_error("author", _("Say which cadre made the visit."))
        if unit:
            add_refusal(self, "mode", rules.may_use_mode(unit, cleaned.get("mode")))
        if unit and author and cleaned.get("visited_on"):
            made = {"unit": unit, "author": author, "organ": author.organ}
            self.refuse_ticks(chosen(cleaned), **made, on=cleaned["visited_on"])
        cleaned["households"] = []
        if unit and numbers:
            visible = Household.objects.visible_to(self.user)
            found, unknown = named_households(visible, unit, serials_in(numbers))
            cleaned["households"] = found
            if unknown:
                words = _("Not on the list of %(unit)s: %(numbers)s.")
                facts = {"unit": unit.name, "numbers": _(", ").join(unknown)}
                self.add_error("households", words % facts)
        return cleaned


class CorrectVisitForm(_VisitFields):
    """The fields that an author may change for seven days: all but place and cadre."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, visit, **kwargs):
        super().__init__(*args, **kwargs)
        self.visit = visit
        self.fields["companions"].also = {*visit.companions.values_list("pk", flat=True)}
        self.offer_purposes(also=visit.purposes)
        self.fields["mode"].widget.attrs["data-kind"] = visit.unit.kind
        for one in TICKED:
            kept = list(getattr(visit, one.name).order_by("pk").values_list("pk", flat=True))
            self.initial[one.name], field = kept, self.fields[one.name]
            field.offer(self.user, units=[visit.unit_id], on=visit.visited_on, also=kept)
            if not field.choices:
                del self.fields[one.name]

    def clean(self):
        cleaned = super().clean()
        new = [
            (one, [row for row in rows if row.pk not in self.initial[one.name]])
            for one, rows in chosen(cleaned)
        ]
        visit, on = self.visit, cleaned.get("visited_on") or self.visit.visited_on
        add_refusal(self, "mode", rules.may_use_mode(visit.unit, cleaned.get("mode")))
        made = {"unit": visit.unit, "author": visit.author, "organ": visit.organ}
        self.refuse_ticks(new, **made, on=on)
        return cleaned


class PhotosForm(AboutForm):
    about = "visit"

    photos = ManyFilesField(
        photos_only=True,
        label=_("More photos"),
        required=False,
        help_text=_("No faces, papers or insides of homes, please."),
    )
    gone = forms.TypedMultipleChoiceField(
        label=_("Photos to remove"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is removed is deleted for good."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kept = self.visit.photos.order_by("pk")
        named = [(one.pk, _("Photo %(n)s") % {"n": n}) for n, one in enumerate(kept, 1)]
        self.fields["gone"].choices = named
        if not named:
            del self.fields["gone"]

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned.get("photos") and not cleaned.get("gone"):
            raise ValidationError(_("Choose photos to add or to remove."))
        return cleaned


class VisitNoteForm(OnceForm, CheckedTextForm):
    free_text = ("text",)
    text = text_field(_("Addition"), 5_000, rows=4)
