"""What people type about festival visits, made clean. No writing here."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models import CondolenceObjection, CondolenceVisit, Visit
from outreach.models.condolence import AgeBand, HardshipKind, RecipientCategory, Source
from outreach.models.visits import Purpose
from portal.days import festivals
from portal.days.festivals import Festival
from portal.models.people import Gender
from portal.pages.forms import DayInput, ReaderForm
from portal.pages.text_forms import CheckedTextForm, printed_phone
from portal.places.pickers import PickerField

NOT_SAID = ("", gettext_lazy("not said"))
# Other recipients of the unit that one form can take along.
ALONG_AT_MOST = 60


def _yuan(label, **options):
    options.setdefault("required", False)
    options.setdefault("max_digits", 9)
    too_large = gettext_lazy("This amount is too large.")
    return forms.DecimalField(
        label=label,
        min_value=0,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01", "min": "0"}),
        error_messages={
            "invalid": gettext_lazy("Write an amount in yuan, in digits."),
            "min_value": gettext_lazy("An amount is not negative."),
            "max_digits": too_large,
            "max_whole_digits": too_large,
            "max_decimal_places": gettext_lazy("An amount has two decimals at most."),
        },
        **options,
    )


class _BudgetFields(ReaderForm):
    objection_phone = forms.CharField(
        label=gettext_lazy("Objection phone"),
        max_length=30,
        validators=[printed_phone],
        help_text=gettext_lazy("It stands on the board and on the public page."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for source in Source:
            self.fields[f"budget_{source}"] = _yuan(
                _("Budget, %(source)s") % {"source": source.label},
                max_digits=11,
                help_text=_("Yuan; empty where this source gives nothing."),
            )

    def budgets(self):
        return {source: self.cleaned_data.get(f"budget_{source}") for source in Source}


class CampaignForm(_BudgetFields):
    festival = forms.ChoiceField(label=gettext_lazy("Festival"), choices=Festival.choices)
    year = forms.IntegerField(
        label=gettext_lazy("Year of the festival"),
        min_value=festivals.YEARS.start,
        max_value=festivals.YEARS.stop - 1,
        help_text=gettext_lazy("The days are computed from the calendar, lunar ones too."),
    )
    field_order = ["festival", "year", "objection_phone"]

    def content(self):
        names = ("festival", "year", "objection_phone")
        return {name: self.cleaned_data[name] for name in names} | {"budgets": self.budgets()}


class BudgetForm(_BudgetFields):
    """Sources, and the standard of each category where one is set."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for category in RecipientCategory:
            self.fields[f"standard_{category}"] = _yuan(
                _("Standard, %(category)s") % {"category": category.label}
            )

    def content(self):
        standards = {c: self.cleaned_data.get(f"standard_{c}") for c in RecipientCategory}
        return {
            "objection_phone": self.cleaned_data["objection_phone"],
            "budgets": self.budgets(),
            "standards": standards,
        }


class PublishForm(ReaderForm):
    last_on = forms.DateField(label=gettext_lazy("Last day of the notice"), widget=DayInput())


