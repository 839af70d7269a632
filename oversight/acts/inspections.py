"""Acts on an inspection, on what was drawn, and on the facts that an organ checks."""

from operator import attrgetter

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.actions import findings as finding_actions
from oversight.actions import inspections as actions
from oversight.forms import inspections as forms
from oversight.models import InspectedOrgan, InspectedRow, Inspection
from oversight.rules import inspections as rules
from portal import parameters
from portal.acts.undoing import taking_back
from portal.days import workdays
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen


@seen
def visible_inspection(user):
    return Inspection.objects.visible_to(user).select_related(
        "organ__division",
        "area",
        "head__organ",
        "approver__organ",
        "written_by",
        "concluded_by",
    )


crumbs = crumbs_under(_("Inspections"), "oversight:inspections", attrgetter("title"))


def _begun(user, inspection):
    """Initial values of a notice."""
    count = parameters.number("inspection.rectify_wd", on=user.today)
    return {"due_on": workdays.add_working_days(user.today, count)}


INSPECTIONS = Acts(
    "oversight",
    "inspection",
    "inspections/<int:pk>/",
    visible_inspection,
    crumbs,
    listing="oversight:inspections",
    starts=(
        Act(
            "plan_inspection",
            _("Plan an inspection"),
            rules.may_plan_inspections,
            actions.plan_inspection,
            forms.InspectionForm,
            "inspections/new/",
            submit=_("Keep and look at it"),
            audit={"inspection.planned": _("Inspection planned")},
            undo="drop_inspection",
        ),
    ),
    acts=(
        Act(
            "approve_inspection",
            pgettext_lazy("inspections", "Approve"),
            rules.may_approve_inspection,
            actions.approve_inspection,
            forms.WordForm,
            "approve/",
            intro=attrgetter("title"),
            primary=True,
            audit={"inspection.approved": _("Inspection approved")},
        ),
        Act(
            "submit_inspection",
            _("Submit for approval"),
            rules.may_submit_inspection,
            actions.submit_inspection,
            path="submit/",
            primary=True,
            audit={"inspection.submitted": _("Inspection submitted for approval")},
        ),
        Act(
            "freeze_frame",
            _("Freeze the frame"),
            rules.may_freeze,
            actions.freeze_frame,
            path="freeze/",
            primary=True,
            confirm=_("Freeze it? Frame and number do not change afterwards."),
            audit={"inspection.frozen": _("Frame of an inspection frozen")},
        ),
        Act(
            "enter_inspection_seed",
            _("Enter the seed and draw"),
            rules.may_enter_seed,
            actions.enter_seed,
            forms.SeedForm,
            "seed/",
            primary=True,
            intro=_("Thrown after the frame was frozen, before a witness from outside."),
            audit={"inspection.drawn": _("Sample of an inspection drawn")},
        ),
        Act(
            "begin_inspection",
            pgettext_lazy("oversight", "Begin"),
            rules.may_begin,
            actions.begin_inspection,
            path="begin/",
            primary=True,
            audit={"inspection.begun": _("Inspection begun")},
            undo="take_back_inspection_step",
        ),
        Act(
            "find_problem",
            _("Write a finding down"),
            rules.may_find,
            finding_actions.record_finding,
            forms.FindingForm,
            "findings/new/",
            about=True,
            submit=_("Save"),
            intro=_("A finding has facts and a basis. It names an organ, never a person."),
            primary=True,
            then=lambda inspection, _finding: inspection,
            audit={"finding.recorded": _("Finding of an inspection written down")},
        ),
        Act(
            "add_inspection_note",
            _("Add guidance or a good practice"),
            rules.may_note,
            actions.add_note,
            forms.NoteForm,
            "notes/new/",
            about=True,
            submit=_("Save"),
            audit={"inspection.note_added": _("Guidance or good practice added")},
        ),
        Act(
            "send_facts",
            _("Let the organs check the facts"),
            rules.may_send_facts,
            actions.send_facts,
            path="facts/",
            confirm=_("From here the inspected organs see what was found about them. Go on?"),
            audit={"inspection.facts_sent": _("Facts sent to the inspected organs")},
        ),
        Act(
            "conclude_inspection",
            pgettext_lazy("inspections", "Conclude"),
            rules.may_conclude,
            actions.conclude_inspection,
            forms.ConclusionForm,
            "conclude/",
            primary=True,
            audit={"inspection.concluded": _("Inspection concluded")},
            undo="take_back_inspection_step",
        ),
        Act(
            "feed_back",
            _("Feed the conclusion back"),
            rules.may_give_feedback,
            actions.give_feedback,
            forms.WordForm,
            "feedback/",
            primary=True,
            intro=_("From today the days run in which a review can be asked for."),
            audit={"inspection.fed_back": _("Conclusion of an inspection fed back")},
        ),
        Act(
            "issue_notice",
            _("Issue a notice of rectification"),
            rules.may_issue_notices,
            finding_actions.issue_notice,
            forms.NoticeForm,
            "notices/new/",
            about=True,
            initial=_begun,
            submit=_("Issue it"),
            intro=_("About all confirmed findings of the organ that wait for one."),
            primary=True,
            then=lambda _inspection, notice: notice,
            audit={"inspection.notice_issued": _("Notice of rectification issued")},
        ),
        Act(
            "complete_inspection",
            pgettext_lazy("inspections", "Complete it"),
            rules.may_complete,
            actions.complete_inspection,
            path="complete/",
            audit={"inspection.done": _("Inspection completed")},
            undo="take_back_inspection_step",
        ),
        Act(
            "archive_inspection",
            pgettext_lazy("inspections", "Put it into the archive"),
            rules.may_archive_inspection,
            actions.archive_inspection,
            path="archive/",
            audit={"inspection.archived": _("Inspection put into the archive")},
            undo="take_back_inspection_step",
        ),
        Act(
            "change_inspection",
            _("Change the plan"),
            rules.may_change_inspection,
            actions.change_inspection,
            forms.InspectionForm,
            "edit/",
            about=True,
            initial=forms.as_planned,
            submit=_("Keep and look at it"),
            audit={"inspection.changed": _("Plan of an inspection changed")},
        ),
        Act(
            "send_back_inspection",
            pgettext_lazy("inspections", "Send it back"),
            rules.may_send_back_inspection,
            actions.send_back_inspection,
            ReasonForm,
            "send-back/",
            audit={"inspection.sent_back": _("Plan of an inspection sent back")},
        ),
        Act(
            "cancel_inspection",
            pgettext_lazy("inspections", "Cancel it"),
            rules.may_cancel_inspection,
            actions.cancel_inspection,
            ReasonForm,
            "cancel/",
            audit={"inspection.cancelled": _("Inspection cancelled")},
            undo="take_back_inspection_step",
        ),
        Act(
            "drop_inspection",
            _("Discard"),
            rules.may_drop_inspection,
            actions.drop_inspection,
            path="drop/",
            confirm=_("Discard this draft?"),
            then=lambda _inspection, _none: "oversight:inspections",
            audit={"inspection.dropped": _("Draft of an inspection discarded")},
        ),
        taking_back(
            "take_back_inspection_step",
            "inspection.taken_back",
            lock=actions.locked_inspection,
            supervises=rules.supervises_step,
            noun="inspection",
            still=rules.nothing_followed,
        ),
    ),
)


