"""Complaints about the conduct of a person, kept in the sealed table only."""

from django.db import transaction
from django.utils.translation import gettext as _

from outreach.actions.matters import DifferentContent
from outreach.models import ConductReport
from outreach.models.conduct import accounts_concerned
from outreach.rules import conduct as rules
from portal.records import audit
from portal.tools.locking import locked
from portal.tools.saving import change
from portal.trust import crypto, privacy, wall
from portal.trust.access import ALLOWED, Decision, require


@transaction.atomic
def register_report(*, by, client_key, on, subject, text, reporter="", subject_organ=None):
    """Seal a report; the person who registers it cannot read it again."""
    require(rules.may_hand_in_report(by))
    return _seal(by.pk, client_key, on, subject, text, reporter, subject_organ)


@transaction.atomic
def receive_report(*, client_key, on, subject, text, reporter="", subject_organ=None):
    """Seal a report sent through the villager's door by a person without an account."""
    return _seal("door", client_key, on, subject, text, reporter, subject_organ)


def _seal(registrar, client_key, on, subject, text, reporter, subject_organ):
    organ_pk = subject_organ.pk if subject_organ else None
    content_digest = audit.digest([registrar, organ_pk, subject, text, reporter])
    with wall.as_system("whether a report was handed in already"):
        known = ConductReport.objects.filter(client_key=client_key).first()
    if known is not None:
        if known.content_digest != content_digest:
            raise DifferentContent
        return None
    texts = {"subject": subject, "text": text, "reporter": reporter}
    texts = {part: privacy.mask_ids(typed) for part, typed in texts.items()}
    texts["registrar"] = str(registrar)
    report = ConductReport.objects.create(
        client_key=client_key,
        content_digest=content_digest,
        received_on=on,
        subject_organ=subject_organ,
        **{
            f"{part}_cipher": crypto.encrypt(text, f"conduct.{part}")
            for part, text in texts.items()
        },
    )
    if subject_organ is not None:
        report.barred.set(accounts_concerned(subject_organ))
    # Without actor and address: the audit administrator must not learn who complained.
    with audit.from_address(None):
        audit.record("conduct.received", "sealed", report)
    return report


@transaction.atomic
def open_report(*, report, by):
    """The texts of a report, for a recipient; each reading is an audit entry."""
    require(_may_read(by, report))
    audit.record("conduct.opened", by, report)
    parts = ("subject", "text", "reporter", "outcome")
    return {
        part: crypto.decrypt(getattr(report, f"{part}_cipher"), f"conduct.{part}") for part in parts
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
    """Recusal: hide the report from this recipient."""
    report = _locked(report, by)
    report.recused.add(by)
    audit.record("conduct.recused", by, report)


@transaction.atomic
def hand_over(*, report, by, handed_to, receipt, at):
    """Hand over to discipline inspection against a receipt; the text is erased here."""
    report = _locked(report, by)
    erased = {"text_cipher": "", "subject_cipher": "", "reporter_cipher": ""}
    erased |= {"closed_by": by, "closed_at": at, "state": ConductReport.State.HANDED_OVER}
    change(report, handed_to=handed_to, receipt=receipt, **erased)
    audit.record("conduct.handed_over", by, report, ["handed_to", "receipt"])
    return report


@transaction.atomic
def close_report(*, report, by, outcome, at):
    """Close a report that was dealt with here; the outcome is sealed too."""
    report = _locked(report, by)
    sealed = crypto.encrypt(privacy.mask_ids(outcome), "conduct.outcome")
    answered = {"state": ConductReport.State.ANSWERED, "closed_by": by, "closed_at": at}
    change(report, outcome_cipher=sealed, **answered)
    audit.record("conduct.answered", by, report)
    return report
