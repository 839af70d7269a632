"""What staff type about places, people, accounts and norms, made clean. No writing here."""

import re
from datetime import date

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import events, parameters
from portal.days import workdays
from portal.imports import Column, cells
from portal.models import Cadre, Experience, User
from portal.models.party import PartyOrganizationKind
from portal.models.people import Gender, PoliticalStatus, Skill
from portal.models.places import DivisionLevel, OrganKind, UnitKind
from portal.pages.asked import whole_number
from portal.pages.forms import DayInput, ReaderForm
from portal.pages.web import add_errors
from portal.places.pickers import PickerField
from portal.roles import Permission, Role

OFFICIAL_ORDER_HELP = gettext_lazy(
    "Lists and sheets follow this number; equal numbers stand in the order of entry."
)
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


def carried_out(form, action, **known):
    """What the action returns; None when nothing (right) was sent, or when it refuses, with its
    reasons shown in the form."""
    if not (form.is_bound and form.is_valid()):
        return None
    try:
        return action(**known, **form.cleaned_data)
    except ValidationError as problem:
        add_errors(form, problem)
    except PermissionDenied as refusal:
        # Who may not do it at all was turned away before; here what was chosen is refused.
        form.add_error(None, str(refusal))
    return None


def not_said(choices):
    return [("", gettext_lazy("not said")), *choices]


class OfficialOrderField(forms.IntegerField):
    def __init__(self, **kwargs):
        kwargs.setdefault("label", gettext_lazy("Official order"))
        kwargs.setdefault("help_text", OFFICIAL_ORDER_HELP)
        super().__init__(min_value=0, max_value=99_999, initial=9999, **kwargs)


class PhoneField(forms.CharField):
    def __init__(self, **kwargs):
        super().__init__(max_length=30, required=False, **kwargs)


class CodeField(forms.CharField):
    def __init__(self, **kwargs):
        super().__init__(label=gettext_lazy("Code"), max_length=30, required=False, **kwargs)

    def clean(self, value):
        return super().clean(value).upper()


# --- Places -----------------------------------------------------------------------------------


