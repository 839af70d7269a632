"""Forms on the register of supervision."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.forms.matters import find_by_number
from outreach.models import AnalysisMeeting, Matter, MeetingDecision, SupervisionOrder
from oversight.models import PlanItem
from oversight.models.supervision import EntrySource
from oversight.rules import supervision as rules
from pairing.models import ProminentProblem
from portal.models.text import shown
from portal.pages.forms import (
    add_refusal,
    choice_field,
    day_field,
    not_future,
    not_past,
    number_field,
    optional_picker,
    picker_field,
)
from portal.pages.text_forms import CheckedTextForm, ReasonForm, optional_text, text_field
from portal.tools.asked import whole_number

MOST_ORGANS = 30


def _order(user, pk):
    rows = SupervisionOrder.objects.filter(matter__in=Matter.objects.visible_to(user).values("pk"))
    return rows.select_related("matter__lead_organ", "leader__cadre").filter(pk=pk).first()


def _decision(user, pk):
    meetings = AnalysisMeeting.objects.visible_to(user).order_by().values("pk")
    rows = MeetingDecision.objects.standing().filter(meeting__in=meetings)
    return rows.select_related("meeting", "organ").filter(pk=pk).first()


def _problem(user, pk):
    rows = ProminentProblem.objects.visible_to(user).select_related("organ", "official")
    return rows.filter(pk=pk).first()


def _item(user, pk):
    rows = PlanItem.objects.visible_to(user).select_related("lead_organ", "official", "plan")
    return rows.in_force().filter(pk=pk).first()


FOUND = {"order": _order, "decision": _decision, "problem": _problem, "item": _item}


def origin_in(user, query):
    """Return (name, record) of the origin named in the query, if the user may read it, else
    None."""
    for name, find in FOUND.items():
        pk = whole_number(str(query.get(name) or ""))
        if pk and (found := find(user, pk)):
            return name, found
    return None


def _leader_of(order):
    return getattr(order.leader, "cadre", None)


def filled_from(name, one):
    """Return the initial values of an entry with this origin."""
    if name == "order":
        return {
            "source": EntrySource.INSTRUCTION,
            "leader": _leader_of(one),
            "given_on": timezone.localdate(one.issued_at),
            "occasion": one.matter.number_label,
            "title": shown(one.matter.title)[:80],
            "content": shown(one.instruction)[:500],
            "lead_organ": one.matter.lead_organ,
            "due_on": one.due_on,
        }
    if name == "decision":
        return {
            "source": EntrySource.MEETING,
            "given_on": one.meeting.held_on,
            "title": shown(one.text)[:80],
            "content": shown(one.text)[:500],
            "lead_organ": one.organ,
            "due_on": one.due_on,
        }
    if name == "problem":
        return {
            "source": EntrySource.PROBLEM,
            "given_on": one.lifted_on,
            "title": shown(one.title)[:80],
            "content": shown(one.why)[:500],
            "lead_organ": one.organ,
            "official": one.official,
        }
    return {
        "source": EntrySource.PLAN,
        "given_on": one.plan.issued_on,
        "occasion": one.plan.title,
        "title": shown(one.task)[:80],
        "content": shown(one.goal)[:500],
        "lead_organ": one.lead_organ,
        "official": one.official,
        "due_on": one.due_on,
    }


class _Grounded(CheckedTextForm):
    """The origin of an entry: a record in the portal, or words."""

    source = choice_field(pgettext_lazy("supervision", "Source"), EntrySource.choices)
    given_on = day_field(_("Given on"))
    occasion = text_field(
        _("Meeting, document or occasion"), 80, _("As it stands in the minutes or on the paper.")
    )
    matter = text_field(_("Number of the matter, if it stands in the ledger"), 20, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in FOUND:
            self.fields[name] = forms.IntegerField(
                widget=forms.HiddenInput, required=False, initial=self.initial.get(name)
            )

    def clean_given_on(self):
        return not_future(self, "given_on")

    def clean_matter(self):
        typed = self.cleaned_data["matter"]
        if not typed:
            return None
        matter = find_by_number(self.user, typed)
        if matter is None:
            raise ValidationError(_("No matter of yours has this number."))
        return matter

    def clean(self):
        cleaned = super().clean()
        origin = origin_in(self.user, cleaned)
        about = {origin[0]: origin[1]} if origin else {}
        matter = cleaned.get("matter")
        if "order" in about:
            matter = about["order"].matter
        if matter:
            about["matter"] = matter
        self.about = about
        return cleaned

    def content(self):
        """Return the keyword arguments of the action."""
        typed = {name: value for name, value in self.cleaned_data.items() if name not in FOUND}
        typed.pop("matter", None)
        return typed | {"about": self.about}


class _EntryFields(CheckedTextForm):
    leader = optional_picker("cadre", _("Instructing leader"))
    title = text_field(pgettext_lazy("supervision", "Matter"), 80)
    content_text = text_field(_("What was instructed or decided"), 500, rows=3)
    lead_organ = picker_field("organ", pgettext_lazy("supervision", "Lead organ"))
    organs = optional_picker("organ", _("Helping organs"), multiple=True)
    official = optional_picker("cadre", _("Responsible leader"))
    due_on = day_field(pgettext_lazy("supervision", "Until"))
    report_days = number_field(_("Reports every so many days"), 1, 31, _("At least monthly."))

    def clean_due_on(self):
        return not_past(self, "due_on")

    def clean_organs(self):
        organs = self.cleaned_data["organs"] or []
        if len(organs) > MOST_ORGANS:
            raise ValidationError(_("At most %(n)s organs.") % {"n": MOST_ORGANS})
        return organs

    def clean(self):
        cleaned = super().clean()
        lead = cleaned.get("lead_organ")
        cleaned["organs"] = [one for one in cleaned.get("organs") or [] if one != lead]
        return cleaned

    def _check_leader(self, source):
        if source == EntrySource.INSTRUCTION and not self.cleaned_data.get("leader"):
            self.add_error("leader", _("Name the leader who gave the instruction."))


class ProposeForm(_EntryFields, _Grounded):
    free_text = ("title", "content_text", "occasion")
    organ = optional_picker("organ", _("Desk that keeps it"), _("Left empty: your own organ."))
    field_order = [
        "source",
        "leader",
        "given_on",
        "occasion",
        "title",
        "content_text",
        "lead_organ",
        "organs",
        "official",
        "due_on",
        "report_days",
        "matter",
        "organ",
    ]

    def __init__(self, *args, **kwargs):
        initial = dict(kwargs.get("initial") or {})
        initial.setdefault("report_days", 30)
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        origin = origin_in(self.user, {name: self[name].value() for name in FOUND})
        if origin and not self.is_bound:
            given = filled_from(*origin)
            self.initial = {**given, "content_text": given["content"], **self.initial}

    def clean(self):
        cleaned = super().clean()
        cleaned["organ"] = organ = cleaned.get("organ") or self.user.organ
        if organ is None:
            self.add_error("organ", _("Choose the desk."))
        elif not self.has_error("organ"):
            add_refusal(self, "organ", rules.may_keep_for(self.user, organ))
        self._check_leader(cleaned.get("source"))
        add_refusal(self, None, rules.may_follow(self.about))
        return cleaned

    def content(self):
        typed = super().content()
        typed["content"] = typed.pop("content_text")
        return typed


class ChangeEntryForm(_EntryFields):
    free_text = ("title", "content_text")

    def __init__(self, *args, entry, **kwargs):
        super().__init__(*args, **kwargs)
        self.entry = entry

    def clean(self):
        cleaned = super().clean()
        self._check_leader(self.entry.source)
        return cleaned

    def content(self):
        typed = dict(self.cleaned_data)
        typed["content"] = typed.pop("content_text")
        return typed


class JoinForm(_Grounded):
    free_text = ("occasion",)

    def __init__(self, *args, entry, **kwargs):
        super().__init__(*args, **kwargs)
        self.entry = entry

    def clean(self):
        cleaned = super().clean()
        add_refusal(self, None, rules.may_add_ground(self.entry, self.about))
        return cleaned


class NoteForm(CheckedTextForm):
    free_text = ("text",)
    text = optional_text(_("Note"), 500, rows=2)


class ReportForm(CheckedTextForm):
    free_text = ("text",)
    text = text_field(_("What was done since"), 500, rows=4)


class ResultForm(CheckedTextForm):
    free_text = ("text",)
    text = text_field(_("The result"), 500, rows=4)


class UrgeForm(CheckedTextForm):
    free_text = ("text",)
    text = text_field(_("What is asked for"), 300, rows=2)


class LaterForm(ReasonForm):
    due_on = day_field(_("New day"))
    field_order = ["due_on", "reason"]

    def clean_due_on(self):
        return not_past(self, "due_on")


class OpinionForm(CheckedTextForm):
    free_text = ("opinion",)
    opinion = text_field(_("Opinion of the review"), 300, rows=3)
