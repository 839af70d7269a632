"""What the audit calls the acts of evaluation."""

from django.utils.translation import gettext_lazy as _

from portal.events import describe

describe(
    {
        "honour_pool.made": _("Pool for honours made"),
        "honour_pool.joined": _("Pools for honours joined"),
        "honour_pool.given_up": _("Pool for honours given up"),
        "honour_pool.decided": _("Choice of a meeting among nominations entered"),
        "honour_pool.publicised": _("Honours put under public notice"),
        "honour_pool.finished": _("Honours made final"),
        "honour.nominated": _("Somebody nominated for an honour"),
        "honour.withdrawn": _("Nomination for an honour withdrawn"),
        "honour.objected": _("Honour taken off after an objection"),
        "grade.proposed": _("Grade of the year proposed"),
        "grade.decided": _("Grade of the year decided"),
        "grades.decided": _("Grades of a cycle decided in one act"),
        "member_appraisal.begun": _("Appraisal of Party members begun"),
        "member_appraisal.members_added": _("Members entered for their appraisal"),
        "member_appraisal.member_removed": _("Member entered by mistake removed"),
        "member_appraisal.meeting_noted": _("Meeting of an appraisal of members entered"),
        "member_appraisal.results_noted": _("Sums and grades of Party members entered"),
        "member_appraisal.finished": _("Appraisal of Party members decided"),
        "member_appraisal.reopened": _("Appraisal of Party members opened again"),
        "finding.recorded": _("Discipline finding recorded"),
        "finding.lifted": _("Discipline finding lifted"),
        "finding.recused": _("Stepped aside from a discipline finding"),
        "scores.exported": _("Sheet of an appraisal with scores made"),
    }
)
