"""What of the batches of stays waits for the organs that nominate, and for the office."""

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from outreach.models import Nomination, Placement, StayBatch
from outreach.models.batches import BatchState, NominationState
from portal.access import organ_reach
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import Item, Kind, register
from portal.web import Sort

BY_CLOSING = Sort(gettext_lazy("by deadline"), "nominate_by", descending=False)
BY_BEGINNING = Sort(gettext_lazy("by deadline"), "starts_on", descending=False)


def _to_nominate(user):
    """Open, and nobody of one's organ is nominated yet."""
    ours = Nomination.objects.filter(organ_reach(user, P.NOMINATE), batch=OuterRef("pk"))
    batches = StayBatch.objects.visible_to(user).open_for_nomination(user.today)
    return batches.exclude(Exists(ours.exclude(state=NominationState.WITHDRAWN)))


def _to_qualify(user):
    waiting = Nomination.objects.filter(batch=OuterRef("pk"), state=NominationState.OPEN)
    batches = StayBatch.objects.kept_by(user).filter(
        state__in=[BatchState.NOMINATING, BatchState.PROPOSING]
    )
    return batches.filter(Exists(waiting))


def _to_close(user):
    return StayBatch.objects.kept_by(user).filter(
        state=BatchState.NOMINATING, nominate_by__lt=user.today
    )


def _to_decide(user):
    placed = Placement.objects.filter(batch=OuterRef("pk"), ended_at=None)
    return StayBatch.objects.kept_by(user).filter(Exists(placed), state=BatchState.PROPOSING)


def _to_publish(user):
    return StayBatch.objects.kept_by(user).filter(state=BatchState.DECIDED)


def _item(url_name, *, due="starts_on"):
    def item(batch):
        return Item(
            what=batch.title,
            where=" · ".join(str(w) for w in (batch.get_kind_display(), batch.programme) if w),
            url=batch.get_absolute_url(),
            act_url=reverse(f"outreach:{url_name}", args=[batch.pk]),
            due=getattr(batch, due),
        )

    return item


def _close(batch):
    url = reverse("outreach:move_batch", args=[batch.pk, "close"])
    return Item(batch.title, batch.organ.label, batch.get_absolute_url(), url, batch.nominate_by)


def _qualify(batch):
    words = ngettext("%(n)s cadre to be checked", "%(n)s cadres to be checked", batch.waiting)
    url = f"{reverse('outreach:nominations', args=[batch.pk])}?tab=open"
    return Item(batch.title, words % {"n": batch.waiting}, url, url, batch.starts_on)


register(
    Area.STAYS,
    Kind(
        code="nominate",
        looks_up=True,
        title=gettext_lazy("Batches open for nomination"),
        act=gettext_lazy("Nominate"),
        rows=_to_nominate,
        item=_item("nominate", due="nominate_by"),
        sort=BY_CLOSING,
        permissions=(P.NOMINATE,),
    ),
    Kind(
        code="close_nomination",
        title=gettext_lazy("Batches whose nomination can be closed"),
        act=gettext_lazy("Close nomination"),
        rows=_to_close,
        load=lambda rows: rows.select_related("organ"),
        item=_close,
        sort=BY_CLOSING,
        permissions=(P.MANAGE_STAYS,),
    ),
    Kind(
        code="qualify_nominations",
        title=gettext_lazy("Nominations to be checked"),
        act=gettext_lazy("Qualify"),
        rows=_to_qualify,
        load=lambda rows: rows.annotate(
            waiting=Count("nominations", filter=Q(nominations__state=NominationState.OPEN))
        ),
        item=_qualify,
        sort=BY_BEGINNING,
        permissions=(P.MANAGE_STAYS,),
    ),
    Kind(
        code="decide_batch",
        title=gettext_lazy("Batches to be decided"),
        act=gettext_lazy("Enter the decision"),
        rows=_to_decide,
        item=_item("decide_batch"),
        sort=BY_BEGINNING,
        permissions=(P.MANAGE_STAYS,),
    ),
    Kind(
        code="publish_batch",
        title=gettext_lazy("Stays to be published"),
        act=gettext_lazy("Publish"),
        rows=_to_publish,
        item=_item("publish_batch"),
        sort=BY_BEGINNING,
        permissions=(P.MANAGE_STAYS,),
    ),
)
