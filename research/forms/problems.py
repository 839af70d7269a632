"""Forms on problems found by research."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.forms.by_kind import category_field, may_be_of
from outreach.models.matters import Urgency
from outreach.rules.matters import may_register_matter
from portal.pages.forms import (
    add_refusal,
    check,
    choice_field,
    day_field,
    optional_picker,
    picker_field,
)
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field


class ProblemForm(CheckedTextForm):
    """A row of 问题责任任务清单. A responsible organ always gets a due date."""

    free_text = ("title", "shown_by", "cause", "task", "done_when")
    title = text_field(
        pgettext_lazy("research", "Problem"),
        80,
        _("What is wrong, not who says so: no names of people."),
    )
    shown_by = optional_text(_("How it shows"), 300, rows=2)
    cause = optional_text(_("Cause"), 300, rows=2)
    task = optional_text(_("Tasks and measures"), 300, rows=2)
    done_when = optional_text(_("Done when"), 200)
    lead_organ = optional_picker("organ", pgettext_lazy("research", "Lead organ"))
    responsible_organ = optional_picker("organ", pgettext_lazy("research", "Responsible organ"))
    person = optional_picker("cadre", _("Responsible person"))
    due_on = day_field(pgettext_lazy("research", "Until"), required=False)

    def clean(self):
        cleaned = super().clean()
        organ = cleaned.get("responsible_organ")
        if organ and not cleaned.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Say until when."))
        if cleaned.get("person") and not organ and "responsible_organ" not in self.errors:
            self.add_error("responsible_organ", _("Name the organ that answers for it."))
        return cleaned


class MatterForm(CheckedTextForm):
    """Place and category of the matter; its words are taken from the problem."""

    free_text = ()
    unit = picker_field("unit", _("Place"))
    category = category_field(pgettext_lazy("research", "Category"))
    urgency = choice_field(_("Urgency"), Urgency.choices, initial=Urgency.NORMAL)

    def clean_unit(self):
        unit = self.cleaned_data["unit"]
        check(may_register_matter(self.user, unit))
        return unit

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("unit") and cleaned.get("category"):
            add_refusal(self, "category", may_be_of(cleaned["unit"], cleaned["category"]))
        return cleaned


class ProgressForm(CheckedTextForm):
    free_text = ("text",)
    text = text_field(_("What was done since"), 500, rows=3)


class SettleForm(ProgressForm):
    text = text_field(pgettext_lazy("research", "How it was solved"), 300, rows=3)
