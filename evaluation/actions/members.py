"""民主评议党员: begin, add members, record meeting, sums and grades, finish, reopen."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.actions.asking import permitted
from evaluation.models import AppraisedMember, MemberAppraisal, MemberAppraisalStep
from evaluation.models.members import MemberAppraisalState
from evaluation.rules import members as rules
from portal.records import audit
from portal.records.steps import take_step
from portal.tools.locking import locked, locked_many
from portal.tools.saving import change, keep, put
from portal.trust.access import require

Move = MemberAppraisalStep.Move
MEETING = ("held_on", "expected", "present", "valid")
RESULTS = ("self_done", "peers", "ballots", "grade")


@transaction.atomic
def begin_appraisal(*, organization, year, by, at):
    require(rules.may_begin(by, organization, year))
    appraisal = MemberAppraisal(year=year, written_by=by, begun_on=timezone.localdate(at))
    appraisal.stand_for(organization)
    keep(appraisal)
    take_step(appraisal, Move.BEGUN, by=by, at=at)
    values = {"organization": organization.pk, "year": year}
    audit.record("member_appraisal.begun", on=appraisal, by=by, values=values)
    return appraisal


@transaction.atomic
def add_members(*, appraisal, members, by, at):
    """Add members, [(name, is probationary)] in the order of the branch's list. Skips names already
    there."""
    appraisal = permitted(appraisal, rules.may_change, by)
    there = set(appraisal.members.values_list("name", flat=True))
    last = appraisal.members.aggregate(last=Max("place"))["last"] or 0
    rows = []
    for name, is_probationary in members:
        if name in there:
            continue
        there.add(name)
        last += 1
        rows.append(
            AppraisedMember(
                appraisal=appraisal, place=last, name=name, is_probationary=is_probationary
            )
        )
    AppraisedMember.objects.bulk_create(rows)
    audit.record("member_appraisal.members_added", on=appraisal, by=by, values={"n": len(rows)})
    return rows


@transaction.atomic
def remove_member(*, member, by, at):
    """Remove a name typed by mistake; refused once the appraisal is decided."""
    appraisal = locked(member.appraisal, no_key=True)
    require(rules.may_change(by, appraisal))
    appraisal.members.filter(pk=member.pk).delete()
    audit.record("member_appraisal.member_removed", on=appraisal, by=by)
    return appraisal


@transaction.atomic
def note_meeting(*, appraisal, by, at, **meeting):
    """`meeting` has the fields in MEETING."""
    appraisal = permitted(appraisal, rules.may_change, by)
    if meeting["held_on"] > timezone.localdate(at):
        raise ValidationError({"held_on": _("This day lies in the future.")})
    put(appraisal, meeting)
    appraisal.validate_constraints()
    _fit(appraisal, appraisal.members.all())
    appraisal.save(update_fields=MEETING)
    audit.record("member_appraisal.meeting_noted", on=appraisal, by=by, fields=MEETING)
    return appraisal


@transaction.atomic
def note_results(*, appraisal, results, by, at):
    """Store {member id: {self_done, peers, ballots, grade}}, all or nothing."""
    appraisal = permitted(appraisal, rules.may_change, by)
    members = {one.pk: one for one in locked_many(appraisal.members)}
    for pk, result in results.items():
        if pk not in members:
            raise ValidationError(_("A member was removed meanwhile; look at the list again."))
        put(members[pk], {name: result[name] for name in RESULTS})
        if members[pk].is_probationary:
            members[pk].grade = None
    _fit(appraisal, members.values())
    full = [one for one in members.values() if not one.is_probationary]
    require(rules.outstanding_fits(full, on=by.today))
    AppraisedMember.objects.bulk_update(members.values(), RESULTS)
    audit.record("member_appraisal.results_noted", on=appraisal, by=by, fields=RESULTS)
    return appraisal


def _fit(appraisal, members):
    """Refuse more ballots than valid ones, and more words of peers than people present."""
    for one in members:
        if appraisal.valid is None:
            if sum(one.ballots) or sum(one.peers):
                raise ValidationError(_("Enter the meeting before its ballots."))
            continue
        if sum(one.ballots) > appraisal.valid:
            raise ValidationError(
                _("%(name)s: %(n)s ballots, and %(valid)s were valid.")
                % {"name": one.name, "n": sum(one.ballots), "valid": appraisal.valid}
            )
        if sum(one.peers) > appraisal.present:
            raise ValidationError(
                _("%(name)s: %(n)s words of peers, and %(present)s attended.")
                % {"name": one.name, "n": sum(one.peers), "present": appraisal.present}
            )


@transaction.atomic
def finish_appraisal(*, appraisal, by, at):
    """组织评定: the appraisal is final."""
    appraisal = permitted(appraisal, rules.may_finish, by)
    change(appraisal, state=MemberAppraisalState.FINISHED, finished_on=timezone.localdate(at))
    take_step(appraisal, Move.FINISHED, by=by, at=at)
    audit.record("member_appraisal.finished", on=appraisal, by=by)
    return appraisal


@transaction.atomic
def reopen_appraisal(*, appraisal, reason, by, at):
    """Reopen to correct a mistake; the reason stays in the history."""
    appraisal = permitted(appraisal, rules.may_reopen, by)
    change(appraisal, state=MemberAppraisalState.OPEN, finished_on=None)
    take_step(appraisal, Move.REOPENED, by=by, at=at, words=reason)
    audit.record("member_appraisal.reopened", on=appraisal, by=by, values={"reason": reason})
    return appraisal
