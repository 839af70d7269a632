"""Forms that choose place, organ and days within the reader's grants; and forms of meetings."""

from dataclasses import replace

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.models import Matter
from outreach.overview.contact import whole_months
from outreach.overview.dashboard import PERIODS, Period, period_of
from outreach.rules import whole as rules
from portal.models import Division
from portal.pages.forms import DayInput, ReaderForm
from portal.places.pickers import PickerField
from portal.roles import Permission
from portal.sheets.figures import scopes_of
from portal.tools import asked
from portal.trust import privacy

OUTSIDE = _("It is outside the area or organ of your role.")


class ScopeForm(ReaderForm):
    """A part of the scope of one of the reader's grants; anything outside is an error.

    `within` says which grant, when there are several; `area` and `organ` narrow it.
    """

    permission = Permission.READ_MATTERS
    within = forms.ChoiceField(label=_("Which of my areas"), required=False)
    area = forms.ChoiceField(
        label=_("Area"), required=False, error_messages={"invalid_choice": OUTSIDE}
    )
    organ = PickerField("organ", label=_("Recorded by the organ"), required=False)

    def __init__(self, data, files=None, *, user):
        super().__init__(data, files, user=user)
        self.fields["organ"].user = user
        self.wholes = scopes_of(user, self.permission)
        if len(self.wholes) > 1:
            names = [(str(n), scope_label(one)) for n, one in enumerate(self.wholes)]
            self.fields["within"].choices = names
        else:
            del self.fields["within"]
        if self.whole.organ or self.whole.host or not self._areas:
            # There is no choice to offer, but the area may still come from the URL.
            self.fields["area"].widget = forms.HiddenInput()
        whole = self.whole.division
        itself = (str(whole.pk) if whole else "", scope_label(self.whole))
        self.fields["area"].choices = [itself, *self._areas]

    @cached_property
    def whole(self):
        """The scope of the chosen grant, before narrowing."""
        number = asked.whole_number(self.data.get("within") or "")
        if number is not None and number < len(self.wholes):
            return self.wholes[number]
        # Links from numbers carry a host or area; derive the grant from that.
        for one in self.wholes:
            if one.host and self.data.get("host") == str(one.host.pk):
                return one
            if self._asked_area and not one.host and _holds(one, self._asked_area):
                return one
        return self.wholes[0]

    @cached_property
    def _asked_area(self):
        return asked.row(self.data, "area", Division.objects.all())

    @cached_property
    def _areas(self):
        """The chosen place with those above and those directly below it."""
        whole, area = self.whole, self._asked_area
        if whole.organ or whole.host:
            return []
        at = area if area and _holds(whole, area) else whole.division
        shown = Division.objects.current(self.user.today).filter(parent=at)
        rows = [(str(one.pk), one.name) for one in shown.order_by("code", "pk")]
        if at and at != whole.division:
            above = Division.objects.in_bulk(at.ancestor_ids)
            depth = len(whole.division.ancestor_ids) if whole.division else 0
            path = [above[pk] for pk in at.ancestor_ids[depth:]]
            rows = [(str(one.pk), one.name) for one in path] + rows
        return rows

    def clean_organ(self):
        organ = self.cleaned_data.get("organ")
        whole = self.whole.organ
        if organ and whole and not organ.path.startswith(whole.path):
            raise ValidationError(OUTSIDE)
        return organ

    def clean(self):
        host, whole = self.data.get("host"), self.whole.host
        if host and not (whole and host == str(whole.pk)):
            raise ValidationError(OUTSIDE)
        return super().clean()

    @property
    def scope(self):
        """The scope chosen, or that of the whole grant if the form is invalid."""
        scope = self.whole
        if not self.is_valid():
            return scope
        if self._asked_area:
            scope = replace(scope, division=self._asked_area)
        if self.cleaned_data.get("organ"):
            scope = replace(scope, organ=self.cleaned_data["organ"])
        return scope


def _holds(scope, division):
    return scope.division is None or division.path.startswith(scope.division.path)


