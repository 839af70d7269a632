"""Forms for reports of branches and for their quarters."""

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from neighbours.models.reports import before, quarter_label, quarter_of, quarter_to_write
from neighbours.rules import reports as rules
from outreach.forms.matters import NewMatterForm
from outreach.models import CommunityNeed
from outreach.models.matters import Source
from portal.pages.forms import AboutForm, add_refusal, choice_field, picker_field
from portal.pages.text_forms import CheckedTextForm, optional_text, printed_phone, text_field


class _ReportFields(CheckedTextForm):
    free_text = ("resources",)
    contact_name = text_field(pgettext_lazy("reports", "Contact person"), 20)
    contact_phone = text_field(
        gettext_lazy("Office phone of the contact person"),
        30,
        gettext_lazy("It stands on the sheet: the office's, not a private one."),
        validators=[printed_phone],
    )
    resources = text_field(
        gettext_lazy("What it can offer"),
        200,
        gettext_lazy("Knowledge, rooms, people's skills; in words, no hours and no heads."),
        rows=3,
    )


class DraftReportForm(_ReportFields):
    party = picker_field(
        "party_organizations_of_organs", gettext_lazy("Party organisation of the organ")
    )
    unit = picker_field("unit", gettext_lazy("Community that it reports to"))
    field_order = ["party", "unit"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("party") and cleaned.get("unit"):
            may = rules.may_report_to(self.user, cleaned["party"], cleaned["unit"])
            add_refusal(self, "unit", may)
        return cleaned


class ReportForm(AboutForm, _ReportFields):
    """The draft, with the needs of the community that the branch takes up."""

    about = "report"
    needs = forms.ModelMultipleChoiceField(
        CommunityNeed.objects.none(),
        label=gettext_lazy("Needs that it takes up"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        needs = CommunityNeed.objects.filter(unit=self.report.unit_id)
        shown = needs.open(self.user.today) | needs.filter(branch_reports=self.report)
        field = self.fields["needs"]
        field.queryset = shown.distinct().order_by("until", "pk")  # pyright: ignore[reportAttributeAccessIssue]  # a ModelMultipleChoiceField
        field.label_from_instance = lambda need: need.title  # pyright: ignore[reportAttributeAccessIssue]  # the same


class ConfirmReportForm(CheckedTextForm):
    free_text = ("opinion",)
    opinion = text_field(gettext_lazy("Opinion of the community's Party organisation"), 100, rows=2)


class _LineFields(CheckedTextForm):
    free_text = ("joined", "done", "advice")
    joined = text_field(
        gettext_lazy("What it took part in"),
        100,
        gettext_lazy("In one line; no hours, no heads."),
    )
    done = text_field(gettext_lazy("How it was done"), 100)
    advice = optional_text(pgettext_lazy("reports", "Suggestions"), 100)


class LineForm(AboutForm, _LineFields):
    about = "report"
    quarter = choice_field(pgettext_lazy("reports", "Quarter"), ())
    field_order = ["quarter"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        now = quarter_of(self.user.today)
        field, waiting = self.fields["quarter"], quarter_to_write(self.user.today)
        quarters = [before(*now), now]
        field.choices = [(f"{y}-{q}", quarter_label(y, q)) for y, q in quarters]  # pyright: ignore[reportAttributeAccessIssue]  # a ChoiceField
        field.initial = "-".join(map(str, waiting or now))

    def clean(self):
        cleaned = super().clean()
        if named := cleaned.get("quarter"):
            year, quarter = map(int, named.split("-"))
            cleaned |= {"year": year, "quarter": quarter}
            may = rules.may_write_quarter(self.report, year, quarter, on=self.user.today)
            add_refusal(self, "quarter", may)
        return cleaned


class CorrectLineForm(_LineFields):
    """The fields of a line without the choice of a quarter."""


class HeardForm(NewMatterForm):
    """A matter that residents raised where a branch has reported."""

    source = choice_field(gettext_lazy("Source"), [(Source.RESIDENTS, Source.RESIDENTS.label)])
