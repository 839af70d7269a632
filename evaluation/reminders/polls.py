"""What people are told of polls, said in SQL."""

from django.utils.translation import gettext_lazy as _

from evaluation.models import Poll
from portal.reminders import Kind, Noun, around_id, audience, register
from portal.roles import Permission as P

_PLACES = (
    "array_remove(ARRAY[p.province_id, p.city_id, p.county_id, p.township_id, p.division_id], NULL)"
)


def _rows(condition, *permissions):
    """Polls of collecting cycles that wait, to who may act on them there."""
    named = " UNION ALL ".join(
        f"SELECT id, '{one}' AS permission, organ_id, host_organ_id, places FROM waiting"
        for one in permissions
    )

    def rows(day, at):
        sql = f"""
            WITH waiting AS MATERIALIZED (
                SELECT p.id, c.ballots_until, p.organ_id, p.host_organ_id, {_PLACES} AS places
                FROM evaluation_poll p JOIN evaluation_cycle c ON c.id = p.cycle_id
                WHERE c.state = 'collecting' AND {condition}
            ),
            wants AS ({named}),
            {audience(*permissions)}
            SELECT DISTINCT r.user_id, 'poll', w.id, '', w.ballots_until,
                   %(before)s || w.id || %(after)s
            FROM reached r JOIN waiting w ON w.id = r.id"""
        before, after = around_id("evaluation:poll")
        return sql, {"day": day, "before": before, "after": after}

    return rows


_ROSTER = "p.state = 'prepared' AND p.roster_size IS NULL AND c.ballots_until >= %(day)s"
_CODES = (
    "p.state = 'open' AND c.ballots_until >= %(day)s"
    " AND NOT EXISTS (SELECT FROM evaluation_ballotcode b WHERE b.poll_id = p.id)"
)
_OVER = "p.state = 'open' AND c.ballots_until < %(day)s"


def _titles(user, ids):
    rows = Poll.objects.visible_to(user).filter(pk__in=ids)
    return dict(rows.values_list("pk", "unit__name"))


register(
    Noun("poll", _titles),
    Kind("poll_roster", _("The size of the roster is to be entered for a poll"),
         _rows(_ROSTER, P.MANAGE_EVALUATION, P.COUNT_BALLOTS)),
    Kind("poll_codes", _("Slips of an open poll are to be printed"),
         _rows(_CODES, P.MANAGE_EVALUATION)),
    Kind("poll_over", _("A poll whose days are over is to be closed and counted"),
         _rows(_OVER, P.MANAGE_EVALUATION)),
)  # fmt: skip
