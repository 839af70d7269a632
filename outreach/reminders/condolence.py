"""What people of the festival visits are told of: a window that opens, a notice, visits left.

A window is told to each person until they have read of it, once; the others as long as they are
true.
"""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models import CondolenceCampaign
from portal import festivals, parameters, workdays
from portal.festivals import Festival
from portal.reminders import Kind, Noun, around_id, audience, holders, register
from portal.roles import Permission

P = Permission
# A festival of a year as one number: 2027 and its place among the festivals.
_NUMBERS = {festival: place for place, festival in enumerate(Festival)}

_CAMPAIGNS = """
    campaigns AS MATERIALIZED (
        SELECT c.id, c.year, c.notice_to, c.ends_on, c.state, c.organ_id,
               coalesce(string_to_array(trim(both '/' FROM d.path), '/')::bigint[],
                        ARRAY[]::bigint[]) AS places
        FROM outreach_condolencecampaign c
        LEFT JOIN portal_division d ON d.id = c.division_id
        WHERE {condition}
    )"""


def _nobody():
    return "SELECT NULL::bigint, '', 0, '', NULL::date, '' WHERE false", {}


def _window_rows(day, at):
    """To office, hosts and liaisons, unless they have read of this festival."""
    open_now = festivals.windows_around(day)
    if not open_now:
        return _nobody()
    numbers = [year * 10 + _NUMBERS[festival] for festival, year, _window in open_now]
    dues = [window.last for _festival, _year, window in open_now]
    sql = f"""
        WITH {holders(P.LIST_RECIPIENTS)}
        SELECT DISTINCT h.user_id, 'festival', f.number, '', f.due, %(link)s
        FROM holder h CROSS JOIN unnest(%(numbers)s::int[], %(dues)s::date[]) f (number, due)
        WHERE NOT EXISTS (
            SELECT 1 FROM portal_reminder told
            WHERE told.user_id = h.user_id AND told.kind = 'condolence_window'
              AND told.noun_id = f.number AND told.read_at IS NOT NULL)"""
    return sql, {"day": day, "numbers": numbers, "dues": dues,
                 "link": reverse("outreach:condolence")}  # fmt: skip


def _managers(condition, due, parameters_of):
    """Whoever manages campaigns for the organiser."""

    def rows(day, at):
        sql = f"""
            WITH {_CAMPAIGNS.format(condition=condition)},
            wants AS (
                SELECT id, '{P.MANAGE_CAMPAIGNS}' AS permission, organ_id,
                       organ_id AS host_organ_id, places
                FROM campaigns
            ),
            {audience(P.MANAGE_CAMPAIGNS)}
            SELECT DISTINCT r.user_id, 'condolencecampaign', c.id, '', c.{due},
                   %(before)s || c.id || %(after)s
            FROM reached r JOIN campaigns c ON c.id = r.id"""
        before, after = around_id("outreach:condolence_campaign")
        return sql, {"day": day, "before": before, "after": after, **parameters_of(day)}

    return rows


def _visits_rows(day, at):
    """To whoever lists for a unit in which somebody waits, shortly before the festival."""
    sql = f"""
        WITH left_over AS MATERIALIZED (
            SELECT r.id, r.campaign_id, c.ends_on, r.organ_id, r.host_organ_id,
                   array_remove(ARRAY[r.province_id, r.city_id, r.county_id, r.township_id,
                                      r.division_id], NULL) AS places
            FROM outreach_condolencerecipient r
            JOIN outreach_condolencecampaign c ON c.id = r.campaign_id
            WHERE c.state IN ('approved', 'visiting') AND c.ends_on <= %(soon)s
              AND r.removed_at IS NULL
              AND NOT EXISTS (SELECT 1 FROM outreach_condolencevisit v
                              WHERE v.recipient_id = r.id AND v.voided_at IS NULL)
        ),
        wants AS (
            SELECT id, '{P.LIST_RECIPIENTS}' AS permission, organ_id, host_organ_id, places
            FROM left_over
        ),
        {audience(P.LIST_RECIPIENTS)}
        SELECT DISTINCT t.user_id, 'condolencecampaign', l.campaign_id, '', l.ends_on,
               %(before)s || l.campaign_id || %(after)s
        FROM reached t JOIN left_over l ON l.id = t.id"""
    before, after = around_id("outreach:condolence_campaign")
    ahead = timedelta(days=parameters.number("condolence.ahead_days", on=day))
    return sql, {"day": day, "soon": day + ahead, "before": before, "after": after}


def _latest_begin(day):
    """A list that does not hang out by now leaves a week for its visits or less."""
    return {"soon": workdays.add_working_days(day, parameters.number("notice.days", on=day) + 5)}


def _festival_titles(user, numbers):
    by_place = {place: festival for festival, place in _NUMBERS.items()}
    return {
        number: _("Festival visits %(name)s")
        % {"name": f"{number // 10}年{festivals.CHINESE[by_place[number % 10]]}"}
        for number in numbers
    }


def _campaign_titles(user, ids):
    return {
        one.pk: _("Festival visits %(name)s") % {"name": one.label}
        for one in CondolenceCampaign.objects.visible_to(user).filter(pk__in=ids)
    }


register(
    Noun("festival", _festival_titles),
    Noun("condolencecampaign", _campaign_titles),
    Kind("condolence_window", gettext_lazy("The days before a festival have begun"), _window_rows),
    Kind("condolence_due", gettext_lazy("The public notice of recipients is due"),
         _managers("c.state = 'listing' AND c.festival_on <= %(soon)s", "ends_on",
                   _latest_begin)),
    Kind("condolence_ending", gettext_lazy("The public notice of recipients ends"),
         _managers("c.state = 'notice' AND c.notice_to <= %(day)s", "notice_to",
                   lambda day: {})),
    Kind("condolence_visits", gettext_lazy("Festival visits are left to be made"), _visits_rows),
)  # fmt: skip
