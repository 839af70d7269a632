"""Forms of staff about places, people, accounts and norms. They save nothing."""

import re
from datetime import date

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal import events, parameters
from portal.days import workdays
from portal.forms.fields import text, upload
from portal.imports import Column, cells
from portal.models import Cadre, Experience, User
from portal.models.party import PartyOrganizationKind
from portal.models.people import USERNAME, Gender, PoliticalStatus, Skill, StaffKind
from portal.models.places import DivisionLevel, OrganKind, OrganLevel, UnitKind
from portal.pages.forms import ReaderForm, choice_field, day_field, number_field, picker_field
from portal.pages.web import add_errors
from portal.roles import Permission, Role
from portal.text import Text
from portal.tools.asked import whole_number

OFFICIAL_ORDER_HELP = _(
    "Lists and sheets are sorted by this number; equal numbers keep the order of entry."
)
# How many leading digits all codes within a division share, by its level.
DIGITS = {1: 2, 2: 4, 3: 6, 4: 9}


def carried_out(form, action, **known):
    """Run the action with the submitted values and return its result, or None if the form is
    unbound, invalid or refused; the reasons are then errors of the form."""
    if not (form.is_bound and form.is_valid()):
        return None
    try:
        return action(**known, **form.cleaned_data)
    except ValidationError as problem:
        add_errors(form, problem)
    except PermissionDenied as refusal:
        # The view has already checked the user; this refuses the choice.
        form.add_error(None, str(refusal))
    return None


def not_said(choices):
    return [("", _("not stated")), *choices]


def for_all(choices):
    return [("", _("all")), *choices]


class OfficialOrderField(forms.IntegerField):
    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Official order"))
        kwargs.setdefault("help_text", OFFICIAL_ORDER_HELP)
        super().__init__(min_value=0, max_value=99_999, initial=9999, **kwargs)


def phone(label, hint: Text = ""):
    return text(label, 30, hint, required=False)


def one_of_two(form, cleaned, first, second, words):
    """Add an error unless exactly one of the two fields is filled in."""
    if not form.errors and bool(cleaned.get(first)) == bool(cleaned.get(second)):
        form.add_error(first, words)
    return cleaned


class CodeField(forms.CharField):
    def __init__(self, **kwargs):
        super().__init__(label=_("Code"), max_length=30, required=False, **kwargs)

    def clean(self, value):
        return super().clean(value).upper()


# --- Places -----------------------------------------------------------------------------------