class DivisionForm(ReaderForm):
    parent = PickerField(
        "division",
        label=gettext_lazy("Within"),
        help_text=gettext_lazy("Type the name, the pinyin initials or the code."),
    )
    name = forms.CharField(label=gettext_lazy("Name of the place"), max_length=80)
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=12,
        help_text=gettext_lazy(
            "Twelve digits that begin like the code of what it lies in, and that the national "
            "list does not use."
        ),
    )
    valid_from = forms.DateField(label=gettext_lazy("Valid from"), widget=DayInput())

    def __init__(self, *args, parent=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.parent = parent
        if parent is not None:
            del self.fields["parent"]

    def clean_code(self):
        code = self.cleaned_data["code"].strip()
        if not re.fullmatch(r"\d{12}", code):
            raise ValidationError(_("A code has twelve digits."))
        return code

    def clean(self):
        cleaned = super().clean()
        parent, code = self.parent or cleaned.get("parent"), cleaned.get("code")
        digits = {
            DivisionLevel.PROVINCE: 2,
            DivisionLevel.CITY: 4,
            DivisionLevel.COUNTY: 6,
            DivisionLevel.TOWNSHIP: 9,
        }
        if parent and code and parent.level in digits:
            start = parent.code[: digits[parent.level]]
            if not code.startswith(start):
                self.add_error("code", _("It must begin with %(start)s.") % {"start": start})
        return cleaned


class ChangeDivisionForm(DivisionForm):
    valid_from = None

    def __init__(self, *args, division, **kwargs):
        super().__init__(*args, parent=division.parent, **kwargs)
        self.fields.pop("parent", None)


class OrganForm(ReaderForm):
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=80)
    short_name = forms.CharField(
        label=gettext_lazy("Short name"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("As it stands in lists and columns."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=OrganKind.choices)
    parent = PickerField("organ", label=gettext_lazy("Below the organ"), required=False)
    division = PickerField(
        "division",
        label=gettext_lazy("Division"),
        required=False,
        help_text=gettext_lazy("Left empty, it is that of the organ above."),
    )
    code = CodeField()
    sort_order = OfficialOrderField()
    phone = PhoneField(label=gettext_lazy("Office phone"))
    duties = forms.CharField(
        label=gettext_lazy("Duties"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Words by which a matter finds its way here: roads, water, schools"),
    )
    started_on = forms.DateField(label=gettext_lazy("In being since"), widget=DayInput())


class UnitForm(ReaderForm):
    name = forms.CharField(label=gettext_lazy("Name of the place"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=UnitKind.choices)
    host_organ = PickerField(
        "organ",
        label=gettext_lazy("Host organ"),
        required=False,
        help_text=gettext_lazy(
            "The township, enterprise or Party committee that manages it. Left empty for a "
            "workshop or team, it is that of the unit above."
        ),
    )
    division = PickerField(
        "division",
        label=gettext_lazy("Division"),
        required=False,
        help_text=gettext_lazy("An enterprise group can do without."),
    )
    parent = PickerField(
        "unit",
        label=gettext_lazy("Part of"),
        required=False,
        help_text=gettext_lazy("For workshops, teams and subsidiaries."),
    )
    code = CodeField()
    sort_order = OfficialOrderField()
    contact_name = forms.CharField(
        label=gettext_lazy("Contact person"), max_length=40, required=False
    )
    office_phone = PhoneField(
        label=gettext_lazy("Office phone"),
        help_text=gettext_lazy("The number of the office, never of a person."),
    )
    started_on = forms.DateField(label=gettext_lazy("In being since"), widget=DayInput())

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned.get("host_organ") and not cleaned.get("parent"):
            self.add_error("host_organ", _("Name the organ that manages the unit."))
        return cleaned


class UnitsFromDivisionsForm(ReaderForm):
    township = PickerField("division", label=gettext_lazy("Township or street"))
    host_organ = PickerField("organ", label=gettext_lazy("Host organ"))
    started_on = forms.DateField(label=gettext_lazy("In being since"), widget=DayInput())

    def clean_township(self):
        township = self.cleaned_data["township"]
        if township.level != DivisionLevel.TOWNSHIP:
            raise ValidationError(
                _("%(name)s is not a township or street; choose one of those within it.")
                % {"name": township.name}
            )
        return township


class EndForm(ReaderForm):
    ended_on = forms.DateField(
        label=gettext_lazy("No longer there from"),
        widget=DayInput(),
        help_text=gettext_lazy("Up to the day before, everything stays as it is."),
    )

    def clean_ended_on(self):
        return _come(self.cleaned_data["ended_on"], self.user.today)


def _come(day, today):
    # What hangs on it passes on at once, so nothing is arranged ahead.
    if day > today:
        raise ValidationError(_("This day lies in the future; note the end when it has come."))
    return day


# --- Party organisations ------------------------------------------------------------------------


class PartyOrganizationFilterForm(ReaderForm):
    """All of the list's address: searched words, kind, side, area."""

    q = forms.CharField(label=gettext_lazy("Search"), max_length=60, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("all kinds")), *PartyOrganizationKind.choices],
    )
    side = forms.ChoiceField(
        label=gettext_lazy("Belongs to"),
        required=False,
        choices=[
            ("", gettext_lazy("organs and units")),
            ("organ", gettext_lazy("organs")),
            ("unit", gettext_lazy("units")),
        ],
    )
    area = PickerField("division", label=gettext_lazy("Area"), required=False)

    def narrow(self, rows):
        wanted = self.cleaned_data
        if wanted["q"]:
            rows = rows.named_like(wanted["q"])
        if wanted["kind"]:
            rows = rows.filter(kind=wanted["kind"])
        if wanted["side"]:
            rows = rows.of_organs() if wanted["side"] == "organ" else rows.of_units()
        return rows.within(wanted["area"]) if wanted["area"] else rows

    @property
    def panel(self):
        return [field for field in self if field.name != "q"]

    def chips(self):
        """[(label, words, name)] of what narrows the list, the searched words aside."""
        if not self.is_valid():
            return []
        return [
            (
                field.label,
                str(dict(getattr(field.field, "choices", ())).get(value, value)),
                field.name,
            )
            for field in self.panel
            if (value := self.cleaned_data[field.name])
        ]


class ChangePartyOrganizationForm(ReaderForm):
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=PartyOrganizationKind.choices)
    secretary = forms.CharField(
        label=gettext_lazy("Secretary"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("As on the door sign; it is printed on the ledgers."),
    )
    member_count = forms.IntegerField(
        label=gettext_lazy("Party members"), min_value=0, max_value=99_999, required=False
    )
    sort_order = OfficialOrderField()
    started_on = forms.DateField(label=gettext_lazy("In being since"), widget=DayInput())


class PartyOrganizationForm(ChangePartyOrganizationForm):
    organ = PickerField(
        "organ",
        label=gettext_lazy("Organ"),
        required=False,
        help_text=gettext_lazy("For the Party organisation of an organ."),
    )
    unit = PickerField(
        "unit",
        label=gettext_lazy("Or a unit"),
        required=False,
        help_text=gettext_lazy("For that of a village, community, enterprise or organisation."),
    )
    field_order = ["organ", "unit"]

    def clean(self):
        cleaned = super().clean()
        if not self.errors and bool(cleaned.get("organ")) == bool(cleaned.get("unit")):
            self.add_error(
                "organ", _("Choose the organ or the unit that it belongs to, one of the two.")
            )
        return cleaned


class RenamePartyOrganizationForm(ReaderForm):
    name = forms.CharField(label=gettext_lazy("New name"), max_length=80)
    on = forms.DateField(label=gettext_lazy("In force from"), widget=DayInput())

    def clean_on(self):
        return _come(self.cleaned_data["on"], self.user.today)


class EndPartyOrganizationForm(EndForm):
    def __init__(self, *args, of_organ, **kwargs):
        super().__init__(*args, **kwargs)
        side = "organs" if of_organ else "units"
        self.fields["successor"] = PickerField(
            f"party_organizations_of_{side}",
            label=gettext_lazy("Goes on in"),
            required=False,
            help_text=gettext_lazy("Who takes over what hangs on it; empty when nothing does."),
        )
        self.fields["successor"].user = self.user


# --- People -----------------------------------------------------------------------------------


class MonthField(forms.CharField):
    def __init__(self, **kwargs):
        super().__init__(
            max_length=12, required=False, help_text=gettext_lazy("For example 1988-06"), **kwargs
        )

    def clean(self, value):
        value = super().clean(value)
        try:
            # As in a workbook: 1988-06, 1988.06 or 1988年6月.
            return cells.read(Column("month", "", kind="month"), value)
        except cells.CellProblem as problem:
            raise ValidationError(str(problem)) from problem


class CadreForm(ReaderForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    organ = PickerField("organ", label=gettext_lazy("Organ"))
    department = forms.CharField(label=gettext_lazy("Department"), max_length=60, required=False)
    post = forms.CharField(label=gettext_lazy("Post"), max_length=60, required=False)
    rank = forms.CharField(label=gettext_lazy("Rank"), max_length=30, required=False)
    sort_order = OfficialOrderField(help_text=gettext_lazy("The order of posts within the organ."))
    public_phone = PhoneField(
        label=gettext_lazy("Public phone"),
        help_text=gettext_lazy("Printed on contact cards. A private number is never stored."),
    )
    gender = forms.ChoiceField(
        label=gettext_lazy("Gender"), choices=Gender.choices, initial=Gender.UNKNOWN
    )
    birth_month = MonthField(label=gettext_lazy("Year and month of birth"))
    political_status = forms.ChoiceField(
        label=gettext_lazy("Political status"),
        choices=not_said(PoliticalStatus.choices),
        required=False,
    )
    work_started = MonthField(label=gettext_lazy("Started work in"))

    def clean_birth_month(self):
        return self._come(self.cleaned_data["birth_month"])

    def clean_work_started(self):
        return self._come(self.cleaned_data["work_started"])

    def _come(self, month):
        if month > f"{self.user.today:%Y-%m}":
            raise ValidationError(_("This month lies in the future."))
        return month


class NewCadreForm(CadreForm):
    def clean(self):
        cleaned = super().clean()
        if {"name", "organ", "birth_month"} <= cleaned.keys():
            known = Cadre.objects.twins_of(
                cleaned["name"], cleaned["organ"], cleaned["birth_month"]
            )
            if known.exists():
                self.add_error(
                    "name",
                    _(
                        "This organ has a cadre of this name already. Should it be somebody else, "
                        "state the month of birth of both."
                    ),
                )
        return cleaned


class PlacingForm(ReaderForm):
    spouse = PickerField(
        "cadre",
        label=gettext_lazy("Spouse"),
        required=False,
        help_text=gettext_lazy("Only who is a cadre on this list; stands with both then."),
    )
    home_division = PickerField(
        "division",
        label=gettext_lazy("Home"),
        required=False,
        help_text=gettext_lazy("A county, or what lies in one."),
    )
    skills = forms.MultipleChoiceField(
        label=gettext_lazy("Knows about"),
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
    other = PickerField("cadre", label=gettext_lazy("Another cadre"), required=False)
    unit = PickerField("unit", label=gettext_lazy("Or a unit"), required=False)

    def clean(self):
        cleaned = super().clean()
        if not self.errors and bool(cleaned.get("other")) == bool(cleaned.get("unit")):
            self.add_error("other", _("Name another cadre or a unit, one of the two."))
        return cleaned


class LeftForm(ReaderForm):
    left_on = forms.DateField(
        label=gettext_lazy("Left on"),
        widget=DayInput(),
        help_text=gettext_lazy(
            "Left the service or the area; who goes to another organ is transferred."
        ),
    )

    def clean_left_on(self):
        day = self.cleaned_data["left_on"]
        if day > self.user.today:
            raise ValidationError(_("This day lies in the future."))
        return day


class ExperienceForm(ReaderForm):
    started_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput())
    ended_on = forms.DateField(label=gettext_lazy("To"), widget=DayInput(), required=False)
    organ_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of organ"), choices=Experience.OrganKind.choices
    )
    place = forms.CharField(label=gettext_lazy("Organ and post"), max_length=120)


class SpanMixin:
    """From–to, both included."""

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("The end lies before the beginning."))
        return cleaned


class StandInForm(SpanMixin, ReaderForm):
    principal = PickerField("user", label=gettext_lazy("For whom"), required=False)
    stand_in = PickerField("user", label=gettext_lazy("Stand-in"))
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput())
    ends_on = forms.DateField(
        label=gettext_lazy("To"), widget=DayInput(), help_text=gettext_lazy("This day included.")
    )
    reason = forms.CharField(
        label=gettext_lazy("Occasion"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("For example: on a course. No illnesses."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.user.holds(Permission.NAME_STAND_INS):
            self.fields["principal"].help_text = gettext_lazy(
                "Left empty, it is for yourself. Otherwise somebody of your organ or area."
            )
        else:
            del self.fields["principal"]

    def clean_ends_on(self):
        day = self.cleaned_data["ends_on"]
        if day < self.user.today:
            raise ValidationError(_("This day lies in the past."))
        return day

    def clean(self):
        cleaned = super().clean()
        principal = cleaned.get("principal") or self.user
        if cleaned.get("stand_in") == principal:
            self.add_error("stand_in", _("Nobody stands in for themselves."))
        cleaned["principal"] = principal
        return cleaned


# --- Accounts ---------------------------------------------------------------------------------


class AccountForm(ReaderForm):
    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=40,
        help_text=gettext_lazy("Small letters, digits, dot, hyphen. It never changes."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Left empty, it is that of the cadre."),
    )
    organ = PickerField(
        "organ",
        label=gettext_lazy("Organ"),
        required=False,
        help_text=gettext_lazy("Left empty, it is that of the cadre."),
    )
    cadre = PickerField(
        "cadre",
        label=gettext_lazy("Cadre"),
        required=False,
        help_text=gettext_lazy("Whose account it is, when the person is on the list of cadres."),
    )

    def clean_username(self):
        username = self.cleaned_data["username"].strip().lower()
        if not USERNAME.fullmatch(username):
            raise ValidationError(
                _("Two to forty small letters, digits, dots, hyphens; the first no sign.")
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


class GrantForm(SpanMixin, ReaderForm):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices)
    organ = PickerField(
        "organ",
        label=gettext_lazy("Within the organ"),
        required=False,
        help_text=gettext_lazy("The organ and all below it. Not for administrators."),
    )
    division = PickerField(
        "division",
        label=gettext_lazy("Within the area"),
        required=False,
        help_text=gettext_lazy(
            "With an organ as well, both must fit. The programme office may have neither: then "
            "it keeps everything."
        ),
    )
    starts_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput())
    ends_on = forms.DateField(
        label=gettext_lazy("To"),
        widget=DayInput(),
        required=False,
        help_text=gettext_lazy("This day included; left empty, until it is revoked."),
    )

    def clean_ends_on(self):
        day = self.cleaned_data["ends_on"]
        if day and day < self.user.today:
            raise ValidationError(_("This day lies in the past."))
        return day


class AuditFilterForm(ReaderForm):
    event = forms.ChoiceField(label=gettext_lazy("Event"), required=False)
    actor = forms.CharField(label=gettext_lazy("Who (user name)"), max_length=60, required=False)
    day = forms.DateField(label=gettext_lazy("Day"), required=False, widget=DayInput())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["event"].choices = [("", _("all events")), *events.choices()]


# --- Lists as a person arranges them ------------------------------------------------------------


class FilterNameForm(ReaderForm):
    name = forms.CharField(label=gettext_lazy("Name of the filter"), max_length=20)


class SaveFilterForm(FilterNameForm):
    query = forms.CharField(max_length=1000, required=False, widget=forms.HiddenInput)


# --- Norms ------------------------------------------------------------------------------------


class NormForm(ReaderForm):
    value = forms.CharField(label=gettext_lazy("Value"), max_length=40)
    basis = forms.CharField(
        label=gettext_lazy("Basis"),
        max_length=200,
        help_text=gettext_lazy("The document and article that sets it."),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"),
        widget=DayInput(),
        help_text=gettext_lazy("What was counted before this day stays as it was."),
    )

    def __init__(self, *args, code, **kwargs):
        super().__init__(*args, **kwargs)
        self.default = parameters.NORMS[code].value

    def clean_value(self):
        value = self.cleaned_data["value"].strip()
        if whole_number(self.default) is not None:
            number = whole_number(value)
            if number is None or number > 9999:
                raise ValidationError(_("A whole number is expected."))
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
        return value

    def clean_valid_from(self):
        day = self.cleaned_data["valid_from"]
        if day < date(2000, 1, 1):
            raise ValidationError(_("This day lies too far back."))
        return day


class CalendarForm(ReaderForm):
    days = forms.FileField(
        label=gettext_lazy("Calendar as csv"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=gettext_lazy("One day a line: 2027-01-01,休,元旦 or 2027-02-06,班,春节调休"),
    )

    def clean_days(self):
        file = self.cleaned_data["days"]
        if file.size > 200_000:
            raise ValidationError(_("This file is too large for a calendar."))
        try:
            return workdays.read_upload(file)
        except workdays.CalendarProblem as problem:
            raise ValidationError(str(problem)) from problem


# --- Imports ----------------------------------------------------------------------------------


class ImportForm(ReaderForm):
    file = forms.FileField(
        label=gettext_lazy("Workbook"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        help_text=gettext_lazy("An Excel workbook (.xlsx) of at most 200,000 rows."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason for entering it later"),
        max_length=200,
        help_text=gettext_lazy("Stands with every row, for example: ledger of 2024 taken over."),
    )
    document = forms.CharField(label=gettext_lazy("Document number"), max_length=60, required=False)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            raise ValidationError(
                _("“%(name)s” is larger than %(limit)s MB.")
                % {"name": file.name, "limit": settings.IMPORT_MAX_BYTES // 2**20}
            )
        return file

    def clean(self):
        cleaned = super().clean()
        if "file" in cleaned:
            cleaned["name"] = cleaned["file"].name
        return cleaned


class HeadingsForm(ReaderForm):
    """One choice for each column of a kind: which heading of the workbook it is."""

    def __init__(self, *args, kind, offered, proposed, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("", gettext_lazy("not in this workbook")), *offered]
        for column in kind.columns:
            if not column.is_left_out:
                self.fields[column.name] = forms.ChoiceField(
                    label=column.heading,
                    choices=choices,
                    required=column.required,
                    initial=str(proposed.get(column.name, "")),
                    help_text=column.note,
                )

    def clean(self):
        cleaned = super().clean()
        mapping, taken = {}, {}
        for name, place in list(cleaned.items()):
            if place == "":
                continue
            if place in taken:
                self.add_error(
                    name,
                    _("This heading is taken for “%(other)s” already.")
                    % {"other": self.fields[taken[place]].label},
                )
            taken[place] = name
            mapping[name] = int(place)
        return {"mapping": mapping}
