"""Words that are still to be given: liaison and host, from two working days before the last day.

One reminder of a cycle for each person, however many words are missing; after the last day it is
told as overdue until collecting ends.
"""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.models import Cycle
from portal import parameters, workdays
from portal.reminders import Kind, Noun, audience, register
from portal.roles import Permission as P

# On its own leading team an organ gives no word; the one above it does.
_SENDING = """CASE WHEN a.subject = 'organ'
    THEN (SELECT parent_id FROM portal_organ WHERE id = a.organ_id) ELSE a.organ_id END"""


def _missing(side, speaker):
    """Who is asked for a word of a side and has not given it on everybody."""
    asked = f"{speaker}, NULL::bigint" if side == "sending" else f"NULL::bigint, {speaker}"
    return f"""
        SELECT DISTINCT c.id, '{P.GIVE_ORGANISATION_WORD}', {asked},
               ARRAY[a.province_id, a.city_id, a.county_id, a.township_id, a.division_id]
        FROM due c JOIN evaluation_appraised a ON a.cycle_id = c.id AND a.left_out_reason = ''
        WHERE {speaker} IS NOT NULL
          AND NOT EXISTS (SELECT FROM evaluation_organappraisal w
                          WHERE w.appraised_id = a.id AND w.side = '{side}'
                            AND w.replaced_at IS NULL)"""


def _due(day, at):
    sql = f"""
        WITH due AS MATERIALIZED (
            SELECT id, ballots_until FROM evaluation_cycle
            WHERE state = 'collecting' AND ballots_until <= %(soon)s
        ),
        wants (id, permission, organ_id, host_organ_id, places) AS (
            {_missing("sending", _SENDING)}
            UNION ALL
            {_missing("host", "a.host_organ_id")}
        ),
        {audience(P.GIVE_ORGANISATION_WORD)}
        SELECT DISTINCT r.user_id, 'words_of_cycle', due.id, '', due.ballots_until,
               %(link)s || due.id
        FROM reached r JOIN due ON due.id = r.id"""
    soon = workdays.add_working_days(day, parameters.number("reminder.ahead_wd", on=day))
    return sql, {
        "day": day, "soon": soon, "link": f"{reverse('evaluation:words_to_give')}?cycle=",
    }  # fmt: skip


def _titles(user, ids):
    rows = Cycle.objects.visible_to(user).filter(pk__in=ids)
    return dict(rows.values_list("pk", "title"))


register(
    Noun("words_of_cycle", _titles),
    Kind("word_due", _("The word of your organ is due or overdue"), _due),
)