class DivisionForm(ReaderForm):
    parent = picker_field(
        "division", _("Within"), _("Type the name, the pinyin initials or the code.")
    )
    name = text(_("Name of the place"), 80)
    code = text(
        _("Code"),
        12,
        _(
            "Twelve digits that begin like the code of the division above and that the "
            "national list does not use."
        ),
    )
    valid_from = day_field(_("Valid from"))

    def __init__(self, *args, parent=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.within = parent
        if parent is not None:
            del self.fields["parent"]

    def clean_code(self):
        code = self.cleaned_data["code"].strip()
        if not re.fullmatch(r"\d{12}", code):
            raise ValidationError(_("A code has twelve digits."))
        return code

    def clean(self):
        cleaned = super().clean()
        parent, code = self.within or cleaned.get("parent"), cleaned.get("code")
        if parent and code and parent.level in DIGITS:
            start = parent.code[: DIGITS[parent.level]]
            if not code.startswith(start):
                self.add_error("code", _("It must begin with %(start)s.") % {"start": start})
        return cleaned


class ChangeDivisionForm(DivisionForm):
    valid_from = None

    def __init__(self, *args, division, **kwargs):
        super().__init__(*args, parent=division.parent, **kwargs)
        self.fields.pop("parent", None)


OFFICIAL_NAME = _("Name on the seal")


class OrganForm(ReaderForm):
    name = text(_("Full name"), 80)
    short_name = text(_("Short name"), 40, _("As shown in lists and columns."), required=False)
    official_name = text(
        OFFICIAL_NAME, 80, _("If empty, it signs with its full name."), required=False
    )
    kind = choice_field(_("Kind"), OrganKind.choices)
    parent = picker_field("organ", _("Below the organ"), required=False)
    division = picker_field(
        "division", _("Division"), _("If empty, that of the organ above."), required=False
    )
    code = CodeField()
    sort_order = OfficialOrderField()
    phone = phone(_("Office phone"))
    duties = text(
        _("Duties"),
        300,
        _("Keywords for assigning matters here: roads, water, schools"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    started_on = day_field(_("Exists since"))


class UnitForm(ReaderForm):
    name = text(_("Name of the place"), 80)
    kind = choice_field(_("Kind"), UnitKind.choices)
    host_organ = picker_field(
        "organ",
        _("Host organ"),
        _(
            "The township, enterprise or Party committee that manages it. Left empty for a "
            "workshop or team, it is that of the unit above."
        ),
        required=False,
    )
    division = picker_field(
        "division", _("Division"), _("An enterprise group can do without."), required=False
    )
    parent = picker_field(
        "unit", _("Part of"), _("For workshops, teams and subsidiaries."), required=False
    )
    code = CodeField()
    sort_order = OfficialOrderField()
    contact_name = text(_("Contact person"), 40, required=False)
    office_phone = phone(_("Office phone"), _("The number of the office, never of a person."))
    household_count = number_field(
        pgettext_lazy("units", "Households"),
        1,
        99_999,
        _("As many as the unit's own roster has numbers; samples of households are drawn from it."),
        required=False,
    )
    started_on = day_field(_("Exists since"))

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned.get("host_organ") and not cleaned.get("parent"):
            self.add_error("host_organ", _("Name the organ that manages the unit."))
        return cleaned


class UnitsFromDivisionsForm(ReaderForm):
    township = picker_field("division", _("Township or street"))
    host_organ = picker_field("organ", _("Host organ"))
    started_on = day_field(_("Exists since"))

    def clean_township(self):
        township = self.cleaned_data["township"]
        if township.level != DivisionLevel.TOWNSHIP:
            raise ValidationError(
                _("%(name)s is not a township or street; choose one of those within it.")
                % {"name": township.name}
            )
        return township


class EndForm(ReaderForm):
    ended_on = day_field(_("Ends on"), _("Up to the day before, everything stays as it is."))

    def clean_ended_on(self):
        return _come(self.cleaned_data["ended_on"], self.user.today)


def _come(day, today):
    # The successor takes over at once, so an end cannot be planned ahead.
    if day > today:
        raise ValidationError(_("This day is in the future; enter the end when it has come."))
    return day


# --- Party organisations ------------------------------------------------------------------------


class ChangePartyOrganizationForm(ReaderForm):
    name = text(_("Full name"), 80)
    kind = choice_field(_("Kind"), PartyOrganizationKind.choices)
    secretary = text(
        _("Secretary"), 40, _("As on the door sign; it is printed on the ledgers."), required=False
    )
    member_count = number_field(_("Party members"), 0, 99_999, required=False)
    sort_order = OfficialOrderField()
    started_on = day_field(_("Exists since"))


class PartyOrganizationForm(ChangePartyOrganizationForm):
    organ = picker_field(
        "organ", _("Organ"), _("For the Party organisation of an organ."), required=False
    )
    unit = picker_field(
        "unit",
        _("Or a unit"),
        _("For that of a village, community, enterprise or organisation."),
        required=False,
    )
    field_order = ["organ", "unit"]

    def clean(self):
        words = _("Choose the organ or the unit that it belongs to, one of the two.")
        return one_of_two(self, super().clean(), "organ", "unit", words)


class RenamePartyOrganizationForm(ReaderForm):
    name = text(_("New name"), 80)
    on = day_field(_("In force from"))

    def clean_on(self):
        return _come(self.cleaned_data["on"], self.user.today)


class EndPartyOrganizationForm(EndForm):
    def __init__(self, *args, party, **kwargs):
        super().__init__(*args, **kwargs)
        side = "organs" if party.organ_id else "units"
        self.fields["successor"] = picker_field(
            f"party_organizations_of_{side}",
            _("Goes on in"),
            _("Who takes over what it holds; leave empty if it holds nothing."),
            required=False,
        )
        self.fields["successor"].user = self.user


# --- People -----------------------------------------------------------------------------------


class MonthField(forms.CharField):
    def __init__(self, **kwargs):
        super().__init__(
            max_length=12, required=False, help_text=_("For example 1988-06"), **kwargs
        )

    def clean(self, value):
        value = super().clean(value)
        try:
            # As in a workbook: 1988-06, 1988.06 or 1988年6月.
            return cells.read(Column("month", "", kind="month"), value)
        except cells.CellProblem as problem:
            raise ValidationError(str(problem)) from problem


class CadreForm(ReaderForm):
    name = text(_("Name"), 40)
    organ = picker_field("organ", _("Organ"))
    department = text(_("Department"), 60, required=False)
    post = text(_("Post"), 60, required=False)
    rank = text(_("Rank"), 30, required=False)
    staff_kind = choice_field(_("Kind of staff"), not_said(StaffKind.choices), required=False)
    sort_order = OfficialOrderField(help_text=_("The order of posts within the organ."))
    public_phone = phone(
        _("Public phone"), _("Printed on contact cards. A private number is never stored.")
    )
    gender = choice_field(_("Gender"), Gender.choices, initial=Gender.UNKNOWN)
    birth_month = MonthField(label=_("Year and month of birth"))
    political_status = choice_field(
        _("Political status"), not_said(PoliticalStatus.choices), required=False
    )
    work_started = MonthField(label=_("Started work in"))

    def clean_birth_month(self):
        return self._come(self.cleaned_data["birth_month"])

    def clean_work_started(self):
        return self._come(self.cleaned_data["work_started"])

    def _come(self, month):
        if month > f"{self.user.today:%Y-%m}":
            raise ValidationError(_("This month is in the future."))
        return month


class NewCadreForm(CadreForm):
    def clean(self):
        cleaned = super().clean()
        if {"name", "organ", "birth_month"} <= cleaned.keys():
            name, organ, month = (cleaned[name] for name in ("name", "organ", "birth_month"))
            words = _(
                "This organ has a cadre of this name already. Should it be somebody else, "
                "state the month of birth of both."
            )
            if Cadre.objects.twins_of(name, organ, month).exists():
                self.add_error("name", words)
        return cleaned


class PlacingForm(ReaderForm):
    spouse = picker_field(
        "cadre",
        _("Spouse"),
        _("Only a cadre on this list; it is shown for both."),
        required=False,
    )
    home_division = picker_field(
        "division", _("Home"), _("A county, or what lies in one."), required=False
    )
    skills = forms.MultipleChoiceField(
        label=_("Knows about"),
        choices=Skill.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_home_division(self):
        home = self.cleaned_data["home_division"]
        if home and home.level < DivisionLevel.COUNTY:
            raise ValidationError(_("A county, or what lies in one."))
        return home


class AvoidanceForm(ReaderForm):
    other = picker_field("cadre", _("Another cadre"), required=False)
    unit = picker_field("unit", _("Or a unit"), required=False)

    def clean(self):
        words = _("Name another cadre or a unit, one of the two.")
        return one_of_two(self, super().clean(), "other", "unit", words)


class LeftForm(ReaderForm):
    left_on = day_field(
        _("Left on"), _("Left the service or the area; who goes to another organ is transferred.")
    )

    def clean_left_on(self):
        day = self.cleaned_data["left_on"]
        if day > self.user.today:
            raise ValidationError(_("This day lies in the future."))
        return day


class ExperienceForm(ReaderForm):
    started_on = day_field(_("From"))
    ended_on = day_field(_("To"), required=False)
    organ_kind = choice_field(_("Kind of organ"), Experience.OrganKind.choices)
    place = text(_("Organ and post"), 120)


class SpanMixin(ReaderForm):
    """From–to, both included; the last day is not in the past."""

    def clean_ends_on(self):
        day = self.cleaned_data["ends_on"]
        if day and day < self.user.today:
            raise ValidationError(_("This day lies in the past."))
        return day

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("The end lies before the beginning."))
        return cleaned


class StandInForm(SpanMixin):
    principal = picker_field("user", _("For whom"), required=False)
    stand_in = picker_field("user", _("Stand-in"))
    starts_on = day_field(_("From"))
    ends_on = day_field(_("To"), _("This day included."))
    reason = text(_("Occasion"), 120, _("For example: on a course. No illnesses."), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.user.holds(Permission.NAME_STAND_INS):
            self.fields["principal"].help_text = _(
                "Left empty, it is for yourself. Otherwise somebody of your organ or area."
            )
        else:
            del self.fields["principal"]

    def clean(self):
        cleaned = super().clean()
        principal = cleaned.get("principal") or self.user
        if cleaned.get("stand_in") == principal:
            self.add_error("stand_in", _("Nobody stands in for themselves."))
        cleaned["principal"] = principal
        return cleaned


# --- Accounts ---------------------------------------------------------------------------------


class AccountForm(ReaderForm):
    username = text(
        _("User name"),
        40,
        _("Lower-case letters, digits, dots, hyphens. It cannot be changed later."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    name = text(_("Name"), 40, _("If empty, that of the cadre."), required=False)
    organ = picker_field("organ", _("Organ"), _("If empty, that of the cadre."), required=False)
    cadre = picker_field(
        "cadre",
        _("Cadre"),
        _("The cadre whose account it is, if the person is on the list of cadres."),
        required=False,
    )

    def clean_username(self):
        username = self.cleaned_data["username"].strip().lower()
        if not USERNAME.fullmatch(username):
            raise ValidationError(
                _(
                    "Two to forty lower-case letters, digits, dots or hyphens; the first must be "
                    "a letter or digit."
                )
            )
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("This user name is taken."))
        return username

    def clean(self):
        cleaned = super().clean()
        cadre = cleaned.get("cadre")
        if cadre:
            cleaned["name"] = cleaned.get("name") or cadre.name
            cleaned["organ"] = cleaned.get("organ") or cadre.organ
        if "name" not in self.errors and not cleaned.get("name"):
            self.add_error("name", _("Name the person, or choose the cadre."))
        return cleaned


class ChangeAccountForm(AccountForm):
    username = None


class GrantForm(SpanMixin):
    role = choice_field(_("Role"), Role.choices)
    organ = picker_field(
        "organ",
        _("Within the organ"),
        _("The organ and all below it. Not for administrators."),
        required=False,
    )
    division = picker_field(
        "division",
        _("Within the area"),
        _(
            "With an organ as well, both must fit. The programme office may have neither: then "
            "it keeps everything."
        ),
        required=False,
    )
    starts_on = day_field(_("From"))
    ends_on = day_field(
        _("To"), _("Including this day; if empty, until it is revoked."), required=False
    )


class AuditFilterForm(ReaderForm):
    event = forms.ChoiceField(label=_("Event"), required=False)
    actor = text(_("Who (user name)"), 60, required=False)
    day = day_field(_("Day"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("", _("all events")), *events.choices()]
        self.fields["event"].choices = choices  # pyright: ignore[reportAttributeAccessIssue]  # declared above


# --- Lists as a person arranges them ------------------------------------------------------------


class FilterNameForm(ReaderForm):
    name = text(_("Name of the filter"), 20)


class SaveFilterForm(FilterNameForm):
    query = forms.CharField(max_length=1000, required=False, widget=forms.HiddenInput)


# --- Norms ------------------------------------------------------------------------------------


class NormForm(ReaderForm):
    value = text(_("Value"), 40)
    basis = text(_("Basis"), 200, _("The document and article that sets it."))
    valid_from = day_field(_("Valid from"), _("Figures of earlier days do not change."))
    organ = picker_field(
        "organ",
        _("Only for the organ"),
        _("And those below it. If empty, for all organs."),
        required=False,
    )
    division = picker_field(
        "division", _("Only for the area"), _("If empty, for all areas."), required=False
    )
    level = choice_field(_("Only for the level"), for_all(OrganLevel.choices), required=False)
    staff_kind = choice_field(
        _("Only for the kind of staff"), for_all(StaffKind.choices), required=False
    )

    def __init__(self, *args, code, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm = parameters.NORMS[code]
        self.default = self.norm.value
        if self.norm.choices:
            self.fields["value"] = choice_field(_("Value"), list(self.norm.choices.items()))
        if not self.norm.scoped:
            for name in ("organ", "division", "level"):
                del self.fields[name]
        if not self.norm.of_staff:
            del self.fields["staff_kind"]

    def clean_value(self):
        value = self.cleaned_data["value"].strip()
        if whole_number(self.default) is not None:
            number = whole_number(value)
            if number is None or not self.norm.least <= number <= self.norm.most:
                said = _("A whole number from %(least)s to %(most)s is expected.")
                limits = {"least": self.norm.least, "most": self.norm.most}
                raise ValidationError(said % limits)
            return str(number)
        if re.fullmatch(r"\d+\.\d+", self.default):
            if not re.fullmatch(r"0(\.\d{1,4})?|1(\.0+)?", value):
                raise ValidationError(_("A share between 0 and 1 is expected, for example 0.2."))
            # Written with a point, so that it is read as a share again.
            return value if "." in value else f"{value}.0"
        if re.fullmatch(r"\d/\d", self.default) and (
            not re.fullmatch(r"[1-9]/[1-9]", value) or value[0] > value[2]
        ):
            raise ValidationError(
                _("A fraction up to one, like %(default)s.") % {"default": self.default}
            )
        if re.search(r"[<>]", value):
            raise ValidationError(_("No “<” or “>”, please."))
        return value

    def clean_valid_from(self):
        day = self.cleaned_data["valid_from"]
        if day < date(2000, 1, 1):
            raise ValidationError(_("This day is too far in the past."))
        return day


class CalendarForm(ReaderForm):
    days = upload(
        _("Calendar as csv"),
        ".csv,text/csv",
        _("One day per line: 2027-01-01,休,元旦 or 2027-02-06,班,春节调休"),
    )

    def clean_days(self):
        file = self.cleaned_data["days"]
        if file.size > 200_000:
            raise ValidationError(_("This file is too large for a calendar."))
        try:
            return workdays.read_upload(file)
        except workdays.CalendarProblem as problem:
            raise ValidationError(str(problem)) from problem
