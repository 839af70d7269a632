"""What of going down waits for an act of somebody: the kinds of 待办 and the front doors' acts."""

from dataclasses import replace

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
from outreach.moves import MOVES
from portal import parameters
from portal.access import IsAnyOf
from portal.models import Cadre
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import BulkAct, Item, Kind, Shortcut, offer, register
from portal.web import Sort

BY_DEADLINE = Sort(gettext_lazy("by deadline"), "due_on", descending=False)
BY_MATTERS_DEADLINE = Sort(gettext_lazy("by deadline"), "matter__due_on", descending=False)


def _where(matter, *more):
    return " · ".join(part for part in (matter.place_label, matter.number_label, *more) if part)


def _about(matter, move, *more, due=None):
    return Item(
        what=matter.title,
        where=_where(matter, *more),
        url=matter.get_absolute_url(),
        act_url=reverse("outreach:act", args=[matter.pk, move]),
        due=due or matter.due_on,
        chosen=matter.pk,
    )


def _matters(move, title, *permissions, decide="", bulk=()):
    """Matters in which one move is expected; `rules.may` allows it for every row. Where there is
    something to decide, the button leads to the matter, on which all its ways stand."""

    def item(matter):
        about = _about(matter, move)
        return replace(about, act_url=about.url) if decide else about

    return Kind(
        code=move,
        title=title,
        act=decide or MOVES[move].label,
        rows=lambda user: Matter.objects.waiting_for(user, move),
        load=lambda rows: rows.select_related("unit", "township").defer("request_text", "search"),
        item=item,
        sort=BY_DEADLINE,
        permissions=permissions,
        bulk=bulk,
    )


def _bulk(label, move):
    return (BulkAct(label, "outreach:bulk", (move,)),)


def _with_matter(rows):
    return rows.select_related("matter__unit", "matter__township")


def _request(request):
    return _about(request.matter, "confirm", request.get_kind_display(), request.asked_by.name)


def _order(order):
    return _about(order.matter, "answer_order", order.leader.name, due=order.due_on)


def _answered_order(order):
    # Its deadline was the other side's, and is met.
    item = _about(order.matter, "settle_order", order.answered_by.name)
    return replace(item, due=None)


def _call(call):
    side = call.side.get_label_display() if call.side else ""
    url = reverse("outreach:follow_up", args=[call.pk])
    return Item(call.matter.title, _where(call.matter, side), url, url, call.due_on)


def _unarranged(call):
    return Item(
        what=call.matter.title,
        where=_where(call.matter, call.get_kind_display()),
        url=reverse("outreach:follow_up", args=[call.pk]),
        act_url=reverse("outreach:arrange_call", args=[call.pk]),
        due=call.due_on,
    )


def _remark(remark):
    matter = remark.slip.matter
    url = matter.get_absolute_url()
    return Item(matter.title, _where(matter, remark.get_word_display()), url, url)


def _notice(notice):
    return Item(
        what=notice.title,
        where=f"{notice.organ.label} · {notice.question}",
        url=notice.get_absolute_url(),
        act_url=reverse("outreach:answer_notice", args=[notice.pk]),
        due=notice.reply_due_on,
    )


def _overdue(user):
    """Registered by oneself or carried on for who did, or by the cadres whom one looks after as
    liaison."""
    own = Cadre.objects.filter(user__in=user.identity_ids)
    ours = Q(IsAnyOf("registered_by", own.values("pk")))
    cared = MatterCare.objects.running().filter(cadre__user__in=user.identity_ids)
    ours |= Q(IsAnyOf("pk", cared.order_by().values("matter")))
    # The host follows overdue matters by handling them; those stand in groups of their own.
    if not user.holds(P.HOST_MATTERS):
        grants = [g for g in user.grants_with(P.RECORD_FOR_OTHERS) if g.organ_id]
        ours |= Q(organ__in={organ for grant in grants for organ in grant.organ_ids})
    return Matter.objects.filter(ours).overdue(on=user.today)


