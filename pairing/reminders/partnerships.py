"""Who is told that the term of a partnership ends: the office, the liaison, the host."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from pairing.models import Pairing
from pairing.models.pairings import Level
from portal import parameters, workdays
from portal.reminders import Kind, Noun, around_id, audience, register
from portal.roles import Permission

P = Permission

_SQL = f"""
    WITH ending AS MATERIALIZED (
        SELECT p.id, p.ends_on, p.organ_id, p.host_organ_id,
               array_remove(ARRAY[p.province_id, p.city_id, p.county_id, p.township_id,
                                  p.division_id], NULL) AS places
        FROM pairing_pairing p
        WHERE p.level = 'branch' AND p.state = 'agreed'
          AND p.ends_on BETWEEN %(day)s AND %(until)s
    ),
    wants AS (
        SELECT id, '{P.RECORD_JOINT_ACTIVITIES}' AS permission, organ_id, host_organ_id, places
        FROM ending
    ),
    {audience(P.RECORD_JOINT_ACTIVITIES)}
    SELECT r.user_id, 'partnership', e.id, '', e.ends_on, %(before)s || e.id || %(after)s
    FROM (SELECT DISTINCT id, user_id FROM reached) r JOIN ending e ON e.id = r.id
"""


def _ends(day, at):
    """On the first working day of a week while the end comes near, and shortly before it."""
    before, after = around_id("pairing:partnership")
    ahead = day + timedelta(days=parameters.number("pairing.ending_days", on=day))
    soon = workdays.add_working_days(day, parameters.number("reminder.ahead_wd", on=day))
    until = ahead if workdays.is_first_of_week(day) else soon
    return _SQL, {"day": day, "at": at, "until": until, "before": before, "after": after}


def _titles(user, ids):
    rows = Pairing.objects.visible_to(user).filter(pk__in=ids, level=Level.BRANCH)
    return {one.pk: f"{one.helper_label} · {one.helped_label}" for one in rows.for_list()}


register(
    Noun("partnership", _titles),
    Kind("partnership_ends", _("The term of a partnership of branches ends"), _ends),
)
