"""Acts on plans, their tasks and the sentences of a quarter."""

from operator import attrgetter

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.actions import plans as actions
from oversight.forms import plans as forms
from oversight.models import PlanItem, QuarterNote, WorkPlan
from oversight.models.plans import last_quarter
from oversight.rules import plans as rules
from portal.acts.undoing import taking_back
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen

PLAN = ("kind", "title", "first_year", "last_year", "above", "goals", "organ")
CHARGE = ("first_in_charge", "in_charge")
ITEM = (
    "point",
    "task",
    "steps_taken",
    "goal",
    "measure",
    "target",
    "counted_of",
    "official",
    "lead_organ",
    "person",
    "due_on",
)


@seen
def visible_plan(user):
    return WorkPlan.objects.visible_to(user).select_related(
        "organ__division", "first_in_charge__organ", "in_charge__organ", "above", "written_by"
    )


@seen
def visible_item(user):
    return PlanItem.objects.visible_to(user).select_related(
        "plan__organ__division", "lead_organ__division", "official__organ", "person__organ"
    )


@seen
def visible_note(user):
    return QuarterNote.objects.visible_to(user).select_related(
        "item__plan__organ__division", "item__lead_organ", "written_by"
    )


crumbs = crumbs_under(_("Plans"), "oversight:plans", attrgetter("title"))


def item_crumbs(item, label=""):
    plan = item.plan
    before = [*crumbs(plan)[:-1], (plan.title, plan.get_absolute_url())]
    if not label:
        return [*before, (item.task, "")]
    return [*before, (item.task, item.get_absolute_url()), (label, "")]


def _as_drafted(user, plan):
    return {name: getattr(plan, name) for name in (*PLAN, *CHARGE)}


def _as_written(user, item):
    organs = list(item.organs.order_by("sort_order", "pk"))
    return {name: getattr(item, name) for name in ITEM} | {"organs": organs}


def _as_it_stands(user, item):
    return {name: getattr(item, name) for name in ("goal", "target", "due_on")}


def _of_quarter(user, item):
    year, quarter = last_quarter(user.today)
    note = item.notes.filter(year=year, quarter=quarter).first()
    return {"text": note.text} if note else {}


PLANS = Acts(
    "oversight",
    "plan",
    "oversight/plans/<int:pk>/",
    visible_plan,
    crumbs,
    listing="oversight:plans",
    starts=(
        Act(
            "new_plan",
            _("Draft a plan"),
            rules.may_draft_plans,
            actions.draft_plan,
            forms.PlanForm,
            "oversight/plans/new/",
            submit=_("Keep and look at it"),
            audit={"plan.drafted": _("Plan drafted")},
            undo="drop_plan",
        ),
    ),
    acts=(
        Act(
            "add_plan_item",
            _("Add a task"),
            rules.may_add_item,
            actions.add_item,
            forms.AddItemForm,
            "items/new/",
            about=True,
            submit=_("Keep it"),
            primary=True,
            then=lambda plan, _item: plan,
            audit={"plan_item.added": _("Task added to a plan")},
        ),
        Act(
            "hear_plan",
            _("Hear the organs"),
            rules.may_hear_plan,
            actions.hear_plan,
            forms.WordForm,
            "hear/",
            intro=_("The organs that its tasks name read the draft and say what they think."),
            audit={"plan.heard": _("Draft of a plan sent to the organs")},
        ),
        Act(
            "say_plan_opinion",
            _("Say what we think"),
            rules.may_say_opinion,
            actions.say_opinion,
            forms.OpinionForm,
            "opinion/",
            primary=True,
            audit={"plan.said": _("Opinion on a plan given")},
        ),
        Act(
            "deliberate_plan",
            _("Note the deliberation"),
            rules.may_deliberate_plan,
            actions.deliberate_plan,
            forms.DeliberateForm,
            "deliberate/",
            primary=True,
            audit={"plan.delib": _("Plan deliberated")},
            undo="take_back_plan_step",
        ),
        Act(
            "decide_plan",
            _("Note the decision"),
            rules.may_record_plan_decision,
            actions.decide_plan,
            forms.DecideForm,
            "decide/",
            primary=True,
            intro=_("From then on only this body changes its tasks."),
            audit={"plan.decided": _("Plan decided")},
        ),
        Act(
            "issue_plan",
            pgettext_lazy("plans", "Issue it"),
            rules.may_issue_plan,
            actions.issue_plan,
            forms.IssueForm,
            "issue/",
            primary=True,
            intro=_("All organs of the area read it; what can be counted is counted at once."),
            audit={"plan.issued": _("Plan issued")},
        ),
        Act(
            "count_plan",
            _("Count now"),
            rules.may_count_plan,
            actions.count_plan,
            path="count/",
            audit={"plan.counted": _("Tasks of a plan counted")},
        ),
        Act(
            "sum_up_plan",
            _("Sum it up"),
            rules.may_sum_up_plan,
            actions.sum_up_plan,
            forms.SummaryForm,
            "sum-up/",
            audit={"plan.summed_up": _("Plan summed up")},
            undo="take_back_plan_step",
        ),
        Act(
            "archive_plan",
            pgettext_lazy("plans", "Put it into the archive"),
            rules.may_archive_plan,
            actions.archive_plan,
            path="archive/",
            audit={"plan.archived": _("Plan put into the archive")},
            undo="take_back_plan_step",
        ),
        Act(
            "change_work_plan",
            pgettext_lazy("plans", "Change the draft"),
            rules.may_change_plan,
            actions.change_plan,
            forms.PlanForm,
            "edit/",
            about=True,
            initial=_as_drafted,
            submit=_("Keep and look at it"),
            audit={"plan.changed": _("Draft of a plan changed")},
        ),
        Act(
            "send_plan_back",
            pgettext_lazy("plans", "Send it back"),
            rules.may_send_plan_back,
            actions.send_plan_back,
            ReasonForm,
            "send-back/",
            audit={"plan.sent_back": _("Plan sent back to be changed")},
        ),
        Act(
            "drop_plan",
            pgettext_lazy("plans", "Discard"),
            rules.may_drop_plan,
            actions.drop_plan,
            path="drop/",
            confirm=_("Discard this draft?"),
            then=lambda _plan, _none: "oversight:plans",
            audit={"plan.dropped": _("Draft of a plan discarded")},
        ),
        taking_back(
            "take_back_plan_step",
            "plan.taken_back",
            lock=actions.locked_plan,
            supervises=rules.supervises_step,
        ),
    ),
)

