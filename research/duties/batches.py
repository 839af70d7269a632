"""Duties: batches to harmonise, and notices to hosts about coming fieldwork.

Neither a village nor its host is told of a random spot check.
"""

from django.utils.translation import gettext_lazy as _

from portal.duties.duty import Duty, OrganReach, Reach, Told, item, register, soonest
from portal.duties.reminders import Noun
from portal.pages.side_list import Area
from portal.roles import Permission as P
from research.models import BatchUnit, ResearchBatch
from research.models.batches import ARRANGED_STATES, BatchState


def _to_harmonise(on):
    return ResearchBatch.objects.to_harmonise()


def _coming(on):
    """Units whose hosts are told, until the day."""
    rows = BatchUnit.objects.filter(told_at__isnull=False, day__gte=on)
    return rows.filter(batch__state__in=ARRANGED_STATES)


def _called_off(on):
    rows = BatchUnit.objects.filter(told_at__isnull=False, day__gte=on)
    return rows.filter(batch__state=BatchState.CANCELLED)


def _titles(user, ids):
    rows = ResearchBatch.objects.visible_to(user).filter(pk__in=ids).select_related("topic")
    return {one.pk: _title(one) for one in rows}


def _title(batch):
    return f"{batch.topic.title} · {batch.label}"


def _where(batch):
    return f"{batch.topic.lead_organ.label} · {batch.starts_on:%m-%d} – {batch.ends_on:%m-%d}"


register(
    Area.GOING_DOWN,
    Noun("research_batch", _titles, "research:batch"),
    Duty(
        code="batch_to_harmonise",
        title=_("Research batches to coordinate"),
        act=_("Look and arrange"),
        records=_to_harmonise,
        whose=OrganReach(P.CHECK_RESEARCH, to="topic__lead_organ"),
        load=lambda rows: rows.for_list(),
        item=item(_title, _where, due="starts_on"),
        sort=soonest("starts_on"),
        is_approval=True,
        told=Told(_("A batch of research is to be harmonised"), "research_batch", due="starts_on"),
    ),
    Told(
        _("Research comes to your place"),
        "research_batch",
        code="batch_told",
        records=_coming,
        whose=Reach(P.HOST_MATTERS),
        about="batch",
        due="day",
        until_read=True,
    ),
    Told(
        _("Research at your place was cancelled"),
        "research_batch",
        code="batch_called_off",
        records=_called_off,
        whose=Reach(P.HOST_MATTERS),
        about="batch",
        due="day",
        until_read=True,
    ),
    use="research",
)