class RecipientForm(CheckedTextForm):
    """Somebody for the list: unit, name and category; the rest only where the sheet needs it."""

    free_text = ("goods",)

    unit = PickerField("unit", label=gettext_lazy("Place"))
    name = forms.CharField(
        label=gettext_lazy("Name of the recipient"),
        max_length=30,
        help_text=gettext_lazy("Kept encrypted; lists show the first character alone."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    category = forms.ChoiceField(
        label=gettext_lazy("Category of recipient"), choices=RecipientCategory.choices
    )
    source = forms.ChoiceField(label=gettext_lazy("Source of funds"), choices=Source.choices)
    amount = _yuan(
        gettext_lazy("Money, yuan"), help_text=gettext_lazy("Empty: the standard of the category.")
    )
    goods = forms.CharField(label=gettext_lazy("Goods"), max_length=60, required=False)
    goods_value = _yuan(gettext_lazy("Value of the goods, yuan"))
    serial = forms.CharField(
        label=gettext_lazy("Number on the village's roster"),
        max_length=12,
        required=False,
        help_text=gettext_lazy("Where households are numbered; it tells namesakes apart."),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Kind of hardship"),
        choices=[NOT_SAID, *HardshipKind.choices],
        required=False,
        help_text=gettext_lazy("Of those in hardship alone. It is published nowhere; no illness."),
    )
    gender = forms.ChoiceField(
        label=gettext_lazy("Gender"), choices=Gender.choices, initial=Gender.UNKNOWN, required=False
    )
    age_band = forms.ChoiceField(
        label=gettext_lazy("Age band"), choices=[NOT_SAID, *AgeBand.choices], required=False
    )
    joined_party = forms.CharField(
        label=gettext_lazy("Joined the Party in"),
        max_length=7,
        required=False,
        help_text=gettext_lazy("Party members only; a month such as 1968-07."),
    )
    group = forms.CharField(label=gettext_lazy("Group"), max_length=40, required=False)
    another = forms.BooleanField(
        label=gettext_lazy("Put another one of this unit forward afterwards"), required=False
    )
    field_order = [
        "unit",
        "name",
        "category",
        "source",
        "amount",
        "goods",
        "numbers",
        "goods_value",
        "serial",
        "reason",
        "gender",
        "age_band",
        "joined_party",
        "group",
    ]


class ObjectionForm(CheckedTextForm):
    free_text = ("text",)

    unit = PickerField("unit", label=gettext_lazy("Whose list"))
    way = forms.ChoiceField(
        label=gettext_lazy("How it came"), choices=CondolenceObjection.Way.choices
    )
    received_on = forms.DateField(label=gettext_lazy("Received on"), widget=DayInput())
    text = forms.CharField(
        label=gettext_lazy("What was said"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Who said it is not asked and not written down."),
    )
    field_order = ["unit", "way", "received_on", "text", "numbers"]

    def __init__(self, *args, recipient=None, **kwargs):
        super().__init__(*args, **kwargs)
        if recipient is not None:
            del self.fields["unit"]
        self.fields["received_on"].initial = self.user.today


class DecisionForm(CheckedTextForm):
    free_text = ("reason",)
    decision = forms.ChoiceField(label=gettext_lazy("Decision"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ["decision", "reason", "numbers"]

    def __init__(self, *args, objection, **kwargs):
        super().__init__(*args, **kwargs)
        Verdict = CondolenceObjection.Decision
        fitting = (Verdict.KEPT, Verdict.REMOVED) if objection.recipient_id else (Verdict.NOTED,)
        self.fields["decision"].choices = [(one.value, one.label) for one in fitting]
        if len(fitting) == 1:
            self.fields["decision"].initial = fitting[0]


class ApproveForm(ReaderForm):
    document = forms.CharField(
        label=gettext_lazy("Number of the approval document"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Where a meeting or document approved it."),
    )


class DeliveryForm(CheckedTextForm):
    """A visit by two people. A diary entry that was written brings date and visitors with it."""

    free_text = ("goods", "handed_by")

    diary = forms.ModelChoiceField(
        queryset=Visit.objects.none(),
        label=gettext_lazy("Diary entry of this visit"),
        required=False,
        empty_label=gettext_lazy("none"),
        help_text=gettext_lazy("Ticked, not written again: date and visitors come from it."),
    )
    visited_on = forms.DateField(label=gettext_lazy("Date"), widget=DayInput(), required=False)
    first_cadre = PickerField("cadre", label=gettext_lazy("First visitor"), required=False)
    second_cadre = PickerField("cadre", label=gettext_lazy("Second visitor"), required=False)
    way = forms.ChoiceField(
        label=gettext_lazy("How the money went"),
        choices=CondolenceVisit.Way.choices,
        help_text=gettext_lazy("Normally from the unit's account; no account number is kept here."),
    )
    handed_by = forms.CharField(
        label=gettext_lazy("Handed over by"),
        max_length=40,
        help_text=gettext_lazy("Who paid it out or brought it, e.g. the unit's finance office."),
    )
    amount = _yuan(
        gettext_lazy("Money delivered, yuan"), help_text=gettext_lazy("Empty: as the list says.")
    )
    goods = forms.CharField(label=gettext_lazy("Goods delivered"), max_length=60, required=False)
    goods_value = _yuan(gettext_lazy("Value of the goods, yuan"))
    along = forms.ModelMultipleChoiceField(
        queryset=None,
        label=gettext_lazy("The same visit also reached"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Others of this unit, each with what the list says."),
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
        "along",
    ]

    def __init__(self, *args, recipient, **kwargs):
        super().__init__(*args, **kwargs)
        campaign = recipient.campaign
        diary = self.fields["diary"]
        diary.queryset = (
            Visit.objects.visible_to(self.user)
            .standing()
            .filter(
                unit=recipient.unit,
                purposes__contains=[Purpose.CONDOLENCE],
                visited_on__gte=campaign.approved_on,
            )
            .select_related("author")
            .order_by("-visited_on", "-pk")
        )
        diary.label_from_instance = lambda visit: f"{visit.visited_on} {visit.author.name}"
        others = (
            campaign.recipients.visible_to(self.user)
            .waiting_for_visit()
            .filter(unit=recipient.unit)
            .exclude(pk=recipient.pk)
            .select_related("unit")
            .order_by("pk")
        )
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
        # An empty text means “as the list says”, as an empty amount does.
        return self.cleaned_data | {"goods": self.cleaned_data["goods"] or None}