def scope_label(scope):
    parts = [
        scope.division and scope.division.name,
        scope.host and scope.host.label,
        scope.organ and scope.organ.label,
    ]
    return " · ".join(part for part in parts if part) or gettext("Everything")


class DashboardForm(ScopeForm):
    # The default period, listed first.
    usual = "month"
    period = forms.ChoiceField(label=_("Period"), choices=PERIODS.items(), required=False)
    first = forms.DateField(label=_("First day"), required=False, widget=DayInput())
    last = forms.DateField(label=_("Last day"), required=False, widget=DayInput())

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if cleaned.get("period") == "days" and not self.errors:
            if not first or not last:
                raise ValidationError(gettext("Say from which day to which."))
            if last < first:
                raise ValidationError(gettext("The last day lies before the first."))
        return cleaned

    @property
    def days(self):
        """The chosen period; the default if none is chosen or the form is invalid."""
        kind = self.cleaned_data.get("period") if self.is_valid() else ""
        if kind == "days":
            return Period(self.cleaned_data["first"], self.cleaned_data["last"])
        return period_of(kind or self.usual, self.user.today)


class WeeksForm(ScopeForm):
    """The weeks for the list of units with a week over the limit, as its link gives them."""

    first = forms.DateField(label=_("First day"), widget=DayInput())
    last = forms.DateField(label=_("Last day"), widget=DayInput())


class MonthsForm(ScopeForm):
    """The months for the list of units without contact, given by any day of the first and of the
    last.

    The default, and the maximum, are the last twelve whole months.
    """

    first = forms.DateField(
        label=_("First month (any day of it)"), required=False, widget=DayInput()
    )
    last = forms.DateField(label=_("Last month (any day of it)"), required=False, widget=DayInput())

    @property
    def months(self):
        """The first days of the months, oldest first; none if the form has errors."""
        today = self.user.today
        if not self.is_valid():
            return []
        last = self.cleaned_data["last"] or today
        year = whole_months(last, today)
        first = self.cleaned_data["first"]
        return [month for month in year if not first or month >= first.replace(day=1)]


class MeetingForm(ScopeForm):
    """Which month of which area; the month is any of its days."""

    permission = Permission.HOLD_MEETINGS
    month = forms.DateField(
        label=_("Month (any day of it)"),
        widget=DayInput(),
        help_text=_("What was registered in this month is counted by category."),
    )
    held_on = forms.DateField(label=_("Held on"), widget=DayInput())
    field_order = ("month", "held_on", "within", "area")

    def __init__(self, data, files=None, *, user):
        super().__init__(data, files, user=user)
        del self.fields["organ"]
        for name in ("month", "held_on"):
            self.fields[name].initial = user.today

    def clean_month(self):
        first = self.cleaned_data["month"].replace(day=1)
        if first > self.user.today:
            raise ValidationError(gettext("This month has not begun."))
        return first

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            decision = rules.may_prepare_meeting(self.user, self.scope)
            if not decision:
                raise ValidationError(decision.refusal)
        return cleaned

    def content(self):
        names = ("month", "held_on")
        return {name: self.cleaned_data[name] for name in names} | {"scope": self.scope}


class DecisionForm(ReaderForm):
    """One decision; it may concern matters of the meeting's agenda."""

    text = forms.CharField(
        label=_("What was decided"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    organ = PickerField("organ", label=_("Responsible organ"))
    due_on = forms.DateField(label=_("To be done by"), widget=DayInput())
    matters = forms.ModelMultipleChoiceField(
        Matter.objects.none(),
        label=_("About the matters"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organ"].user = self.user
        self.meeting = meeting
        field = self.fields["matters"]
        field.queryset = meeting.matters().order_by("number_year", "number", "pk")
        field.label_from_instance = lambda matter: f"{matter.number_label} {matter.title}"

    def clean_text(self):
        return privacy.mask_ids(self.cleaned_data["text"])

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day < self.meeting.held_on:
            raise ValidationError(gettext("It cannot be due before the meeting."))
        return day
