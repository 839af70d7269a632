"""Who is told that nomination for a batch closes: who nominates for an organ that named nobody."""

from django.utils.translation import gettext_lazy as _

from outreach.models import StayBatch
from portal import parameters, workdays
from portal.reminders import Kind, Noun, around_id, holders, register
from portal.roles import Permission

P = Permission

# Within one role: the organ that is nominated for lies in the batch's area.
_CLOSING = f"""
    WITH {holders(P.NOMINATE)}
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
    ahead = parameters.number("reminder.ahead_wd", on=day)
    before, after = around_id("outreach:batch")
    return _CLOSING, {
        "day": day, "at": at, "before": before, "after": after,
        "soon": workdays.add_working_days(day, ahead),
    }  # fmt: skip


def _titles(user, ids):
    return dict(StayBatch.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "title"))


register(
    Noun("staybatch", _titles),
    Kind(
        "nomination_closes", _("Nomination closes soon, and your organ has named nobody"), _closing
    ),
)
