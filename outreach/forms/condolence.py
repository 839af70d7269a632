"""Forms of festival visits. No writing here."""

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.forms.by_kind import recipient_field
from outreach.models import CondolenceObjection, CondolenceVisit, Visit
from outreach.models.condolence import AgeBand, HardshipKind, RecipientCategory, Source
from outreach.models.visits import Purpose
from outreach.rules import condolence as rules
from portal.days import festivals
from portal.kinds import KINDS
from portal.models.people import Gender
from portal.pages.forms import (
    ReaderForm,
    choice_field,
    day_field,
    number_field,
    optional_picker,
    picker_field,
    tick_field,
)
from portal.pages.text_forms import CheckedTextForm, optional_text, printed_phone, text_field
from portal.places.headquarters import kinds_hosted
from portal.roles import Permission
from portal.tools.choices import pairs
from portal.trust.access import reach

NOT_SAID = _("not stated")
# Other recipients of the unit that one form can include.
ALONG_AT_MOST = 60


def _yuan(label, help_text="", *, max_digits=9):
    too_large = _("This amount is too large.")
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=0,
        max_digits=max_digits,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01", "min": "0"}),
        error_messages={
            "invalid": _("Write an amount in yuan, in digits."),
            "min_value": _("An amount is not negative."),
            "max_digits": too_large,
            "max_whole_digits": too_large,
            "max_decimal_places": _("An amount has two decimals at most."),
        },
    )


