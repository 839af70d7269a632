"""Receptions: planning, announcing, registering visitors and matters, holding, cancelling."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.actions import conduct, matters
from outreach.models import ReceptionDay, ReceptionItem
from outreach.models.matters import Source
from outreach.models.receptions import MOST_REPRESENTATIVES, ReceptionState
from outreach.rules import receptions as rules
from portal.pages import search
from portal.records import audit
from portal.tools.locking import locked
from portal.tools.saving import change, put
from portal.trust.access import require

FIELDS = ("duties", "held_on", "starts_at", "ends_at", "place", "theme", "form")


class TooManyRepresentatives(ValidationError):
    """A sixth representative of one group; the regulation receives five."""

    def __init__(self):
        message = _(
            "At most %(n)s representatives of one group are received (Regulations on petitions, "
            "article 20). Ask the group to choose whom it sends."
        )
        super().__init__(message % {"n": MOST_REPRESENTATIVES})


@transaction.atomic
def plan_reception(*, by, at, organ, leader, unit=None, **content):
    require(rules.may_plan_reception(by))
    require(rules.may_hold_for(by, organ, unit))

    reception = ReceptionDay(planned_by=by, created_at=at)
    _fill(reception, organ, unit, leader, content)
    reception.save()
    audit.record("reception.planned", by, reception, FIELDS, content)
    return reception


@transaction.atomic
def change_reception(*, reception, by, at, organ, leader, unit=None, **content):
    reception = locked(reception, "leader")
    require(rules.may_change_reception(by, reception))
    require(rules.may_hold_for(by, organ, unit))

    _fill(reception, organ, unit, leader, content)
    reception.save()
    audit.record("reception.changed", by, reception, FIELDS, content)
    return reception


@transaction.atomic
def announce_reception(*, reception, by, at, late_reason=""):
    """Announce a reception; if later than the norm allows, with a reason, which is kept."""
    reception = locked(reception, "leader")
    require(rules.may_announce_reception(by, reception))

    today = timezone.localdate(at)
    late_reason = late_reason.strip() if rules.is_late(reception, today) else ""
    if rules.is_late(reception, today) and not late_reason:
        raise ValidationError(_("It is made known late; say why."))
    announced = {"state": ReceptionState.ANNOUNCED, "late_reason": late_reason}
    change(reception, **announced, announced_by=by, announced_on=today)
    audit.record("reception.announced", by, reception, announced, {"reason": reception.late_reason})
    return reception


@transaction.atomic
def register_at_reception(*, reception, by, at, visitors, reported, conduct_reports=()):
    """Register the matters of one party: `reported` are (unit, opinion, fields of the matter).

    For matters referred to a statutory channel neither visitors nor opinion are kept.
    """
    reception = locked(reception, "leader")
    require(rules.may_register_at(by, reception))
    if len(visitors) > MOST_REPRESENTATIVES:
        raise TooManyRepresentatives
    visitors = [shown_as(name) for name in visitors]

    registered = [
        _register_item(reception, visitors, unit, opinion, dict(matter), by=by, at=at)
        for unit, opinion, matter in reported
    ]
    for report in conduct_reports:
        conduct.register_report(by=by, on=timezone.localdate(at), **report)
    values = {"matters": [one.pk for one in registered]}
    audit.record("reception.registered", by, reception, ["visitors", "opinion"], values)
    return registered


def _register_item(reception, visitors, unit, opinion, matter, *, by, at):
    """Register a matter of a party, with its visitors and the leader's opinion."""
    is_referred = matter["outcome"] == matters.REFERRED
    if not matter.get("raiser_name") and visitors and not is_referred:
        matter["raiser_name"] = visitors[0]
    brought = {"reception": reception, "source": Source.RECEPTION, "on": reception.held_on}
    cadre = getattr(by, "cadre", None)
    made = matters.register_matter(unit=unit, by=by, at=at, cadre=cadre, **brought, **matter)
    kept = {"reception": reception, "visitors": visitors, "opinion": opinion.strip()}
    if is_referred or not made.has_somebody_to_ask:
        kept["visitors"] = []
    if is_referred:
        kept["opinion"] = ""
    # Idempotent: resending the form registers nothing again.
    ReceptionItem.objects.get_or_create(matter=made, defaults=kept)
    return made


@transaction.atomic
def hold_reception(*, reception, by, at):
    """Note that the reception took place, whether or not anybody came."""
    reception = locked(reception, "leader")
    require(rules.may_hold_reception(by, reception))

    change(reception, state=ReceptionState.HELD, held_by=by)
    audit.record("reception.held", by, reception, ["state"])
    return reception


@transaction.atomic
def cancel_reception(*, reception, by, at, reason):
    reception = locked(reception, "leader")
    require(rules.may_cancel_reception(by, reception))

    cancelled = {"state": ReceptionState.CANCELLED, "cancel_reason": reason.strip()}
    change(reception, **cancelled, cancelled_by=by, cancelled_on=timezone.localdate(at))
    values = {"reason": reception.cancel_reason}
    audit.record("reception.cancelled", by, reception, cancelled, values)
    return reception


TITLES = ("先生", "女士", "某某")


def shown_as(name):
    """李大山 → 李某某, 王女士 stays: no full name of a visitor is kept."""
    name = name.strip()
    if not name:
        return ""
    title = next((title for title in TITLES if name.endswith(title) and name != title), "某某")
    return f"{name[0]}{title}"


def _fill(reception, organ, unit, leader, content):
    reception.stand_for(organ, unit)
    reception.leader, reception.post = leader, leader.post
    put(reception, {name: content[name] for name in FIELDS})
    searched = (getattr(reception, name) for name in ReceptionDay.SEARCHED_FIELDS)
    reception.search = search.vector(*searched)
