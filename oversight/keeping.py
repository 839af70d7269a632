"""Retention: personal fields anonymised by the job, and records that a list of destruction may
contain. One row each."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

from outreach.models import CondolenceName, Matter, MatterContact, MatterSide, Notice
from outreach.models.condolence import CondolenceCampaign
from outreach.models.notices import AnswerKind, NoticeState
from oversight.models import DataRequest, PortalComplaint, PrivacyRequest
from oversight.models.complaints import ComplaintState
from oversight.models.data_requests import RequestState
from oversight.models.retention import RecordKind
from portal.models import Organ
from portal.text import Text
from portal.trust import privacy
from works.models import Talk
from works.models.talks import FORGOTTEN

# Matters processed at a time.
CHUNK = 500


# --- Personal fields ------------------------------------------------------------------------------


def forget_raisers(before, since):
    """Erase names and phones of matters closed before this day; return {code: number}.

    Contacts are visible only once opened, so matters are searched instead: those that still show a
    name, and those closed since the last run.
    """
    closed = Matter.objects.filter(closed_on__lt=before)
    named = ~Q(raiser_display="") | Q(sides__isnull=False) & ~Q(sides__display="××")
    due = closed.filter(named | Q(closed_on__gte=since)) if since else closed
    ids = list(due.order_by("pk").distinct().values_list("pk", flat=True))
    contacts = matters = 0
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        with privacy.opened(matter=",".join(map(str, chunk))):
            contacts += MatterContact.objects.filter(matter__in=chunk).delete()[0]
        shown = Matter.objects.filter(pk__in=chunk).exclude(raiser_display="")
        matters += shown.update(raiser_display="")
        MatterSide.objects.filter(matter__in=chunk).update(display="××")
    return {"contacts": contacts, "raisers": matters}


def forget_recipients(before, since):
    """Erase names of the recipients of festival visits that ended before this day."""
    ended = CondolenceCampaign.objects.filter(ends_on__lt=before)
    ids = list(ended.order_by("pk").values_list("pk", flat=True))
    names = 0
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        with privacy.opened(campaigns=chunk):
            names += CondolenceName.objects.filter(campaign__in=chunk).delete()[0]
    return {"recipients": names}


def forget_writers(before, since):
    """Erase the writers of archived complaints about the portal; a code known to nobody takes their
    place."""
    rows = PortalComplaint.objects.filter(
        state=ComplaintState.ARCHIVED, received_on__lt=before, author__isnull=False
    )
    written = list(rows.order_by("pk"))
    for one in written:
        one.forget_writer()
    PortalComplaint.objects.bulk_update(written, ["author", "code_digest"], batch_size=CHUNK)
    return {"writers": len(written)}


def forget_workers(before, since):
    """Erase names of workers in talks held before this day."""
    rows = Talk.objects.filter(talked_on__lt=before).exclude(other_name__in=("", FORGOTTEN))
    return {"talks": rows.update(other_name=FORGOTTEN)}


def forget_askers(before, since):
    """Erase the requesters of personal data whose requests were answered before this day."""
    rows = PrivacyRequest.objects.filter(answered_on__lt=before).exclude(display="", name_cipher="")
    nothing = dict.fromkeys(("display", "name_cipher", "phone_cipher", "phone_index"), "")
    return {"askers": rows.update(**nothing)}


# (before, since) → {code: how many}, in the order of the report.
PERSONAL: list[Callable] = [
    forget_raisers,
    forget_recipients,
    forget_writers,
    forget_workers,
    forget_askers,
]


# --- Records --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Destroyable:
    """A kind of record that can be destroyed: which are old enough, and their labels."""

    # (organ ids of the list's organ and below it, before) → rows.
    rows: Callable
    label: Callable[..., Text]
    # Date column from which the retention period counts.
    day: str


def _notices(organs, before):
    over = (NoticeState.REPLACED, NoticeState.WITHDRAWN, NoticeState.PUBLISHED)
    rows = Notice.objects.filter(organ__in=organs, state__in=over, published_on__lt=before)
    return rows.exclude(asks=AnswerKind.NONE).filter(
        replaces=None, correction=None, data_requests=None
    )


def _requests(organs, before):
    rows = DataRequest.objects.filter(organ__in=organs, ends_on__lt=before)
    over = (RequestState.APPROVED, RequestState.PROVIDED, RequestState.WITHDRAWN)
    return rows.filter(state__in=over)


def _complaints(organs, before):
    places = Organ.objects.filter(pk__in=organs, division__isnull=False).values("division")
    rows = PortalComplaint.objects.filter(state=ComplaintState.ARCHIVED, received_on__lt=before)
    return rows.filter(Q(area__in=places) | Q(organ__in=organs))


KINDS = {
    RecordKind.NOTICE: Destroyable(_notices, lambda one: one.title, "published_on"),
    RecordKind.REQUEST: Destroyable(_requests, lambda one: one.title, "ends_on"),
    RecordKind.COMPLAINT: Destroyable(_complaints, lambda one: one.number_label, "received_on"),
}
