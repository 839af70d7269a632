"""Forms on topics."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models import StayReport
from outreach.models.matters import Category
from portal.pages.forms import (
    add_refusal,
    check_period,
    choice_field,
    day_field,
    optional_picker,
    picker_field,
    ticks_field,
)
from portal.pages.text_forms import CheckedTextForm, optional_text, text_field
from portal.tools.asked import whole_number
from research.models.topics import Method, TopicSource
from research.rules import topics as rules

MOST_MEMBERS = 30


class _PlanFields(CheckedTextForm):
    """What is studied, by whom, how and when."""

    free_text = ("title", "duties", "outline")
    title = text_field(pgettext_lazy("research", "Topic"), 60)
    outline = optional_text(_("Outline"), 5_000, _("What is to be found out, and where."), rows=5)
    duties = optional_text(_("Duties of the organ that it serves"), 200)
    leader = picker_field("cadre", _("Head of the group"))
    members = optional_picker("cadre", pgettext_lazy("research", "Members"), multiple=True)
    methods = ticks_field(_("Methods"), Method.choices, missing=_("Choose at least one method."))
    starts_on = day_field(_("From"))
    ends_on = day_field(_("To"))

    def clean_members(self):
        members = self.cleaned_data["members"] or []
        if len(members) > MOST_MEMBERS:
            said = _("At most %(n)s members; keep the group small.")
            raise ValidationError(said % {"n": MOST_MEMBERS})
        return members

    def clean(self):
        cleaned = super().clean()
        check_period(self)
        # The head of the group is not listed again as a member.
        leader = cleaned.get("leader")
        cleaned["members"] = [one for one in cleaned.get("members") or [] if one != leader]
        return cleaned


class TopicForm(_PlanFields):
    source = choice_field(pgettext_lazy("research", "Source"), TopicSource.choices)
    category = choice_field(
        _("Category of the ledger"), Category.choices, empty=pgettext_lazy("research", "none")
    )
    stay_report = forms.IntegerField(widget=forms.HiddenInput, required=False)
    lead_organ = optional_picker(
        "organ", pgettext_lazy("research", "Lead organ"), _("Left empty: your own organ.")
    )
    field_order = ["title", "source", "category", "outline"]

    def __init__(self, *args, topic=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.topic = topic
        if report := self._report(self["stay_report"].value()):
            said = _("It starts from the stay report “%(title)s”.")
            self.fields["source"].help_text = said % {"title": report.title}

    def _report(self, pk):
        """Return the stay report from which the topic starts, if the user may read it."""
        pk = whole_number(str(pk or ""))
        return pk and StayReport.objects.visible_to(self.user).filter(pk=pk).first()

    def clean_stay_report(self):
        return self._report(self.cleaned_data["stay_report"])

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("source") == TopicSource.RECURRING and not cleaned.get("category"):
            self.add_error("category", _("Choose the category that recurs in the ledger."))
        organ = cleaned.get("lead_organ")
        organ = organ or (self.topic.lead_organ if self.topic else self.user.organ)
        cleaned["lead_organ"] = organ
        if organ is None:
            self.add_error("lead_organ", _("Choose the lead organ."))
        elif not self.has_error("lead_organ"):
            add_refusal(self, "lead_organ", rules.may_lead_for(self.user, organ))
        return cleaned


class PlanForm(_PlanFields):
    """A change of a decided plan, with its reason."""

    free_text = ("title", "duties", "outline", "reason")
    outline = text_field(_("Outline"), 5_000, rows=5)
    reason = text_field(_("Why the plan is changed"), 200, rows=2)


class DecisionForm(CheckedTextForm):
    """会议日期 or 文号."""

    free_text = ("decision",)
    decided_on = day_field(_("Day of the meeting"), required=False)
    decision = optional_text(_("Document number"), 60)

    def clean_decided_on(self):
        day = self.cleaned_data["decided_on"]
        if day and day > self.user.today:
            raise ValidationError(_("This day lies in the future."))
        return day

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned.get("decided_on") and not cleaned.get("decision"):
            raise ValidationError(_("Write the day of the meeting or the document."))
        return cleaned


class WordForm(CheckedTextForm):
    """An optional remark."""

    free_text = ("text",)
    text = optional_text(_("Note"), 500, rows=2)