def _overdue_matter(matter):
    lead = matter.lead_organ.label if matter.lead_organ else _("nobody has it yet")
    url = matter.get_absolute_url()
    return Item(matter.title, _where(matter, lead), url, url, matter.due_on)


def _visit_draft(draft):
    said = (draft.typed.get("summary") or [""])[0].strip()
    url = draft.get_absolute_url()
    return Item(said[:40] or _("Empty draft"), _("Visit, not saved yet"), url, url)


def _how_long_drafts_stay(user):
    days = parameters.number("visit.draft_days", on=user.today)
    sentence = _(
        "Stored encrypted, for you alone; thrown away %(days)s days after the last change."
    )
    return sentence % {"days": days}


def _notice_draft(notice):
    url = reverse("outreach:publish_notice", args=[notice.pk])
    return Item(notice.title, _("Notice, not published yet"), notice.get_absolute_url(), url)


HANDLING = (P.HANDLE_MATTERS, P.HOST_MATTERS)
REVIEWING = (P.HOST_MATTERS, P.ASSIGN_MATTERS)

register(
    Area.GOING_DOWN,
    _matters("take_up", gettext_lazy("Matters to take up"), P.HOST_MATTERS),
    _matters(
        "assign",
        gettext_lazy("Matters to assign"),
        P.ASSIGN_MATTERS,
        bulk=_bulk(gettext_lazy("Assign them"), "assign"),
    ),
    Kind(
        code="sign",
        title=gettext_lazy("Matters to sign for"),
        act=MOVES["sign"].label,
        rows=MatterAssignment.objects.unsigned_by,
        load=_with_matter,
        item=lambda one: _about(one.matter, "sign", one.get_part_display(), due=one.sign_due_on),
        sort=Sort(gettext_lazy("by deadline"), "sign_due_on", descending=False),
        permissions=(P.HANDLE_MATTERS,),
        bulk=_bulk(gettext_lazy("Sign for them"), "sign"),
    ),
    _matters("report", gettext_lazy("Matters to handle"), *HANDLING),
    _matters(
        "pass_review",
        gettext_lazy("Results to review"),
        *REVIEWING,
        decide=gettext_lazy("Review it"),
    ),
    Kind(
        code="confirm",
        title=gettext_lazy("Requests to confirm"),
        act=MOVES["confirm"].label,
        rows=MatterRequest.objects.to_confirm_by,
        load=lambda rows: _with_matter(rows).select_related("asked_by"),
        item=_request,
        sort=BY_MATTERS_DEADLINE,
        permissions=(P.CONFIRM_REQUESTS,),
        bulk=_bulk(gettext_lazy("Confirm them"), "confirm"),
        is_approval=True,
    ),
    _matters(
        "review_unsatisfied",
        gettext_lazy("Reviews to write after the second “not satisfied”"),
        *REVIEWING,
    ),
    _matters(
        "close_unsatisfied",
        gettext_lazy("Unsatisfied matters that need your word"),
        P.INSTRUCT,
        P.RECORD_VISITS,
        P.READ_MATTERS,
        decide=gettext_lazy("Decide"),
    ),
    Kind(
        code="answer_order",
        title=gettext_lazy("Instructions to answer"),
        act=MOVES["answer_order"].label,
        rows=SupervisionOrder.objects.to_answer_by,
        load=lambda rows: _with_matter(rows).select_related("leader"),
        item=_order,
        sort=BY_DEADLINE,
        permissions=(*HANDLING, P.ASSIGN_MATTERS),
    ),
    Kind(
        code="settle_order",
        title=gettext_lazy("Answers to your instructions"),
        act=MOVES["settle_order"].label,
        rows=SupervisionOrder.objects.to_accept_by,
        load=lambda rows: _with_matter(rows).select_related("answered_by"),
        item=_answered_order,
        sort=Sort(gettext_lazy("oldest first"), "answered_at", descending=False),
        permissions=(P.INSTRUCT,),
    ),
    Kind(
        code="call",
        title=gettext_lazy("Call-backs to make"),
        act=gettext_lazy("Ask"),
        rows=lambda user: FollowUp.objects.to_ask_by(user, user.today),
        load=lambda rows: _with_matter(rows).select_related("side"),
        item=_call,
        sort=BY_DEADLINE,
        permissions=(P.SEE_PEOPLE,),
    ),
    Kind(
        code="arrange_call",
        title=gettext_lazy("Call-backs that nobody was asked to make"),
        act=gettext_lazy("Arrange"),
        rows=lambda user: FollowUp.objects.to_arrange_by(user, user.today),
        load=_with_matter,
        item=_unarranged,
        sort=BY_DEADLINE,
        permissions=(P.ARRANGE_CALL_BACKS,),
    ),
    Kind(
        code="remark",
        title=gettext_lazy("Words added by slip to read"),
        act=gettext_lazy("Read"),
        rows=SlipRemark.objects.unread_by,
        load=lambda rows: rows.select_related("slip__matter__unit", "slip__matter__township"),
        item=_remark,
        sort=Sort(gettext_lazy("oldest first"), "said_at", descending=False),
        permissions=(P.ARRANGE_CALL_BACKS,),
    ),
    Kind(
        code="answer_notice",
        looks_up=True,
        title=gettext_lazy("Notices to answer"),
        act=gettext_lazy("Reply"),
        rows=lambda user: Notice.objects.waiting_for_answer_of(user),
        load=lambda rows: rows.select_related("organ").defer("text", "search"),
        item=_notice,
        sort=Sort(gettext_lazy("by deadline"), "reply_due_on", descending=False),
        permissions=(P.SEE_PEOPLE,),
    ),
    Kind(
        code="overdue",
        title=gettext_lazy("Registered by us and overdue"),
        act=gettext_lazy("Look at it"),
        rows=_overdue,
        load=lambda rows: rows.select_related("unit", "township", "lead_organ"),
        item=_overdue_matter,
        sort=BY_DEADLINE,
        permissions=(P.RECORD_VISITS, P.RECORD_FOR_OTHERS),
    ),
    Kind(
        code="visit_draft",
        title=gettext_lazy("Visits begun, not saved yet"),
        act=gettext_lazy("Go on writing"),
        rows=lambda user: VisitDraft.objects.filter(owner=user),
        item=_visit_draft,
        note=_how_long_drafts_stay,
        sort=Sort(gettext_lazy("newest first"), "updated_at"),
        permissions=(P.RECORD_VISITS, P.RECORD_FOR_OTHERS),
    ),
    Kind(
        code="notice_draft",
        title=gettext_lazy("Notices not published yet"),
        act=gettext_lazy("Look and publish"),
        rows=lambda user: Notice.objects.drafts_of(user),
        load=lambda rows: rows.defer("text", "search"),
        item=_notice_draft,
        sort=Sort(gettext_lazy("newest first"), "created_at"),
        permissions=(P.PUBLISH_NOTICES,),
    ),
)

# Of the front door, most used first: the cadre's button, then what organ and office do daily.
offer(
    Shortcut(
        gettext_lazy("Write down a visit"), "outreach:new_visit", (P.RECORD_VISITS,),
        note=gettext_lazy("Date, place, content: three are enough"),
    ),
    Shortcut(gettext_lazy("Matter ledger"), "outreach:matters", (*HANDLING, P.ASSIGN_MATTERS)),
    Shortcut(gettext_lazy("Register a matter"), "outreach:new_matter", (P.ASSIGN_MATTERS,)),
    Shortcut(
        gettext_lazy("Enter a visit for a colleague"), "outreach:new_visit", (P.RECORD_FOR_OTHERS,)
    ),
    Shortcut(gettext_lazy("Password slips"), "password_slips", (P.RESET_PASSWORDS,)),
    Shortcut(
        gettext_lazy("Contact areas"), "outreach:contact_areas",
        (P.RECORD_FOR_OTHERS, P.MANAGE_PEOPLE),
    ),
    Shortcut(gettext_lazy("Write a notice"), "outreach:new_notice", (P.PUBLISH_NOTICES,)),
)  # fmt: skip
