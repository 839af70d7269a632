"""The effect of each move: `(standing, at=, text=, **facts)` → facts for the step, or None.

`actions.matters.make_move` locks the matter and handles rule, step, figures and audit.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from outreach import deadlines, papers, undo_log
from outreach.actions import matters, referrals
from outreach.models import MatterAssignment, MatterRequest, SupervisionOrder
from outreach.models.matters import Closure, Status
from portal import parameters
from portal.days import workdays
from portal.days.words import short_day
from portal.tools.saving import put

Kind, Part = MatterRequest.Kind, MatterAssignment.Part


def _give(matter, organ, *, by, at, **facts):
    """Assign a matter to an organ, as the lead unless `facts` say otherwise."""
    today = timezone.localdate(at)
    days = parameters.number("matter.accept_wd", on=today, at=parameters.place_of(organ))
    sign_due_on = workdays.add_working_days(today, days)
    facts |= {"assigned_by": by, "assigned_at": at, "sign_due_on": sign_due_on}
    return papers.of(matter).add(MatterAssignment(matter=matter, organ=organ, **facts))


def take_up(s, *, at, text, organ=None, officer=""):
    # Use the matter's host: the unit's own host may have ended.
    organ = organ or s.matter.host_organ
    if not organ.path.startswith(s.matter.host_organ.path):
        raise matters.RefusedValue(_("Choose the host itself or one of its stations."))
    signed = {"signed_by": s.user, "signed_at": at, "officer": officer}
    _give(s.matter, organ, by=s.user, at=at, **signed)
    s.matter.lead_organ, s.matter.assigned_by_desk = organ, False
    return {"organ": organ.label, "officer": officer}


def pass_up(s, *, at, text):
    s.papers.end_assignments(at)
    s.matter.lead_organ = None


def assign(s, *, at, text, lead, supports=(), urgency="", lead_official=None, due_on=None):
    today = timezone.localdate(at)
    for organ in (lead, *supports):
        if organ.ended_on and organ.ended_on <= today:
            ended = {"organ": organ.label, "day": organ.ended_on}
            raise matters.RefusedValue(
                _("%(organ)s ended on %(day)s; choose its successor.") % ended
            )
    supports = [organ for organ in supports if organ.pk != lead.pk]
    returned = s.papers.was_returned()
    s.papers.end_assignments(at)
    _give(s.matter, lead, by=s.user, at=at, requirement=text, is_final=returned)
    for organ in supports:
        _give(s.matter, organ, by=s.user, at=at, requirement=text, part=Part.SUPPORT)
    matter = s.matter
    matter.lead_organ, matter.assigned_by_desk = lead, True
    matter.lead_official = lead_official or matter.lead_official
    is_changed = urgency and urgency != matter.urgency
    matter.urgency = urgency or matter.urgency
    if is_changed or not matter.has_deadline:
        matters.set_deadline(matter, today, at)
    if due_on:
        matter.due_on, matter.due_at = due_on, None
    return {
        "lead": lead.label,
        "supports": [organ.label for organ in supports],
        "due_on": matter.due_on.isoformat(),
    }


def sign(s, *, at, text, officer=""):
    assignment = s.unsigned
    s.papers.sign(assignment, by=s.user, at=at, officer=officer)
    if assignment.part == Part.SUPPORT:
        # The status follows the lead organ; a signature in support does not change it.
        lead = s.lead
        s.matter.status = Status.IN_PROGRESS if lead and not lead.is_to_sign else Status.ASSIGNED
    return {"organ": assignment.organ.label, "officer": officer}


def give_back(s, *, at, text):
    lead = s.lead
    s.papers.end_assignments(at)
    s.papers.change_assignment(lead, returned_reason=text)
    s.matter.lead_organ = None
    return {"organ": lead.organ.label}


def transfer(s, *, at, text, organ=None, officer=""):
    lead = s.lead
    if organ and organ.pk != lead.organ_id:
        if not organ.path.startswith(lead.organ.path):
            raise matters.RefusedValue(_("Choose your organ or one of its stations."))
        # A supporting organ becomes the lead.
        s.papers.end_assignment_of(organ, at)
        s.papers.change_assignment(lead, organ=organ, officer=officer)
        s.matter.lead_organ = organ
    else:
        s.papers.change_assignment(lead, officer=officer)
    return {"organ": (organ or lead.organ).label, "officer": officer}


def note(s, *, at, text):
    return None


def mediate(s, *, at, text, agreed_a=None, agreed_b=None, mediator=""):
    for label, agreed in (("a", agreed_a), ("b", agreed_b)):
        s.papers.change_sides({"label": label}, agreed=agreed)
    return {"mediator": mediator, "agreed": bool(agreed_a and agreed_b)}


def report(s, *, at, text, resolution, method="", organ_person=""):
    _take_result(s.matter, resolution, text, at)
    return {"resolution": resolution, "method": method}


def answer_for(s, *, at, text, resolution, method="", organ_person=""):
    s.papers.sign(s.lead, by=s.user, at=at, officer=organ_person)
    _take_result(s.matter, resolution, text, at)
    return {"resolution": resolution, "method": method, "person": organ_person}


def _take_result(matter, resolution, text, at):
    matter.resolution, matter.result_text = resolution, text
    matter.answered_on = timezone.localdate(at)


def pass_review(s, *, at, text):
    matters.seek_word(s.matter, at)
    return {"round": s.matter.reopen_count}


def send_back(s, *, at, text):
    matters.drop_result(s.matter)


def ask(kind):
    def effect(s, *, at, text, new_due_on=None, channel="", channel_number="", target=None):
        if kind == Kind.EXTENSION:
            _check_new_deadline(s.matter, new_due_on)
        if kind == Kind.MERGED:
            _check_merge_target(s.matter, target)
        asked = {"new_due_on": new_due_on, "channel": channel, "target": target}
        asked["channel_number"] = channel_number
        request = MatterRequest(matter=s.matter, kind=kind, reason=text or channel, **asked)
        by_whom = {"asked_by": s.user, "on_behalf_of": s.principal, "asked_at": at}
        put(request, {"status_before": s.status_before, **by_whom})
        s.papers.add(request)
        noted = {
            "new_due_on": new_due_on and new_due_on.isoformat(),
            "channel": channel,
            "channel_number": channel_number,
            "target": target and target.number_label,
        }
        return {name: value for name, value in noted.items() if value}

    return effect


def _check_merge_target(matter, target):
    if target is None or target.pk == matter.pk:
        raise matters.RefusedValue(_("Name another matter that is still open."))
    if target.is_closed:
        message = _("%(number)s is closed already; a matter is merged into an open one.")
        raise matters.RefusedValue(message % {"number": target.number_label})


def _check_new_deadline(matter, new_due_on):
    """Refuse an extension longer than the present deadline (DOMAIN 3.8)."""
    if new_due_on <= matter.due_on:
        raise matters.RefusedValue(_("The new deadline must lie after the present one."))
    latest = deadlines.latest_extension(matter)
    if new_due_on > latest:
        message = _("An extension may not be longer than the deadline (%(n)s days, to %(day)s).")
        facts = {"n": deadlines.length_of(matter), "day": short_day(latest, on=latest)}
        raise matters.RefusedValue(message % facts)


def confirm(s, *, at, text):
    request = s.open_request
    s.papers.change(request, decided_by=s.user, decided_at=at, approved=True)
    matter, kind = s.matter, request.kind
    if kind == Kind.EXTENSION:
        matter.due_on, matter.due_at = request.new_due_on, None
    elif kind in {Kind.ON_THE_SPOT, Kind.EXPLAINED}:
        is_explained = kind == Kind.EXPLAINED
        matter.resolution = matter.resolution or ("explained" if is_explained else "solved")
        if is_explained:
            matter.result_text = request.reason
        matter.answered_on = timezone.localdate(request.asked_at)
        matters.seek_word(matter, at)
    elif kind == Kind.SUSPENDED:
        matter.status = Status.SUSPENDED
    elif kind == Kind.REFERRED:
        matter.referred_to, matter.referred_number = request.channel, request.channel_number
        matter.referred_on = matter.referred_on or timezone.localdate(request.asked_at)
        waits = parameters.number("takeback.hours", on=timezone.localdate(at)) > 0
        referrals.erase(matter, waits=waits)
        matters.close(matter, Closure.REFERRED, at)
    elif kind == Kind.WITHDRAWN:
        matters.close(matter, Closure.WITHDRAWN, at)
    elif kind == Kind.MERGED:
        # The target may have closed since the request.
        _check_merge_target(matter, request.target)
        matter.merged_into = request.target
        matters.close(matter, Closure.MERGED, at)
    return {"kind": kind, "round": matter.reopen_count}


def refuse(s, *, at, text, **written):
    request = s.open_request
    if s.lacks_content:
        _write_again(s.matter, **written)
    s.papers.change(request, decided_by=s.user, decided_at=at, approved=False)
    if request.kind != Kind.EXTENSION:
        s.matter.status = request.status_before
    return {"kind": request.kind}


def _write_again(matter, *, title="", request_text="", raiser_name="", raiser_phone=""):
    """Enter the content of a refused referral, which was not stored before."""
    if not title.strip():
        message = _("Nothing of this matter was stored. Write in one sentence what it is about.")
        raise matters.RefusedValue(message)
    matter.title, matter.request_text = title, request_text
    matter.referred_to, matter.referred_number, matter.referred_on = "", "", None
    matters.tidy(matter, raiser_name)
    if matter.has_somebody_to_ask and (raiser_name or raiser_phone):
        matters.keep_contacts([(matter, None, raiser_name, raiser_phone)])
        undo_log.note_contacts(matter)


def resume(s, *, at, text):
    matters.set_deadline(s.matter, timezone.localdate(at), at)


def urge(s, *, at, text):
    return {"organ": s.matter.lead_organ.label} if s.matter.lead_organ else None


def order(s, *, at, text, due_on):
    if due_on < timezone.localdate(at):
        raise matters.RefusedValue(_("The answer cannot be due before today."))
    order = SupervisionOrder(matter=s.matter, instruction=text, issued_at=at, due_on=due_on)
    order.leader = s.principal or s.user
    s.papers.add(order)
    return {"due_on": due_on.isoformat()}


def answer_order(s, *, at, text):
    for order in s.open_orders:
        if order.answered_at is None:
            s.papers.change(order, answer=text, answered_by=s.user, answered_at=at)


def settle_order(s, *, at, text):
    for order in s.own_answered_orders:
        s.papers.change(order, settled_at=at)


def review_unsatisfied(s, *, at, text):
    return {"round": s.matter.reopen_count}


def handle_again(s, *, at, text):
    # A new round: the raiser is asked again about the next result.
    s.matter.reopen_count += 1
    matters.drop_result(s.matter)
    matters.set_deadline(s.matter, timezone.localdate(at), at)
    if not s.matter.lead_organ_id:
        s.matter.status = Status.REGISTERED


def close_unsatisfied(s, *, at, text):
    matters.close(s.matter, Closure.UNSATISFIED, at)
