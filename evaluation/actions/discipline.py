"""Discipline findings: recording, lifting by a later document, stepping aside."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.models import DisciplineFinding, FindingLift
from evaluation.rules import discipline as rules
from outreach.models.conduct import accounts_concerned
from portal.records import audit
from portal.tools.locking import locked
from portal.tools.saving import keep
from portal.trust.access import require


@transaction.atomic
def record_finding(
    *, by, at, kind, happened_on, document, source, reference, cadre=None, organ=None
):
    """Record a verified finding about a cadre, or about an organ as such; never its full text."""
    if cadre is not None:
        organ = cadre.organ
    if organ is None:
        raise ValidationError(_("Name the cadre, or the organ where it is about the organ."))
    require(rules.may_record_finding(by, organ))
    if happened_on > timezone.localdate(at):
        raise ValidationError({"happened_on": _("This day lies in the future.")})

    finding = DisciplineFinding(
        cadre=cadre,
        organ=organ,
        kind=kind,
        happened_on=happened_on,
        document=document.strip(),
        source=source,
        reference=reference.strip(),
        recorded_by=by,
        recorded_at=at,
    )
    keep(finding)
    barred = accounts_concerned(organ)
    # The cadre concerned may read it.
    finding.barred.set(barred.exclude(pk=cadre.user_id) if cadre else barred)
    audit.record(
        "finding.recorded",
        on=finding,
        by=by,
        fields=["kind", "happened_on", "document", "source"],
        values={"cadre": cadre and cadre.pk, "organ": organ.pk, "document": finding.document},
    )
    return finding


@transaction.atomic
def lift_finding(*, finding, by, at, document, reason, lifted_on):
    """Lift a finding: it no longer counts, but its record stays unchanged."""
    finding = locked(finding)
    require(rules.may_lift(by, finding))
    if lifted_on < finding.happened_on:
        raise ValidationError({"lifted_on": _("This lies before the day of the finding.")})
    if lifted_on > timezone.localdate(at):
        raise ValidationError({"lifted_on": _("This day lies in the future.")})
    said = {"document": document.strip(), "reason": reason.strip()}
    FindingLift.objects.create(finding=finding, lifted_on=lifted_on, by=by, at=at, **said)
    values = {"document": said["document"]}
    audit.record("finding.lifted", on=finding, by=by, fields=said, values=values)
    return finding


@transaction.atomic
def step_aside(*, finding, by):
    """Recusal: this recipient no longer sees the finding."""
    finding = locked(finding)
    require(rules.may_step_aside(by, finding))
    finding.recused.add(by)
    audit.record("finding.recused", on=finding, by=by)
