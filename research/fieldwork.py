"""A visit ticked for a research batch counts as its fieldwork."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from outreach.models.visits import CORRECTION_DAYS, Purpose
from outreach.ticked import Ticked
from portal.models import Cadre
from portal.records.seen import seen_by
from research.models import ResearchBatch
from research.rules import activities as rules


def _offered(user, *, units, on):
    """Batches at these units that the user takes part in, running or recently ended."""
    own = Cadre.objects.filter(user__in=user.identity_ids).values("pk")
    return rules.fieldwork_of(own, units=units, first=on - timedelta(days=CORRECTION_DAYS), last=on)


def _words(batch):
    return f"{batch.topic.title} {batch.label} {batch.starts_on:%m-%d}–{batch.ends_on:%m-%d}"


@seen_by("visits")
def _batches(user):
    rows = ResearchBatch.objects.visible_to(user).select_related("topic")
    return rows.order_by("starts_on", "pk")


def _seen(user, visit):
    return _batches(user, visit.pk) if Purpose.RESEARCH in visit.purposes else []


BATCHES = Ticked(
    "research_batches",
    _("This visit is fieldwork of the batch"),
    _("Fieldwork of"),
    Purpose.RESEARCH,
    _offered,
    _words,
    lambda batch: f"{batch.topic.title} {batch.label}",
    rules.may_count_for,
    _seen,
    lambda rows: rows.select_related("topic"),
    use="research",
)
