"""Duties about batches of stays, for nominating organs and for the office."""

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from outreach.models import Nomination, Placement, StayBatch
from outreach.models.batches import BatchState, NominationState, kept_by
from portal.duties.duty import Chosen, Duty, Item, Kept, by_deadline, item, register, soon
from portal.duties.reminders import Kind, Noun, holders, names_of, url_prefix_and_suffix
from portal.pages.side_list import Area
from portal.roles import Permission as P
from portal.trust.access import organ_reach

KEEPERS = Kept(P.MANAGE_STAYS, by=kept_by)


def _unnamed(batches, user):
    """Batches for which nobody of the reader's organ is nominated yet."""
    ours = Nomination.objects.filter(organ_reach(user, P.NOMINATE), batch=OuterRef("pk"))
    standing = ours.exclude(state=NominationState.WITHDRAWN)
    return batches.visible_to(user).exclude(Exists(standing))


def _to_qualify(on):
    waiting = Nomination.objects.filter(batch=OuterRef("pk"), state=NominationState.OPEN)
    states = (BatchState.NOMINATING, BatchState.PROPOSING)
    return StayBatch.objects.filter(Exists(waiting), state__in=states)


def _to_close(on):
    return StayBatch.objects.filter(state=BatchState.NOMINATING, nominate_by__lt=on)


def _to_decide(on):
    placed = Placement.objects.filter(batch=OuterRef("pk"), ended_at=None)
    return StayBatch.objects.filter(Exists(placed), state=BatchState.PROPOSING)


def _where(batch):
    return " · ".join(str(w) for w in (batch.get_kind_display(), batch.programme) if w)


def _close(batch):
    url = reverse("outreach:move_batch", args=[batch.pk, "close"])
    return Item(batch.title, batch.organ.label, batch.get_absolute_url(), url, batch.nominate_by)


def _qualify(batch):
    words = ngettext("%(n)s cadre to be checked", "%(n)s cadres to be checked", batch.waiting)
    url = f"{reverse('outreach:nominations', args=[batch.pk])}?tab=open"
    return Item(batch.title, words % {"n": batch.waiting}, url, url, batch.starts_on)


# SQL, because no column of a batch names its readers: those who nominate for an organ in its area.
_CLOSING = """
    SELECT DISTINCT h.user_id, 'staybatch', b.id, '', b.nominate_by,
           %(before)s || b.id || %(after)s
    FROM outreach_staybatch b
    JOIN holder h ON true
    LEFT JOIN portal_organ o ON o.id = h.organ_id
    LEFT JOIN portal_division d ON d.id = coalesce(h.division_id, o.division_id)
    WHERE b.state = 'nominating' AND b.nominate_by BETWEEN %(day)s AND %(soon)s
      AND (b.area_id IS NULL OR d.path LIKE '%%/' || b.area_id || '/%%')
      AND NOT EXISTS (
          SELECT 1 FROM outreach_nomination n JOIN portal_organ at ON at.id = n.organ_id
          WHERE n.batch_id = b.id AND n.state <> 'withdrawn'
            AND (o.id IS NULL OR at.path LIKE o.path || '%%'))
"""


def _closing(day, at):
    before, after = url_prefix_and_suffix("outreach:batch")
    sql = f"WITH {holders(P.NOMINATE)} {_CLOSING}"
    return sql, {"day": day, "soon": soon(day), "before": before, "after": after}


register(
    Area.STAYS,
    Noun("staybatch", names_of(StayBatch, "title"), "outreach:batch"),
    Duty(
        code="nominate",
        title=_("Batches open for nomination"),
        act=_("Nominate"),
        records=StayBatch.objects.open_for_nomination,
        whose=Chosen(_unnamed, P.NOMINATE),
        item=item("title", _where, "outreach:nominate", due="nominate_by"),
        sort=by_deadline("nominate_by"),
    ),
    Kind(
        "nomination_closes", _("Nomination closes soon, and your organ has named nobody"), _closing
    ),
    Duty(
        code="close_nomination",
        title=_("Batches whose nomination can be closed"),
        act=_("Close nomination"),
        records=_to_close,
        whose=KEEPERS,
        load=lambda rows: rows.select_related("organ"),
        item=_close,
        sort=by_deadline("nominate_by"),
    ),
    Duty(
        code="qualify_nominations",
        title=_("Nominations to be checked"),
        act=_("Qualify"),
        records=_to_qualify,
        whose=KEEPERS,
        load=lambda rows: rows.annotate(
            waiting=Count("nominations", filter=Q(nominations__state=NominationState.OPEN))
        ),
        item=_qualify,
        sort=by_deadline("starts_on"),
    ),
    Duty(
        code="decide_batch",
        title=_("Batches to be decided"),
        act=_("Enter the decision"),
        records=_to_decide,
        whose=KEEPERS,
        item=item("title", _where, "outreach:decide_batch", due="starts_on"),
        sort=by_deadline("starts_on"),
    ),
    Duty(
        code="publish_batch",
        title=_("Stays to be published"),
        act=_("Publish"),
        records=lambda on: StayBatch.objects.filter(state=BatchState.DECIDED),
        whose=KEEPERS,
        item=item("title", _where, "outreach:publish_batch", due="starts_on"),
        sort=by_deadline("starts_on"),
    ),
    use="stays",
)