class _BudgetFields(ReaderForm):
    objection_phone = text_field(
        _("Objection phone"),
        30,
        _("Shown on the board and on the public page."),
        validators=[printed_phone],
    )

    def __init__(self, *args, campaign=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.sources = rules.sources_for(self.user, campaign)
        for source in self.sources:
            label = _("Budget, %(source)s") % {"source": source.label}
            empty = _("Yuan; empty where this source gives nothing.")
            self.fields[f"budget_{source}"] = _yuan(label, empty, max_digits=11)

    def budgets(self):
        return {source: self.cleaned_data.get(f"budget_{source}") for source in self.sources}


class CampaignForm(_BudgetFields):
    festival = choice_field(_("Festival"), festivals.Festival.choices)
    year = number_field(
        _("Year of the festival"),
        festivals.YEARS.start,
        festivals.YEARS.stop - 1,
        _("The days are computed from the calendar, lunar ones too."),
    )
    field_order = ["festival", "year"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = rules.festivals_of(self.user.organ, self.user.today)
        self.fields["festival"].choices = pairs(own)

    def content(self):
        names = ("festival", "year", "objection_phone")
        return {name: self.cleaned_data[name] for name in names} | {"budgets": self.budgets()}


class BudgetForm(_BudgetFields):
    """Budget of each source, and the standard of each category if there is one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for category in RecipientCategory:
            label = _("Standard, %(category)s") % {"category": category.label}
            self.fields[f"standard_{category}"] = _yuan(label)

    def content(self):
        standards = {c: self.cleaned_data.get(f"standard_{c}") for c in RecipientCategory}
        phone = self.cleaned_data["objection_phone"]
        return {"objection_phone": phone, "budgets": self.budgets(), "standards": standards}


class PublishForm(ReaderForm):
    last_on = day_field(_("Last day of the notice"))


class RecipientForm(CheckedTextForm):
    """A recipient: unit, name and category; other fields only where the sheet needs them."""

    free_text = ("goods",)

    unit = picker_field("unit", _("Place"))
    name = forms.CharField(
        label=_("Name of the recipient"),
        max_length=30,
        help_text=_("Kept encrypted; lists show only the first character."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    category = recipient_field(_("Category of recipient"))
    source = choice_field(_("Source of funds"), Source.choices)
    amount = _yuan(_("Money, yuan"), _("Empty: the standard of the category."))
    goods = optional_text(_("Goods"), 60)
    goods_value = _yuan(_("Value of the goods, yuan"))
    serial = optional_text(
        _("Number on the village's roster"),
        12,
        _("Where households are numbered; it tells namesakes apart."),
    )
    reason = choice_field(
        _("Kind of hardship"),
        HardshipKind.choices,
        _("Only for people in hardship. It is never published; enter no illness."),
        empty=NOT_SAID,
    )
    gender = choice_field(_("Gender"), Gender.choices, initial=Gender.UNKNOWN, required=False)
    age_band = choice_field(_("Age band"), AgeBand.choices, empty=NOT_SAID)
    joined_party = optional_text(
        _("Joined the Party in"), 7, _("Party members only; a month such as 1968-07.")
    )
    group = optional_text(_("Group"), 40)
    another = tick_field(_("Put another one of this unit forward afterwards"))
    field_order = ["unit", "name", "category", "source", "amount", "goods", "numbers"]

    def __init__(self, *args, campaign, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = pairs(rules.sources_for(self.user, campaign))
        unit = self.initial.get("unit")
        kinds = {unit.kind} if unit else kinds_hosted(campaign.organ, self.user.today)
        mostly = {KINDS[kind].recipient for kind in kinds}
        if len(mostly) == 1:
            self.initial.setdefault("category", mostly.pop())


class ObjectionForm(CheckedTextForm):
    free_text = ("text",)

    unit = picker_field("unit", _("Whose list"))
    way = choice_field(_("How it came"), CondolenceObjection.Way.choices)
    received_on = day_field(_("Received on"))
    text = text_field(
        _("What was said"), 500, _("The objector's name is neither asked nor written down."), rows=4
    )

    def __init__(self, *args, recipient=None, **kwargs):
        super().__init__(*args, **kwargs)
        if recipient is not None:
            del self.fields["unit"]
        self.fields["received_on"].initial = self.user.today


class DecisionForm(CheckedTextForm):
    free_text = ("reason",)
    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    reason = text_field(_("Reason"), 300, rows=3)

    def __init__(self, *args, objection, **kwargs):
        super().__init__(*args, **kwargs)
        Verdict = CondolenceObjection.Decision
        fitting = (Verdict.KEPT, Verdict.REMOVED) if objection.recipient_id else (Verdict.NOTED,)
        self.fields["decision"].choices = [(one.value, one.label) for one in fitting]
        if len(fitting) == 1:
            self.fields["decision"].initial = fitting[0]


class ApproveForm(ReaderForm):
    document = optional_text(
        _("Number of the approval document"), 60, _("Where a meeting or document approved it.")
    )


class DeliveryForm(CheckedTextForm):
    """A visit by two people; a diary entry fills in date and visitors."""

    free_text = ("goods", "handed_by")

    diary = forms.ModelChoiceField(
        queryset=Visit.objects.none(),
        label=_("Diary entry of this visit"),
        required=False,
        empty_label=_("none"),
        help_text=_("Date and visitors are taken from the entry."),
    )
    visited_on = day_field(_("Date"), required=False)
    first_cadre = optional_picker("cadre", _("First visitor"))
    second_cadre = optional_picker("cadre", _("Second visitor"))
    way = choice_field(
        _("How the money went"),
        CondolenceVisit.Way.choices,
        _("Normally from the unit's account; no account number is kept here."),
    )
    handed_by = text_field(
        _("Handed over by"), 40, _("Who paid it out or brought it, e.g. the unit's finance office.")
    )
    amount = _yuan(_("Money delivered, yuan"), _("Empty: as the list says."))
    goods = optional_text(_("Goods delivered"), 60)
    goods_value = _yuan(_("Value of the goods, yuan"))
    along = forms.ModelMultipleChoiceField(
        queryset=None,
        label=_("The same visit also reached"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Other recipients of this unit, each with the amounts of the list."),
    )
    field_order = [
        "diary",
        "visited_on",
        "first_cadre",
        "second_cadre",
        "way",
        "handed_by",
        "amount",
        "goods",
        "goods_value",
        "numbers",
    ]

    def __init__(self, *args, recipient, **kwargs):
        super().__init__(*args, **kwargs)
        campaign = recipient.campaign
        diary = self.fields["diary"]
        visits = Visit.objects.visible_to(self.user).standing().filter(unit=recipient.unit)
        visits = visits.filter(
            purposes__contains=[Purpose.CONDOLENCE], visited_on__gte=campaign.approved_on
        )
        diary.queryset = visits.select_related("author").order_by("-visited_on", "-pk")
        diary.label_from_instance = lambda visit: f"{visit.visited_on} {visit.author.name}"
        # As `rules.may_enter_visit`: what the reader may only see is not offered.
        listed = campaign.recipients.filter(reach(self.user, Permission.LIST_RECIPIENTS))
        waiting = listed.waiting_for_visit()
        others = waiting.filter(unit=recipient.unit).exclude(pk=recipient.pk)
        others = others.select_related("unit").order_by("pk")
        along = self.fields["along"]
        some = list(others.values_list("pk", flat=True)[:ALONG_AT_MOST])
        along.queryset = others.filter(pk__in=some)
        along.label_from_instance = lambda one: (
            f"{one.label} · {one.get_category_display()} · {one.value}"
        )
        if not some:
            del self.fields["along"]
        if not diary.queryset.exists():
            del self.fields["diary"]

    def clean(self):
        cleaned = super().clean()
        diary = cleaned.get("diary")
        if diary:
            people = [diary.author, *diary.companions.order_by("companion_rows__pk")]
            cleaned["visited_on"] = cleaned.get("visited_on") or diary.visited_on
            cleaned["first_cadre"] = cleaned.get("first_cadre") or people[0]
            rest = [one for one in people if one != cleaned["first_cadre"]]
            cleaned["second_cadre"] = cleaned.get("second_cadre") or (rest[0] if rest else None)
        for name in ("visited_on", "first_cadre", "second_cadre"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("This must be filled in; two people visit together."))
        return cleaned

    def content(self):
        # An empty text means “as the list says”, like an empty amount.
        return self.cleaned_data | {"goods": self.cleaned_data["goods"] or None}