ITEMS = Acts(
    "oversight",
    "item",
    "oversight/items/<int:pk>/",
    visible_item,
    item_crumbs,
    acts=(
        Act(
            "say_quarter",
            _("Say how it stands"),
            rules.may_say_quarter,
            actions.say_quarter,
            forms.SentenceForm,
            "sentence/",
            initial=_of_quarter,
            submit=_("Keep it"),
            intro=_("One sentence on the last quarter; no figures that nobody counted."),
            primary=True,
            audit={"quarter_note.said": _("Sentence on a task of a plan written")},
        ),
        Act(
            "change_plan_item",
            _("Change the task"),
            rules.may_change_item,
            actions.change_item,
            forms.ChangeItemForm,
            "edit/",
            about=True,
            initial=_as_written,
            submit=_("Keep it"),
            audit={"plan_item.changed": _("Task of a plan changed")},
        ),
        Act(
            "note_item_done",
            pgettext_lazy("plans", "Note it as done"),
            rules.may_note_item_done,
            actions.note_item_done,
            forms.ItemDoneForm,
            "done/",
            audit={"plan_item.done": _("Task of a plan noted as done")},
            undo="reopen_item",
        ),
        Act(
            "reopen_item",
            _("It is not done yet"),
            rules.may_reopen_item,
            actions.reopen_item,
            ReasonForm,
            "reopen/",
            audit={"plan_item.reopened": _("Task of a plan is not done yet")},
        ),
        Act(
            "adjust_item",
            _("Note an adjustment"),
            rules.may_adjust_item,
            actions.adjust_item,
            forms.AdjustForm,
            "adjust/",
            about=True,
            initial=_as_it_stands,
            intro=_("Only the body that decided the plan adjusts it."),
            audit={"plan_item.adjusted": _("Task of a plan adjusted")},
        ),
        Act(
            "cancel_item",
            _("Note that it is cancelled"),
            rules.may_adjust_item,
            actions.cancel_item,
            forms.CancelItemForm,
            "cancel/",
            intro=_("Only the body that decided the plan adjusts it."),
            audit={"plan_item.cancelled": _("Task of a plan cancelled")},
        ),
        Act(
            "drop_item",
            _("Take the task out"),
            rules.may_change_item,
            actions.drop_item,
            path="drop/",
            confirm=_("Take this task out of the draft?"),
            then=lambda item, _none: item.plan,
            audit={"plan_item.dropped": _("Task taken out of a plan")},
        ),
    ),
)

NOTES = Acts(
    "oversight",
    "note",
    "oversight/notes/<int:pk>/",
    visible_note,
    item_crumbs,
    page=attrgetter("item"),
    acts=(
        Act(
            "review_note",
            _("Note as reviewed"),
            rules.may_review_note,
            actions.review_note,
            path="review/",
            audit={"quarter_note.reviewed": _("Sentence on a task reviewed")},
        ),
        Act(
            "send_note_back",
            pgettext_lazy("plans", "Send the sentence back"),
            rules.may_review_note,
            actions.send_note_back,
            ReasonForm,
            "send-back/",
            then=lambda note, _none: note.item,
            audit={"quarter_note.sent_back": _("Sentence on a task sent back")},
        ),
    ),
)
