"""Duties about matters, visits and notices, and the shortcuts of the front page.

Reminders of the deadlines of matters are in deadlines.py.
"""

from dataclasses import replace
from datetime import datetime, time

from django.db.models import Case, F, Q
from django.db.models import When as CaseWhen
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.duties.deadlines import DEADLINES
from outreach.models import (
    FollowUp,
    Matter,
    MatterAssignment,
    MatterCare,
    MatterRequest,
    Notice,
    SlipRemark,
    SupervisionOrder,
    VisitDraft,
)
from outreach.models.door import SlipRemarkQuerySet
from outreach.models.matters import (
    CHASED_FOR,
    MatterAssignmentQuerySet,
    MatterRequestQuerySet,
    SupervisionOrderQuerySet,
    is_given_to_nobody,
    number_of,
)
from outreach.models.notices import NoticeQuerySet, NoticeState
from outreach.moves import DONE, MOVES
from portal import parameters
from portal.days.words import short_day
from portal.duties.duty import (
    BulkAct,
    Chosen,
    Duty,
    Item,
    Own,
    Reach,
    Told,
    When,
    by_deadline,
    item,
    oldest,
    register,
    soon,
)
from portal.duties.reminders import Noun, names_of
from portal.duties.todo import Shortcut, offer
from portal.models import Cadre, FormDraft
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P
from portal.trust.access import IsAnyOf

# Labels of deadlines. That of a move must differ from that of its matter.
MATTER_DUE = _("Matter due")
# (noun, column) of rows as reminders name them: a matter, the matter of a row, a call-back.
OF_ITSELF, OF_MATTER, OF_CALL = ("matter", "pk"), ("matter", "matter_id"), ("followup", "pk")


def _where(matter, *more):
    return " · ".join(part for part in (matter.place_label, matter.number_label, *more) if part)


def _mark(matter):
    if not matter.is_chased:
        return ""
    return f"{DONE['chase']} {short_day(matter.chased_on, on=matter.chased_on)}"


def _raised(via=""):
    """Sort matters urged by the people for some days as if due on the day they were urged."""

    def when(day):
        recent = Q(**{f"{via}chased_on__gt": day - CHASED_FOR})
        return Case(CaseWhen(recent, then=F(f"{via}chased_on")))

    return when


def _about(matter, move, *more, due=None):
    """Build the row of a matter; `due` is the deadline of the move, if it has its own."""
    return Item(
        what=matter.title,
        where=_where(matter, *more),
        url=matter.get_absolute_url(),
        act_url=reverse("outreach:act", args=[matter.pk, move]),
        due=due or matter.due_on,
        chosen=matter.pk,
        matter_due=matter.due_on if due else None,
        mark=_mark(matter),
    )


def _matters(move, title, *permissions, decide="", act="", bulk=()):
    """Matters that expect one move; `rules.may` allows it for every row. With `decide` the button
    leads to the matter, where all possible moves are offered; `act` is only another label."""

    def shown(matter):
        about = _about(matter, move)
        return replace(about, act_url=about.url) if decide else about

    return Duty(
        code=move,
        title=title,
        act=decide or act or MOVES[move].label,
        records=lambda on: Matter.objects.all(),
        whose=Chosen(lambda matters, user: matters.waiting_for(user, move), *permissions),
        load=lambda rows: rows.select_related("unit", "township", "host_organ").defer(
            "request_text", "search"
        ),
        item=shown,
        sort=by_deadline("due_on"),
        raised=_raised(),
        due_label=MATTER_DUE,
        about=OF_ITSELF,
        bulk=bulk,
    )


def _begun_before(drafts, day, at):
    return drafts.filter(updated_at__lt=timezone.make_aware(datetime.combine(day, time.min)))


def _bulk(label, move):
    return (BulkAct(label, "outreach:bulk", (move,)),)


def _with_matter(rows):
    return rows.select_related("matter__unit", "matter__township", "matter__host_organ")


def _request(request):
    return _about(request.matter, "confirm", request.get_kind_display(), request.asked_by.name)


def _order(order):
    return _about(order.matter, "answer_order", order.leader.name, due=order.due_on)


def _answered_order(order):
    # The deadline applied to the answer, which has arrived.
    about = _about(order.matter, "settle_order", order.answered_by.name)
    return replace(about, due=None, matter_due=order.matter.due_on)


