"""Complaints about the conduct of a person: into the sealed table and nowhere else."""

from django.db import transaction
from django.utils.translation import gettext as _

from outreach.actions.matters import DifferentContent
from outreach.models import ConductReport
from outreach.models.conduct import accounts_concerned
from outreach.rules import conduct as rules
from portal.run.locking import locked
from portal.trust import audit, crypto, privacy
from portal.trust.access import ALLOWED, Decision, require


@transaction.atomic
def register_report(*, by, client_key, on, subject, text, reporter="", subject_organ=None):
    """Seal a report. Whoever registers it cannot read it again."""
    require(rules.may_hand_in_report(by))
    return _seal(by.pk, client_key, on, subject, text, reporter, subject_organ)


@transaction.atomic
def receive_report(*, client_key, on, subject, text, reporter="", subject_organ=None):
    """Seal a report that came by the villager's door, from nobody whom the portal knows."""
    return _seal("door", client_key, on, subject, text, reporter, subject_organ)


def _seal(registrar, client_key, on, subject, text, reporter, subject_organ):
    organ_pk = subject_organ.pk if subject_organ else None
    content_digest = audit.digest([registrar, organ_pk, subject, text, reporter])
    known = ConductReport.objects.filter(client_key=client_key).first()
    if known is not None:
        if known.content_digest != content_digest:
            raise DifferentContent
        return None
    subject, text, reporter = (privacy.mask_ids(typed) for typed in (subject, text, reporter))
    report = ConductReport.objects.create(
        client_key=client_key,
        content_digest=content_digest,
        received_on=on,
        subject_organ=subject_organ,
        subject_cipher=crypto.encrypt(subject, "conduct.subject"),
        text_cipher=crypto.encrypt(text, "conduct.text"),
        reporter_cipher=crypto.encrypt(reporter, "conduct.reporter"),
        registrar_cipher=crypto.encrypt(str(registrar), "conduct.registrar"),
    )
    if subject_organ is not None:
        report.barred.set(accounts_concerned(subject_organ))
    # Not by whom, nor from where: the audit administrator must not learn who complained.
    with audit.from_address(None):
        audit.record("conduct.received", on=report, by="sealed")
    return report


@transaction.atomic
def open_report(*, report, by):
    """The texts of a report, for a recipient; each reading is one audit entry."""
    require(_may_read(by, report))
    audit.record("conduct.opened", on=report, by=by)
    return {
        "subject": crypto.decrypt(report.subject_cipher, "conduct.subject"),
        "text": crypto.decrypt(report.text_cipher, "conduct.text"),
        "reporter": crypto.decrypt(report.reporter_cipher, "conduct.reporter"),
        "outcome": crypto.decrypt(report.outcome_cipher, "conduct.outcome"),
    }


def _may_read(user, report):
    if ConductReport.objects.visible_to(user).filter(pk=report.pk).exists():
        return ALLOWED
    return Decision(_("Conduct reports are read by their recipients alone."))


def _locked(report, by):
    report = locked(report)
    require(_may_read(by, report))
    require(rules.may_deal_with_report(by, report))
    return report


@transaction.atomic
def step_aside(*, report, by):
    """Recusal: the report disappears for this recipient."""
    report = _locked(report, by)
    report.recused.add(by)
    audit.record("conduct.recused", on=report, by=by)


@transaction.atomic
def hand_over(*, report, by, handed_to, receipt, at):
    """To discipline inspection against a receipt; the text is erased here."""
    report = _locked(report, by)
    report.state = ConductReport.State.HANDED_OVER
    report.handed_to, report.receipt = handed_to, receipt
    report.text_cipher = report.subject_cipher = report.reporter_cipher = ""
    report.closed_by, report.closed_at = by, at
    report.save()
    audit.record("conduct.handed_over", on=report, by=by, fields=["handed_to", "receipt"])
    return report


@transaction.atomic
def close_report(*, report, by, outcome, at):
    """Dealt with here; the outcome is sealed like the report."""
    report = _locked(report, by)
    report.state = ConductReport.State.ANSWERED
    report.outcome_cipher = crypto.encrypt(privacy.mask_ids(outcome), "conduct.outcome")
    report.closed_by, report.closed_at = by, at
    report.save()
    audit.record("conduct.answered", on=report, by=by)
    return report
