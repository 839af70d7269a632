"""Forms about inspections and their findings."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models import InspectionNote, Objection
from oversight.models.findings import FindingKind
from oversight.models.inspections import DrawnFrom, Mandate, Said, Seen, Way
from oversight.rules import inspections as rules
from portal.models import Organ
from portal.pages.forms import (
    ReaderForm,
    add_refusal,
    check_period,
    choice_field,
    day_field,
    not_future,
    not_past,
    number_field,
    optional_picker,
    picker_field,
    tick_field,
    ticks_field,
)
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field
from portal.sampling.seed import SeedKind

MOST_MEMBERS = 30
MOST_INSPECTED = 60


class InspectionForm(CheckedTextForm):
    """方案: what is inspected, by whose mandate, by whom and how."""

    free_text = ("title", "scope", "content", "discipline", "mandate_number")
    FOLDED = (
        (
            pgettext_lazy("inspections", "Random draw"),
            ("drawn_from", "area", "closed_from", "closed_to", "number"),
        ),
    )

    title = text_field(pgettext_lazy("inspections", "What is inspected"), 80)
    mandate = choice_field(
        pgettext_lazy("inspections", "Mandate"),
        Mandate.choices,
        _("Without one it is a work re-visit, which issues no notice."),
        empty=_("none: a work re-visit"),
    )
    mandate_number = optional_text(_("Number of the plan or of the approval"), 60)
    organ = optional_picker(
        "organ",
        pgettext_lazy("inspections", "Carried out by"),
        _("Left empty: your own organ."),
    )
    inspected = picker_field(
        "organ",
        pgettext_lazy("inspections", "Inspected organs"),
        _("Organs and townships, never villages."),
        multiple=True,
    )
    scope = text_field(_("Scope"), 300, rows=2)
    content = text_field(_("What is looked at"), 3_000, rows=4)
    ways = ticks_field(
        pgettext_lazy("oversight", "Ways"), Way.choices, missing=_("Choose at least one way.")
    )
    starts_on = day_field(_("From"))
    ends_on = day_field(_("To"))
    head = picker_field("cadre", pgettext_lazy("inspections", "Head of the group"))
    members = optional_picker(
        "cadre",
        pgettext_lazy("inspections", "Members"),
        _("None of an inspected organ, nor of one above or below it."),
        multiple=True,
    )
    approver = picker_field("cadre", _("Leader who approves and concludes"))
    discipline = optional_text(_("Discipline"), 500, rows=2)
    drawn_from = choice_field(
        pgettext_lazy("inspections", "Drawn from"),
        DrawnFrom.choices,
        empty=_("nothing is drawn"),
    )
    area = optional_picker("division", _("Area"), _("Of the draw; empty for that of the organ."))
    closed_from = day_field(
        pgettext_lazy("oversight", "Closed from"), _("Of matters alone."), required=False
    )
    closed_to = day_field(pgettext_lazy("oversight", "Closed to"), required=False)
    number = number_field(
        _("Number to draw"),
        1,
        10_000,
        _("The planner says how many are enough."),
        required=False,
    )

    def __init__(self, *args, inspection=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.inspection = inspection

    def clean_inspected(self):
        organs = self.cleaned_data["inspected"]
        if len(organs) > MOST_INSPECTED:
            raise ValidationError(_("At most %(n)s organs.") % {"n": MOST_INSPECTED})
        return organs

    def clean_members(self):
        members = self.cleaned_data["members"] or []
        if len(members) > MOST_MEMBERS:
            said = _("At most %(n)s members; keep the group small.")
            raise ValidationError(said % {"n": MOST_MEMBERS})
        return members

    def clean(self):
        cleaned = super().clean()
        check_period(self)
        check_period(self, "closed_from", "closed_to")
        self._clean_mandate(cleaned)
        self._clean_draw(cleaned)
        head = cleaned.get("head")
        cleaned["members"] = [one for one in cleaned.get("members") or [] if one != head]
        organ = cleaned.get("organ")
        organ = organ or (self.inspection.organ if self.inspection else self.user.organ)
        cleaned["organ"] = organ
        if organ is None:
            self.add_error("organ", _("Choose the organ that carries it out."))
        elif not self.has_error("organ"):
            add_refusal(self, "organ", rules.may_plan_for(self.user, organ))
            add_refusal(self, "area", rules.may_draw_from(organ, cleaned.get("area")))
        inspected = cleaned.get("inspected") or []
        add_refusal(self, "inspected", rules.may_inspect(self.user, inspected))
        # Keep these: add_refusal removes refused fields from `cleaned`.
        heads, members = [head] if head else [], cleaned["members"]
        add_refusal(self, "head", rules.may_send(inspected, heads))
        add_refusal(self, "members", rules.may_send(inspected, members))
        if approver := cleaned.get("approver"):
            decision = rules.may_name_approver(inspected, approver, [*heads, *members])
            add_refusal(self, "approver", decision)
        return cleaned

    def _clean_mandate(self, cleaned):
        mandate, number = cleaned.get("mandate"), cleaned.get("mandate_number")
        if mandate and not number:
            self.add_error("mandate_number", _("Write the number of the plan or of the approval."))
        if number and not mandate:
            self.add_error("mandate", _("Say what the number is of."))

    def _clean_draw(self, cleaned):
        source = cleaned.get("drawn_from")
        if not source:
            cleaned |= dict.fromkeys(("area", "closed_from", "closed_to", "number"))
            if Way.RANDOM in cleaned.get("ways", ()):
                self.add_error("drawn_from", _("Say what the random draw is from."))
            return
        if not cleaned.get("number") and not self.has_error("number"):
            self.add_error("number", _("Say how many are drawn."))
        if source == DrawnFrom.UNITS:
            cleaned["closed_from"] = cleaned["closed_to"] = None
        for name in ("closed_from", "closed_to"):
            if source == DrawnFrom.CLOSURES and not cleaned.get(name) and not self.has_error(name):
                self.add_error(name, _("Say from when to when they were closed."))


def as_planned(user, inspection):
    names = [
        name
        for name in InspectionForm.base_fields
        if name not in ("numbers", "people", "inspected", "members")
    ]
    organs = [row.organ for row in inspection.inspected.select_related("organ").order_by("pk")]
    members = list(inspection.members.select_related("organ").order_by("pk"))
    facts = {name: getattr(inspection, name) for name in names}
    return facts | {"inspected": organs, "members": members}


class WordForm(CheckedTextForm):
    """An optional remark."""

    free_text = ("text",)
    text = optional_text(_("Note"), 500, rows=2)


class SeedForm(CheckedTextForm):
    """The seed, thrown in public after the frame was frozen."""

    free_text = ("how",)
    kind = choice_field(_("Kind of seed"), SeedKind.choices, radio=True)
    digits = text_field(
        _("Seed"),
        400,
        _("At least 20 throws of a die in their order, or at least 16 digits."),
        rows=2,
    )
    how = text_field(_("How it was thrown"), 200, _("Where, when, with what; or which numbers."))
    witness = text_field(pgettext_lazy("oversight", "Witness"), 40, _("From outside the organ."))
    witness_of = text_field(_("Organ of the witness"), 60)


class LookForm(CheckedTextForm):
    """Result for a drawn unit or matter."""

    free_text = ("note",)
    looked_on = day_field(_("Day"))
    way = choice_field(
        pgettext_lazy("inspections", "Way"),
        [one for one in Way.choices if one[0] != Way.RANDOM],
        radio=True,
    )
    seen = choice_field(
        pgettext_lazy("closures", "Seen on site"),
        Seen.choices,
        empty=pgettext_lazy("closures", "not looked at on site"),
    )
    said = choice_field(
        pgettext_lazy("closures", "The raiser's word"),
        Said.choices,
        _("Asked only of those who allow contact. Silence is never counted as solved."),
        empty=pgettext_lazy("closures", "not asked"),
    )
    note = optional_text(_("Note"), 500, rows=3)

    def __init__(self, *args, row, **kwargs):
        super().__init__(*args, **kwargs)
        self.row = row
        if not row.matter_id:
            del self.fields["seen"], self.fields["said"]

    def clean_looked_on(self):
        return not_future(self, "looked_on")

    def clean(self):
        cleaned = super().clean()
        if self.row.matter_id and not cleaned.get("seen") and not cleaned.get("said"):
            self.add_error("seen", _("Say what was seen, or what the raiser said."))
        return cleaned


class _InspectedOrganForm(CheckedTextForm):
    """One of the inspected organs."""

    organ = forms.ModelChoiceField(Organ.objects.none(), label=_("Inspected organ"))

    def __init__(self, *args, inspection, **kwargs):
        super().__init__(*args, **kwargs)
        self.inspection = inspection
        rows = Organ.objects.filter(pk__in=inspection.inspected.values("organ"))
        field = self.fields["organ"]
        field.queryset = rows.order_by("sort_order", "pk")
        field.label_from_instance = lambda organ: organ.name


class FindingForm(_InspectedOrganForm):
    """A finding; it must state facts and basis."""

    free_text = ("title", "fact", "basis", "demand")
    title = text_field(pgettext_lazy("findings", "Problem"), 100, _("No names of people."))
    fact = text_field(
        pgettext_lazy("findings", "Facts"), 2_000, _("When, where, what was seen or read."), rows=4
    )
    basis = text_field(
        pgettext_lazy("oversight", "Basis"),
        300,
        _("The rule or task that it departs from."),
        rows=2,
    )
    kind = choice_field(pgettext_lazy("findings", "Kind"), FindingKind.choices, radio=True)
    demand = text_field(_("What is to be put right"), 500, rows=2)
    about_person = tick_field(
        _("It is about the conduct of a person"),
        _("Then it is not written here: it is reported the sealed way."),
    )
    field_order = ["organ", "title", "fact", "basis", "kind", "demand", "about_person"]

    def clean_about_person(self):
        if self.cleaned_data["about_person"]:
            said = _("What is about the conduct of a person is reported the sealed way, not here.")
            raise ValidationError(said)
        return False


class NoteForm(_InspectedOrganForm):
    """指导意见 or 发现的好做法."""

    free_text = ("text",)
    kind = choice_field(
        pgettext_lazy("inspections", "Kind"), InspectionNote.Kind.choices, radio=True
    )
    text = text_field(pgettext_lazy("oversight", "Text"), 1_000, rows=4)
    field_order = ["organ", "kind", "text"]


class AnswerForm(CheckedTextForm):
    free_text = ("text",)
    text = text_field(_("What is right about the facts, and what is not"), 1_000, rows=4)


class ConclusionForm(CheckedTextForm):
    free_text = ("text",)
    text = text_field(_("Conclusion"), 5_000, _("Names of people do not belong here."), rows=6)


class DueForm(ReaderForm):
    due_on = day_field(_("To be put right by"))

    def clean_due_on(self):
        return not_past(self, "due_on")


class NoticeForm(_InspectedOrganForm):
    """整改通知单 to one organ, for all its confirmed findings."""

    free_text = ("how_to_report",)
    due_on = day_field(_("To be put right by"))
    how_to_report = text_field(_("How to report"), 200)
    field_order = ["organ", "due_on", "how_to_report"]

    def clean_due_on(self):
        return not_past(self, "due_on")


class NumberForm(CheckedTextForm):
    free_text = ("number",)
    number = text_field(_("Number of the notice"), 40, _("From the office's register."))


class ReportForm(CheckedTextForm):
    """整改情况报告单."""

    free_text = ("measures", "unfinished")
    measures = text_field(_("What was done"), 1_000, rows=4)
    unfinished = optional_text(_("What is not done, and why"), 500, rows=2)
    official = optional_picker("cadre", _("Responsible leader"))
    person = optional_picker("cadre", pgettext_lazy("oversight", "Responsible person"))


class RecheckForm(CheckedTextForm):
    free_text = ("text",)
    way = choice_field(
        pgettext_lazy("inspections", "Way"),
        [one for one in Way.choices if one[0] != Way.RANDOM],
        radio=True,
    )
    checked_on = day_field(_("Re-checked on"))
    text = text_field(_("What was found"), 500, rows=3)

    def clean_checked_on(self):
        return not_future(self, "checked_on")


class FailForm(RecheckForm):
    due_on = day_field(_("New date"), _("It is given once."))

    def clean_due_on(self):
        return not_past(self, "due_on")


class ObjectionForm(CheckedTextForm):
    free_text = ("text",)
    text = text_field(_("Why the finding should be reviewed"), 2_000, rows=5)


class ReviewForm(CheckedTextForm):
    free_text = ("reason",)
    decision = choice_field(
        pgettext_lazy("inspections", "Decision"), Objection.Decision.choices, radio=True
    )
    reason = text_field(_("Reasons"), 1_000, rows=4)


class PlannerForm(forms.Form):
    """Population, tolerable share and risk, given in the URL."""

    population = number_field(
        _("How many there are"), 1, 100_000_000, _("Empty: very many."), required=False
    )
    tolerable = number_field(_("Share of bad ones that is tolerable, percent"), 1, 50)
    risk = number_field(_("Risk of missing it, percent"), 1, 20)