def _led(matter):
    url = matter.get_absolute_url()
    where = _where(matter, matter.get_status_display())
    return Item(matter.title, where, url, url, matter.due_on, mark=_mark(matter))


def _call(call):
    side = call.side.get_label_display() if call.side else ""
    url = reverse("outreach:follow_up", args=[call.pk])
    where = _where(call.matter, side)
    return Item(call.matter.title, where, url, url, call.due_on, mark=_mark(call.matter))


def _unarranged(call):
    page = reverse("outreach:follow_up", args=[call.pk])
    act = reverse("outreach:arrange_call", args=[call.pk])
    where = _where(call.matter, call.get_kind_display())
    return Item(call.matter.title, where, page, act, call.due_on, mark=_mark(call.matter))


def _remark(remark):
    matter = remark.slip.matter
    url = matter.get_absolute_url()
    where = _where(matter, remark.get_word_display())
    return Item(matter.title, where, url, url, mark=_mark(matter))


def _notice(notice):
    where = f"{notice.organ.label} · {notice.question}"
    act = reverse("outreach:answer_notice", args=[notice.pk])
    return Item(notice.title, where, notice.get_absolute_url(), act, notice.reply_due_on)


def _overdue(matters, user):
    """Overdue matters that the user registered or carries on; for liaisons also those registered by
    cadres of their organ."""
    own = Cadre.objects.filter(user__in=user.identity_ids)
    ours = Q(IsAnyOf("registered_by", own.values("pk")))
    cared = MatterCare.objects.running().filter(cadre__user__in=user.identity_ids)
    ours |= Q(IsAnyOf("pk", cared.order_by().values("matter")))
    # Hosts handle these matters, so they find them in other groups.
    if not user.holds(P.HOST_MATTERS):
        grants = [g for g in user.grants_with(P.RECORD_FOR_OTHERS) if g.organ_id]
        ours |= Q(organ__in={organ for grant in grants for organ in grant.organ_ids})
    return matters.filter(ours).overdue(on=user.today)


def _overdue_matter(matter):
    lead = matter.lead_organ.label if matter.lead_organ else gettext("nobody has it yet")
    url = matter.get_absolute_url()
    where = _where(matter, lead)
    return Item(matter.title, where, url, url, matter.due_on, mark=_mark(matter))


def _visit_draft(draft):
    said = (draft.typed.get("summary") or [""])[0].strip()
    url = draft.get_absolute_url()
    return Item(said[:40] or gettext("Empty draft"), gettext("Visit, not saved yet"), url, url)


def _form_draft(draft):
    url = draft.get_absolute_url()
    return Item(draft.title or gettext("A form"), gettext("Form, not sent yet"), url, url)


def _how_long_drafts_stay(user):
    days = parameters.number("visit.draft_days", on=user.today)
    sentence = gettext(
        "Stored encrypted, for you alone; thrown away %(days)s days after the last change."
    )
    return sentence % {"days": days}


def _draft_titles(user, ids):
    drafts = VisitDraft.objects.filter(owner=user, pk__in=ids)
    return {draft.pk: gettext("Draft of a visit") for draft in drafts}


HANDLING = (P.HANDLE_MATTERS, P.HOST_MATTERS)
CALLER = Own("caller", P.SEE_PEOPLE)
ARRANGERS = Reach(P.ARRANGE_CALL_BACKS, via="matter__")
ASSIGN_THEM = _bulk(_("Assign them"), "assign")
REVIEWING = (P.HOST_MATTERS, P.ASSIGN_MATTERS)

