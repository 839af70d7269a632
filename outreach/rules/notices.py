"""Rules of notices and their answers; the person first, then the state."""

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from outreach.models import Notice, NoticeAddressee
from outreach.models.notices import NoticeState
from portal.models import Organ, RoleGrant
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, only, organ_reach, unless


def may_write_notice(user):
    if not user.holds(P.PUBLISH_NOTICES):
        return NotYours(_("Office, host and liaisons publish notices, each within their area."))
    if user.organ_id is None:
        return Decision(_("Your account belongs to no organ in whose name it could be published."))
    return ALLOWED


def may_address(user, organs):
    """Whether all these organs lie within the area for which this person publishes."""
    outside = [o.label for o in organs if not holds_for_organ(user, P.PUBLISH_NOTICES, o)]
    if outside:
        return Decision(
            _("Outside your area: %(organs)s. Choose organs of your own area.")
            % {"organs": _(", ").join(outside)}
        )
    return ALLOWED


def addressed_organs(user, notice):
    """The organs that a draft would go to today, in official order."""
    today = user.today
    within = Organ.objects.current(today).filter(organ_reach(user, P.PUBLISH_NOTICES, to=""))
    chosen = list(notice.organs.all())
    if notice.roles:
        holders = RoleGrant.objects.running(today).filter(
            role__in=notice.roles, user__is_active=True
        )
        within = within.filter(
            pk__in=holders.order_by().values(at=Coalesce("organ", "user__organ"))
        )
        below = Q()
        for organ in chosen:
            below |= Q(path__startswith=organ.path)
        within = within.filter(below)
    else:
        within = within.filter(pk__in=[organ.pk for organ in chosen])
    return within.order_by("sort_order", "pk")


def _own_draft(user, notice):
    return may_write_notice(user) and unless(
        notice.written_by_id not in user.identity_ids,
        _("Only who wrote the draft changes or publishes it."),
        NotYours,
    )


def may_change_draft(user, notice):
    return _own_draft(user, notice) and only(
        notice.is_draft, _("A published notice is not changed; correct it by a new one."), NotNow
    )


def may_publish(user, notice):
    if not (decision := may_change_draft(user, notice)):
        return decision
    if not (decision := may_address(user, notice.organs.all())):
        return decision
    if notice.reply_due_on and notice.reply_due_on < user.today:
        return Decision(_("The day until which an answer is asked has passed; set a new one."))
    if notice.replaces_id:
        earlier = notice.replaces
        if earlier.state != NoticeState.PUBLISHED:
            return Decision(_("The notice that this one corrects is not in force any more."))
    if not addressed_organs(user, notice).exists():
        return Decision(_("Nobody in your area would receive it; choose other organs or roles."))
    return ALLOWED


def _in_force(user, notice):
    """Whether the notice is in force and the person publishes for its organ."""
    if not holds_for_organ(user, P.PUBLISH_NOTICES, notice.organ):
        return NotYours(_("Only who publishes for its organ does this."))
    if notice.state == NoticeState.DRAFT:
        return NotYours(_("A draft is changed or thrown away."))
    if notice.state != NoticeState.PUBLISHED:
        return NotNow(_("This notice is not in force any more."))
    return ALLOWED


def may_withdraw(user, notice):
    return _in_force(user, notice)


def may_correct(user, notice):
    if not (decision := _in_force(user, notice)):
        return decision
    started = Notice.objects.filter(replaces=notice).select_related("written_by").first()
    if started:
        return Decision(
            _("%(name)s has begun a correction of it.") % {"name": started.written_by.name}
        )
    return may_write_notice(user)


def answerable(user, notice):
    """Return the addressees for which this person may answer now: their own organs and, for the
    publishing side, those without accounts, which answer on paper."""
    waiting = NoticeAddressee.objects.filter(notice=notice, answered_at=None)
    allowed = Q(pk__in=waiting.reaching(user).values("pk"))
    if sees_answers(user, notice):
        allowed |= Q(pk__in=waiting.without_accounts().values("pk"))
    return waiting.filter(allowed)


def may_answer(user, notice):
    """Anybody in an addressed organ may answer once for it, even late."""
    if not notice.asks_anything:
        return NotYours(_("This notice asks for no answer."))
    if notice.state == NoticeState.DRAFT:
        return NotYours(_("A draft asks nobody yet."))
    is_asked = NoticeAddressee.objects.reaching(user).filter(notice=notice).exists()
    if not is_asked and not sees_answers(user, notice):
        return NotYours(_("Your organ was not asked."))
    if notice.state != NoticeState.PUBLISHED:
        return NotNow(_("This notice is not in force any more; nothing is to be answered."))
    if answerable(user, notice).exists():
        return ALLOWED
    if is_asked:
        return NotNow(_("Your organ has answered."))
    return NotYours(_("The organs answer themselves."))


def sees_answers(user, notice):
    """The publishing side sees all answers; each organ sees its own."""
    return notice.written_by_id in user.identity_ids or holds_for_organ(
        user, P.PUBLISH_NOTICES, notice.organ
    )
