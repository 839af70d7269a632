"""Forms on plans and their tasks."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models import WorkPlan
from oversight.models.plans import SENTENCE, Counted, Measure, PlanKind
from oversight.rules import plans as rules
from portal.pages.forms import (
    add_refusal,
    choice_field,
    day_field,
    not_future,
    number_field,
    optional_picker,
    picker_field,
)
from portal.pages.text_forms import CheckedTextForm, ReasonForm, optional_text, text_field

MOST_ORGANS = 60


class PlanForm(CheckedTextForm):
    free_text = ("title", "goals")
    kind = choice_field(pgettext_lazy("plans", "Kind"), PlanKind.choices)
    title = text_field(pgettext_lazy("plans", "Title"), 60)
    first_year = number_field(_("Year, or the first year"), 2000, 2100)
    last_year = number_field(
        _("Last year"), 2000, 2104, _("Only of a plan of three to five years."), required=False
    )
    above = forms.ModelChoiceField(
        WorkPlan.objects.none(),
        label=_("Plan that it carries out"),
        required=False,
        empty_label=pgettext_lazy("plans", "none"),
    )
    goals = optional_text(pgettext_lazy("plans", "Aims"), 2_000, rows=4)
    first_in_charge = picker_field(
        "cadre", _("First in charge"), _("The secretary of the Party organisation.")
    )
    in_charge = picker_field("cadre", _("Directly in charge"))
    organ = optional_picker(
        "organ", pgettext_lazy("plans", "Organ"), _("Left empty: your own organ.")
    )

    def __init__(self, *args, plan=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan = plan
        above = WorkPlan.objects.visible_to(self.user).filter(kind=PlanKind.LONG)
        self.fields["above"].queryset = above.order_by("-first_year", "-pk")

    def clean(self):
        cleaned = super().clean()
        organ = cleaned.get("organ") or (self.plan.organ if self.plan else self.user.organ)
        cleaned["organ"] = organ
        if organ is None:
            self.add_error("organ", _("Choose the organ."))
        elif not self.has_error("organ"):
            add_refusal(self, "organ", rules.may_plan_for(self.user, organ))
        self._clean_years(cleaned)
        return cleaned

    def _clean_years(self, cleaned):
        first, above = cleaned.get("first_year"), cleaned.get("above")
        if first is None:
            return
        if cleaned.get("kind") == PlanKind.YEAR:
            cleaned["last_year"] = first
            if above:
                add_refusal(self, "above", rules.may_carry_out(cleaned, above))
            return
        cleaned["above"] = None
        last = cleaned.get("last_year")
        if last is None or not first + 2 <= last <= first + 4:
            self.add_error("last_year", _("A plan runs over three to five years."))


def _check_due(form, plan):
    due = form.cleaned_data.get("due_on")
    first, last = plan.days
    if due and not first <= due <= last:
        form.add_error("due_on", _("This day lies outside of the plan."))


class _ItemFields(CheckedTextForm):
    free_text = ("point", "task", "steps_taken", "goal")
    point = text_field(_("Main point of work"), 80)
    task = text_field(pgettext_lazy("plans", "Task"), 200)
    steps_taken = optional_text(_("Measures"), 300, rows=2)
    goal = text_field(_("Goal"), 200)
    measure = choice_field(
        _("What the portal counts"),
        Measure.choices,
        _("Only what stands in this list is counted; for the rest a sentence a quarter."),
        empty=_("nothing: one sentence a quarter"),
    )
    target = number_field(_("Goal in per cent"), 1, 100, required=False)
    counted_of = choice_field(
        _("Counted in"), Counted.choices, empty=pgettext_lazy("plans", "not counted")
    )
    official = picker_field("cadre", pgettext_lazy("plans", "Lead official"))
    lead_organ = picker_field("organ", pgettext_lazy("plans", "Lead organ"))
    organs = optional_picker("organ", _("Responsible organs"), multiple=True)
    person = optional_picker("cadre", pgettext_lazy("plans", "Responsible person"))
    due_on = day_field(pgettext_lazy("plans", "To be done by"))

    def clean_organs(self):
        organs = self.cleaned_data["organs"] or []
        if len(organs) > MOST_ORGANS:
            raise ValidationError(_("At most %(n)s organs.") % {"n": MOST_ORGANS})
        return organs

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("measure"):
            if not cleaned.get("target"):
                self.add_error("target", _("Say which share is the goal."))
            if not cleaned.get("counted_of"):
                self.add_error("counted_of", _("Say whose records count."))
        else:
            cleaned |= {"target": None, "counted_of": ""}
        organs, lead = cleaned.get("organs") or [], cleaned.get("lead_organ")
        cleaned["organs"] = [one for one in organs if one != lead]
        return cleaned


class AddItemForm(_ItemFields):
    def __init__(self, *args, plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan = plan

    def clean(self):
        cleaned = super().clean()
        _check_due(self, self.plan)
        return cleaned


class ChangeItemForm(_ItemFields):
    def __init__(self, *args, item, **kwargs):
        super().__init__(*args, **kwargs)
        self.item = item

    def clean(self):
        cleaned = super().clean()
        _check_due(self, self.item.plan)
        return cleaned


class AdjustForm(CheckedTextForm):
    """Changes by the deciding body, with reason and document."""

    free_text = ("goal", "reason", "document")
    goal = text_field(_("Goal"), 200)
    target = number_field(_("Goal in per cent"), 1, 100, required=False)
    due_on = day_field(pgettext_lazy("plans", "To be done by"))
    reason = text_field(_("Why it is adjusted"), 200, rows=2)
    document = text_field(_("Decision of the body that decided the plan"), 60)

    def __init__(self, *args, item, **kwargs):
        super().__init__(*args, **kwargs)
        self.item = item
        if not item.is_counted:
            del self.fields["target"]
        else:
            self.fields["target"].required = True

    def clean(self):
        cleaned = super().clean()
        _check_due(self, self.item.plan)
        return cleaned


class CancelItemForm(ReasonForm):
    free_text = ("reason", "document")
    document = text_field(_("Decision of the body that decided the plan"), 60)


class WordForm(CheckedTextForm):
    free_text = ("text",)
    text = optional_text(_("Note"), 500, rows=2)


class OpinionForm(CheckedTextForm):
    free_text = ("text",)
    text = text_field(_("What the organ thinks of the draft"), 500, rows=4)


class DeliberateForm(WordForm):
    deliberated_on = day_field(_("Day of the meeting"))
    field_order = ["deliberated_on", "text"]

    def clean_deliberated_on(self):
        return not_future(self, "deliberated_on")


class DecideForm(CheckedTextForm):
    free_text = ("decided_in",)
    decided_in = text_field(_("Decided by"), 60, _("The leading group, the Party committee …"))
    decided_on = day_field(_("Day of the meeting"))

    def clean_decided_on(self):
        return not_future(self, "decided_on")


class IssueForm(CheckedTextForm):
    free_text = ("document",)
    document = text_field(_("Document number"), 60)
    issued_on = day_field(pgettext_lazy("plans", "Issued on"))

    def clean_issued_on(self):
        return not_future(self, "issued_on")


class SummaryForm(CheckedTextForm):
    free_text = ("summary",)
    summary = text_field(_("Summary"), 2_000, rows=8)


class SentenceForm(CheckedTextForm):
    free_text = ("text",)
    text = text_field(_("How it stands, in one sentence"), SENTENCE, rows=2)


class ItemDoneForm(CheckedTextForm):
    free_text = ("text",)
    done_on = day_field(_("Done on"))
    text = text_field(_("By what it is seen"), 300, rows=2)

    def clean_done_on(self):
        return not_future(self, "done_on")