register(
    Area.GOING_DOWN,
    Noun("matter", names_of(Matter, "title"), "outreach:matter"),
    Noun("followup", names_of(FollowUp, "matter__title"), "outreach:follow_up"),
    Noun("visitdraft", _draft_titles),
    _matters(
        "take_up",
        _("Matters to take up"),
        P.HOST_MATTERS,
        bulk=_bulk(_("Take them up"), "take_up"),
    ),
    _matters("assign", _("Matters to assign"), P.ASSIGN_MATTERS, bulk=ASSIGN_THEM),
    Duty(
        code="sign",
        title=_("Matters to sign for"),
        act=MOVES["sign"].label,
        records=lambda on: MatterAssignment.objects.all(),
        whose=Chosen(MatterAssignmentQuerySet.unsigned_by, P.HANDLE_MATTERS),
        load=_with_matter,
        item=lambda one: _about(one.matter, "sign", one.get_part_display(), due=one.sign_due_on),
        sort=by_deadline("sign_due_on"),
        raised=_raised("matter__"),
        due_label=_("Sign by"),
        about=OF_MATTER,
        bulk=_bulk(_("Sign for them"), "sign"),
    ),
    _matters("report", _("Matters to handle"), *HANDLING),
    _matters("pass_review", _("Results to review"), *REVIEWING, act=_("Review it")),
    Duty(
        code="confirm",
        title=_("Requests to confirm"),
        act=MOVES["confirm"].label,
        records=lambda on: MatterRequest.objects.all(),
        whose=Chosen(MatterRequestQuerySet.to_confirm_by, P.CONFIRM_REQUESTS),
        load=lambda rows: _with_matter(rows).select_related("asked_by"),
        item=_request,
        sort=by_deadline("matter__due_on"),
        raised=_raised("matter__"),
        due_label=MATTER_DUE,
        about=OF_MATTER,
        bulk=_bulk(_("Confirm them"), "confirm"),
        is_approval=True,
    ),
    _matters(
        "review_unsatisfied",
        _("Reviews to write after the second “not satisfied”"),
        *REVIEWING,
    ),
    _matters(
        "close_unsatisfied",
        _("Unsatisfied matters that need your word"),
        P.INSTRUCT,
        P.RECORD_VISITS,
        P.READ_MATTERS,
        decide=_("Decide"),
    ),
    Duty(
        code="answer_order",
        title=_("Instructions to answer"),
        act=MOVES["answer_order"].label,
        records=lambda on: SupervisionOrder.objects.all(),
        whose=Chosen(SupervisionOrderQuerySet.to_answer_by, *HANDLING, P.ASSIGN_MATTERS),
        load=lambda rows: _with_matter(rows).select_related("leader"),
        item=_order,
        sort=by_deadline("due_on"),
        raised=_raised("matter__"),
        due_label=_("Answer by"),
        about=OF_MATTER,
    ),
    Duty(
        code="led_matter",
        title=_("Matters that I lead"),
        act=_("See how it stands"),
        records=lambda on: Matter.objects.open(),
        whose=Own("lead_official__user", P.SEE_PEOPLE),
        load=lambda rows: rows.select_related("unit", "township", "host_organ").defer(
            "request_text", "search"
        ),
        item=_led,
        sort=by_deadline("due_on"),
        raised=_raised(),
        due_label=MATTER_DUE,
        about=OF_ITSELF,
    ),
    Duty(
        code="settle_order",
        title=_("Answers to your instructions"),
        act=MOVES["settle_order"].label,
        records=lambda on: SupervisionOrder.objects.to_accept(),
        whose=Own("leader", P.INSTRUCT),
        load=lambda rows: _with_matter(rows).select_related("answered_by"),
        item=_answered_order,
        sort=oldest("answered_at"),
        about=OF_MATTER,
    ),
    Duty(
        code="call",
        title=_("Call-backs to make"),
        act=_("Ask"),
        records=FollowUp.objects.open_on,
        whose=CALLER,
        load=lambda rows: _with_matter(rows).select_related("side"),
        item=_call,
        sort=by_deadline("due_on"),
        raised=_raised("matter__"),
        due_label=_("Ask by"),
        about=OF_CALL,
    ),
    # Remind the caller, or those who arrange calls if no caller can act.
    Told(
        _("A call-back is due"),
        "followup",
        code="call_back",
        records=lambda day: FollowUp.objects.open_on(day).filter(due_on__lte=soon(day)),
        whose=CALLER | When(lambda on: is_given_to_nobody(), ARRANGERS),
        due="due_on",
        number=number_of("matter__"),
    ),
    Duty(
        code="arrange_call",
        title=_("Call-backs without a caller"),
        act=_("Arrange"),
        records=lambda on: FollowUp.objects.open_on(on).given_to_nobody(),
        whose=ARRANGERS,
        load=_with_matter,
        item=_unarranged,
        sort=by_deadline("due_on"),
        raised=_raised("matter__"),
        due_label=_("Ask by"),
        about=OF_CALL,
    ),
    Duty(
        code="remark",
        title=_("Remarks added by slip, to be read"),
        act=_("Read"),
        records=lambda on: SlipRemark.objects.all(),
        whose=Chosen(SlipRemarkQuerySet.unread_by, P.ARRANGE_CALL_BACKS),
        load=lambda rows: rows.select_related(
            "slip__matter__unit", "slip__matter__township", "slip__matter__host_organ"
        ),
        item=_remark,
        sort=oldest("said_at"),
    ),
    Duty(
        code="answer_notice",
        title=_("Notices to answer"),
        act=_("Reply"),
        records=lambda on: Notice.objects.all(),
        whose=Chosen(NoticeQuerySet.waiting_for_answer_of, P.SEE_PEOPLE),
        load=lambda rows: rows.select_related("organ").defer("text", "search"),
        item=_notice,
        sort=by_deadline("reply_due_on"),
        due_label=_("Reply by"),
    ),
    Duty(
        code="overdue",
        title=_("Registered by us and overdue"),
        act=_("Look at it"),
        records=lambda on: Matter.objects.all(),
        whose=Chosen(_overdue, P.RECORD_VISITS, P.RECORD_FOR_OTHERS),
        load=lambda rows: rows.select_related("unit", "township", "host_organ", "lead_organ"),
        item=_overdue_matter,
        sort=by_deadline("due_on"),
        raised=_raised(),
        due_label=MATTER_DUE,
        about=OF_ITSELF,
    ),
    Duty(
        code="visit_draft",
        title=_("Visits begun, not saved yet"),
        act=_("Go on writing"),
        records=lambda on: VisitDraft.objects.all(),
        whose=Own("owner", P.RECORD_VISITS, is_lent=False)
        | Own("owner", P.RECORD_FOR_OTHERS, is_lent=False),
        item=_visit_draft,
        note=_how_long_drafts_stay,
        sort=Sort(_("newest first"), "updated_at"),
        # Reminds on the following day.
        told=Told(
            _("A draft was left"),
            "visitdraft",
            code="draft",
            only=_begun_before,
            link=lambda day: f"{reverse('outreach:new_visit')}?draft={{id}}",
            key="key",
        ),
    ),
    Duty(
        code="form_draft",
        title=_("Forms begun, not sent yet"),
        act=_("Go on writing"),
        records=lambda on: FormDraft.objects.all(),
        whose=Own("owner", P.SEE_PEOPLE, is_lent=False),
        item=_form_draft,
        note=_how_long_drafts_stay,
        sort=Sort(_("newest first"), "updated_at"),
    ),
    Duty(
        code="notice_draft",
        title=_("Notices not published yet"),
        act=_("Look and publish"),
        records=lambda on: Notice.objects.filter(state=NoticeState.DRAFT),
        whose=Own("written_by", P.PUBLISH_NOTICES),
        load=lambda rows: rows.defer("text", "search"),
        item=item(
            "title", lambda one: gettext("Notice, not published yet"), "outreach:publish_notice"
        ),
        sort=Sort(_("newest first"), "created_at"),
    ),
    *DEADLINES,
)

# Shortcuts on the front page, the most used first.
offer(
    Shortcut(
        _("Write down a visit"),
        "outreach:new_visit",
        (P.RECORD_VISITS,),
        note=_("Date, place, content: three are enough"),
    ),
    Shortcut(_("Matter ledger"), "outreach:matters", (*HANDLING, P.ASSIGN_MATTERS)),
    Shortcut(_("Register a matter"), "outreach:new_matter", (P.ASSIGN_MATTERS,)),
    Shortcut(_("Enter a visit for a colleague"), "outreach:new_visit", (P.RECORD_FOR_OTHERS,)),
    Shortcut(_("Password slips"), "password_slips", (P.RESET_PASSWORDS,)),
    Shortcut(
        _("Contact areas"),
        "outreach:contact_areas",
        (P.RECORD_FOR_OTHERS, P.MANAGE_PEOPLE),
    ),
    Shortcut(_("Write a notice"), "outreach:new_notice", (P.PUBLISH_NOTICES,)),
)