def visible_row(user, pk):
    rows = InspectedRow.objects.visible_to(user)
    rows = rows.for_page().select_related("inspection__head__organ", "inspection__organ")
    return get_object_or_404(rows, pk=pk)


def _row_crumbs(row, *more):
    return crumbs(row.inspection, *more)


def _as_looked(user, row):
    names = ("looked_on", "way", "seen", "said", "note")
    known = {name: getattr(row, name) for name in names}
    return known if row.is_looked_at else {"looked_on": user.today}


ROWS = Acts(
    "oversight",
    "row",
    "inspections/drawn/<int:pk>/",
    visible_row,
    _row_crumbs,
    acts=(
        Act(
            "record_look",
            _("Write down what was found"),
            rules.may_look,
            actions.record_look,
            forms.LookForm,
            "look/",
            about=True,
            initial=_as_looked,
            intro=attrgetter("label"),
            submit=_("Save"),
            then=lambda row, _done: row,
            audit={"inspection.looked": _("What was found at a drawn place written down")},
        ),
    ),
)


def visible_asked(user, pk):
    rows = InspectedOrgan.objects.visible_to(user)
    related = ("organ__division", "inspection__organ__division")
    return get_object_or_404(rows.select_related(*related), pk=pk)


def _asked_crumbs(asked, *more):
    return crumbs(asked.inspection, *more)


ASKED = Acts(
    "oversight",
    "asked",
    "inspections/facts/<int:pk>/",
    visible_asked,
    _asked_crumbs,
    acts=(
        Act(
            "answer_facts",
            _("Answer the facts"),
            rules.may_answer_facts,
            actions.answer_facts,
            forms.AnswerForm,
            "answer/",
            primary=True,
            intro=_("The group weighs it before it confirms a finding."),
            then=lambda asked, _done: asked,
            audit={"inspection.facts_answered": _("Facts of an inspection answered")},
        ),
    ),
)
