"""Receptions: planning, making known, registering who came, noting as held, cancelling."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.actions import conduct, matters
from outreach.models import ReceptionDay, ReceptionItem
from outreach.models.matters import Confidentiality, RaiserKind, Source
from outreach.models.receptions import MOST_REPRESENTATIVES, ReceptionState
from outreach.rules import receptions as rules
from portal.pages import search
from portal.run.locking import locked
from portal.run.saving import change, put
from portal.trust import audit
from portal.trust.access import require

FIELDS = ("duties", "held_on", "starts_at", "ends_at", "place", "theme", "form")


class TooManyRepresentatives(ValidationError):
    """A sixth representative of one group; the regulation receives five."""

    def __init__(self):
        super().__init__(
            _(
                "At most %(n)s representatives of one group are received (Regulations on "
                "petitions, article 20). Ask the group to choose whom it sends."
            )
            % {"n": MOST_REPRESENTATIVES}
        )


@transaction.atomic
def plan_reception(*, by, at, organ, leader, unit=None, **content):
    require(rules.may_plan_reception(by))
    require(rules.may_hold_for(by, organ, unit))

    reception = ReceptionDay(planned_by=by, created_at=at)
    _fill(reception, organ, unit, leader, content)
    reception.save()
    audit.record("reception.planned", on=reception, by=by, fields=FIELDS, values=content)
    return reception


@transaction.atomic
def change_reception(*, reception, by, at, organ, leader, unit=None, **content):
    reception = locked(reception, "leader")
    require(rules.may_change_reception(by, reception))
    require(rules.may_hold_for(by, organ, unit))

    _fill(reception, organ, unit, leader, content)
    reception.save()
    audit.record("reception.changed", on=reception, by=by, fields=FIELDS, values=content)
    return reception


@transaction.atomic
def announce_reception(*, reception, by, at, late_reason=""):
    """Made known today; later than the norm says only with a reason, which is kept."""
    reception = locked(reception, "leader")
    require(rules.may_announce_reception(by, reception))

    today = timezone.localdate(at)
    late_reason = late_reason.strip() if rules.is_late(reception, today) else ""
    if rules.is_late(reception, today) and not late_reason:
        raise ValidationError(_("It is made known late; say why."))
    reception.state, reception.late_reason = ReceptionState.ANNOUNCED, late_reason
    reception.announced_by, reception.announced_on = by, today
    reception.save(update_fields=["state", "late_reason", "announced_by", "announced_on"])
    audit.record(
        "reception.announced",
        on=reception,
        by=by,
        fields=["state", "late_reason"],
        values={"reason": reception.late_reason},
    )
    return reception


@transaction.atomic
def register_at_reception(*, reception, by, at, visitors, reported, conduct_reports=()):
    """Register the matters of one party: `reported` are (unit, opinion, fields of the matter).

    Of what is referred to a statutory channel neither who came nor what was said is kept.
    """
    reception = locked(reception, "leader")
    require(rules.may_register_at(by, reception))
    if len(visitors) > MOST_REPRESENTATIVES:
        raise TooManyRepresentatives
    visitors = [shown_as(name) for name in visitors]

    registered = []
    for unit, opinion, matter in reported:
        matter = dict(matter)
        is_referred = matter["outcome"] == matters.REFERRED
        if not matter.get("raiser_name") and visitors and not is_referred:
            matter["raiser_name"] = visitors[0]
        made = matters.register_matter(
            unit=unit,
            by=by,
            at=at,
            cadre=getattr(by, "cadre", None),
            source=Source.RECEPTION,
            on=reception.held_on,
            reception=reception,
            **matter,
        )
        nobody_named = (
            is_referred
            or made.confidentiality == Confidentiality.ANONYMOUS
            or made.raiser_kind == RaiserKind.CADRE_FOUND
        )
        # The same form sent twice registers nothing a second time.
        ReceptionItem.objects.get_or_create(
            matter=made,
            defaults={
                "reception": reception,
                "visitors": [] if nobody_named else visitors,
                "opinion": "" if is_referred else opinion.strip(),
            },
        )
        registered.append(made)
    for report in conduct_reports:
        conduct.register_report(by=by, on=timezone.localdate(at), **report)
    audit.record(
        "reception.registered",
        on=reception,
        by=by,
        fields=["visitors", "opinion"],
        values={"matters": [one.pk for one in registered]},
    )
    return registered


@transaction.atomic
def hold_reception(*, reception, by, at):
    """It took place, whether or not anybody came."""
    reception = locked(reception, "leader")
    require(rules.may_hold_reception(by, reception))

    change(reception, state=ReceptionState.HELD, held_by=by)
    audit.record("reception.held", on=reception, by=by, fields=["state"])
    return reception


@transaction.atomic
def cancel_reception(*, reception, by, at, reason):
    reception = locked(reception, "leader")
    require(rules.may_cancel_reception(by, reception))

    reception.state, reception.cancel_reason = ReceptionState.CANCELLED, reason.strip()
    reception.cancelled_by, reception.cancelled_on = by, timezone.localdate(at)
    reception.save(update_fields=["state", "cancel_reason", "cancelled_by", "cancelled_on"])
    audit.record(
        "reception.cancelled",
        on=reception,
        by=by,
        fields=["state", "cancel_reason"],
        values={"reason": reception.cancel_reason},
    )
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
    reception.search = search.vector(
        *(getattr(reception, name) for name in ReceptionDay.SEARCHED_FIELDS)
    )
