"""Who may record or lift a finding, or step aside. Checks the person first, then the state."""

from django.utils.translation import gettext as _

from evaluation.models import DisciplineFinding
from outreach.models.conduct import accounts_concerned
from portal.roles import Permission as P
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours


def may_open_findings(user):
    """Recipients, and everybody for findings about themselves."""
    if user.holds(P.RECORD_FINDINGS) or user.holds(P.SEE_PEOPLE):
        return ALLOWED
    return Decision(_("Discipline findings are read by their recipients and the person concerned."))


def may_record_findings(user):
    if user.holds(P.RECORD_FINDINGS):
        return ALLOWED
    return NotYours(_("Findings are recorded by the conduct recipients, with a document."))


def may_record_finding(user, organ):
    """Refuses the user's own organ, and organs outside their role."""
    if not (decision := may_record_findings(user)):
        return decision
    grants = user.grants_with(P.RECORD_FINDINGS)
    if all(g.organ_id and organ.pk not in g.organ_ids for g in grants):
        return Decision(_("It is outside the area or organ of your role."))
    if accounts_concerned(organ).filter(pk=user.pk).exists():
        return Decision(
            _("%(organ)s is your own organ: another recipient records this.")
            % {"organ": organ.name}
        )
    return ALLOWED


def _keeps(user, finding):
    return DisciplineFinding.objects.kept_by(user).filter(pk=finding.pk).exists()


def may_lift(user, finding):
    if not _keeps(user, finding):
        return NotYours(_("Findings are lifted by the conduct recipients, with a document."))
    if finding.is_lifted:
        return NotNow(_("A later document lifted this finding."))
    return ALLOWED


def may_step_aside(user, finding):
    if not _keeps(user, finding):
        return NotYours(_("Only recipients who read it can step aside."))
    return ALLOWED
