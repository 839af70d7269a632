"""Duties: plans to approve, places to look at, facts to answer, findings, notices and reviews."""

from operator import attrgetter

from django.utils.translation import gettext_lazy as _

from oversight.models import (
    Finding,
    InspectedOrgan,
    InspectedRow,
    Inspection,
    Objection,
    RectificationNotice,
)
from oversight.models.findings import FindingState
from oversight.models.inspections import InspectionState
from portal.duties.duty import Duty, OrganReach, Own, Told, by_deadline, item, register, soonest
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P


def _in_state(state):
    return lambda on: Inspection.objects.filter(state=state)


def _to_verify(on):
    rows = Finding.objects.filter(state=FindingState.NOTED)
    return rows.filter(inspection__state=InspectionState.CHECKING)


def _rows_of(on):
    """Inspections with drawn units or matters that nobody has looked at."""
    waiting = InspectedRow.objects.to_look_at(on).order_by().values("inspection")
    return Inspection.objects.filter(pk__in=waiting)


def _days(inspection):
    return f"{inspection.organ.label} · {inspection.starts_on:%m-%d} – {inspection.ends_on:%m-%d}"


def _of_inspection(record):
    return f"{record.inspection.title} · {record.organ.label}"


def _with_inspection(rows):
    return rows.select_related("inspection", "organ").defer("inspection__frame_file")


def _for_list(rows):
    return rows.for_list()


def _finding_of(objection):
    return objection.finding.title


register(
    Area.EVALUATION,
    Noun("inspection", names_of(Inspection, "title"), "oversight:inspection"),
    Noun("inspection_finding", names_of(Finding, "title"), "oversight:finding"),
    Duty(
        code="inspection_approval",
        title=_("Inspections to approve"),
        act=_("Look and decide"),
        records=_in_state(InspectionState.SUBMITTED),
        whose=Own("approver__user", P.SEE_PEOPLE),
        load=_for_list,
        item=item("title", _days, due="starts_on"),
        sort=soonest("starts_on"),
        is_approval=True,
        told=Told(_("An inspection is to be approved"), "inspection", due="starts_on"),
    ),
    Duty(
        code="inspection_look",
        title=_("Inspections that I head: places not looked at yet"),
        act=_("Open it"),
        records=_rows_of,
        whose=Own("head__user", P.SEE_PEOPLE),
        load=_for_list,
        item=item("title", _days, due="ends_on"),
        sort=by_deadline("ends_on"),
        told=Told(_("An inspection has places to look at"), "inspection", due="ends_on"),
    ),
    Duty(
        code="inspection_conclude",
        title=_("Inspections to conclude"),
        act=_("Open it"),
        records=_in_state(InspectionState.CHECKING),
        whose=Own("approver__user", P.SEE_PEOPLE),
        load=_for_list,
        item=item("title", _days, due="ends_on"),
        sort=by_deadline("ends_on"),
    ),
    Duty(
        code="inspection_facts",
        title=_("Facts of inspections to answer"),
        act=_("Answer the facts"),
        records=InspectedOrgan.objects.to_answer,
        whose=OrganReach(P.ANSWER_INSPECTIONS),
        load=_with_inspection,
        item=item(
            attrgetter("inspection.title"),
            attrgetter("organ.label"),
            "oversight:answer_facts",
            due="due_on",
        ),
        sort=by_deadline("due_on"),
        told=Told(
            _("Facts of an inspection are to be answered"),
            "inspection",
            about="inspection",
            due="due_on",
        ),
    ),
    Duty(
        code="finding_verify",
        title=_("Findings to verify"),
        act=_("Open it"),
        records=_to_verify,
        whose=Own("inspection__head__user", P.SEE_PEOPLE),
        load=_with_inspection,
        item=item("title", _of_inspection, due="found_on"),
        sort=by_deadline("found_on"),
    ),
    Duty(
        code="notice_sign",
        title=_("Notices of rectification to sign for"),
        act=_("Open it"),
        records=RectificationNotice.objects.to_sign_for,
        whose=OrganReach(P.ANSWER_INSPECTIONS),
        load=_with_inspection,
        item=item(attrgetter("inspection.title"), attrgetter("organ.label"), due="due_on"),
        sort=by_deadline("due_on"),
        told=Told(
            _("A notice of rectification was issued"),
            "inspection",
            about="inspection",
            due="due_on",
        ),
    ),
    Duty(
        code="finding_report",
        title=_("Findings to put right"),
        act=_("Report what was done"),
        records=Finding.objects.to_report,
        whose=OrganReach(P.ANSWER_INSPECTIONS),
        load=_with_inspection,
        item=item("title", _of_inspection, "oversight:report_rectification", due="due_on"),
        sort=by_deadline("due_on"),
        told=Told(_("A finding is to be put right"), "inspection_finding", due="due_on"),
    ),
    Duty(
        code="finding_recheck",
        title=_("Findings to re-check"),
        act=_("Open it"),
        records=Finding.objects.to_recheck,
        whose=OrganReach(P.LEAD_INSPECTIONS, to="inspection__organ") - Own("found_by"),
        load=_with_inspection,
        item=item("title", _of_inspection, due="due_on"),
        sort=by_deadline("due_on"),
        told=Told(_("A finding is to be re-checked"), "inspection_finding", due="due_on"),
    ),
    Duty(
        code="finding_review",
        title=_("Reviews of findings to decide"),
        act=_("Open it"),
        records=Objection.objects.open,
        whose=OrganReach(P.REVIEW_INSPECTIONS, to="finding__inspection__organ")
        - Own("finding__found_by")
        - Own("finding__inspection__written_by")
        - Own("finding__inspection__concluded_by"),
        load=lambda rows: rows.select_related("finding__organ"),
        item=item(_finding_of, attrgetter("finding.organ.label"), due="due_on"),
        sort=by_deadline("due_on"),
        is_approval=True,
        told=Told(
            _("A review of a finding is asked for"),
            "inspection_finding",
            about="finding",
            due="due_on",
        ),
    ),
    use="inspection",
)
