"""What people are told of stays: the same acts as in the to-do list, said in SQL.

What is weeks ahead is told on the first working day of a week, not every morning.
"""

from datetime import date, timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models import Leave, Stay, StayReport
from outreach.models.stay_months import unattested
from outreach.stay_days import last_of, month_to_attest
from portal import parameters, workdays
from portal.access import reach
from portal.reminders import Kind, Noun, around_id, audience, register
from portal.roles import Permission

P = Permission
NOTHING = "SELECT 0, '', 0, '', NULL::date, '' WHERE false"

_STAY = """
    s.id, s.cadre_id, c.user_id AS own_id, s.organ_id, s.host_organ_id, s.starts_on,
    coalesce(s.ended_on, s.ends_on) AS last_day,
    array_remove(ARRAY[s.province_id, s.city_id, s.county_id, s.township_id, s.division_id], NULL)
        AS places"""
_FROM = "FROM outreach_stay s JOIN portal_cadre c ON c.id = s.cadre_id"
_OWN = "EXISTS (SELECT 1 FROM acting WHERE acting.user_id = r.user_id AND acting.as_id = {own})"


def _around(day, at, url_name):
    before, after = around_id(url_name)
    return {"day": day, "at": at, "before": before, "after": after}


def _begins(day, at):
    """The cadre and the host, some working days ahead."""
    sql = f"""
        WITH stays AS MATERIALIZED (
            SELECT {_STAY} {_FROM}
            WHERE s.state = 'published' AND s.starts_on BETWEEN %(day)s AND %(soon)s
        ),
        wants AS (
            SELECT id, '{P.ATTEST_STAYS}' AS permission, organ_id, host_organ_id, places FROM stays
        ),
        {audience(P.ATTEST_STAYS)}
        SELECT told.user_id, 'stay', s.id, '', s.starts_on, %(before)s || s.id || %(after)s
        FROM (SELECT id, user_id FROM reached
              UNION SELECT stays.id, acting.user_id FROM stays
              JOIN acting ON acting.as_id = stays.own_id) told
        JOIN stays s ON s.id = told.id"""
    soon = workdays.add_working_days(day, parameters.number("reminder.ahead_wd", on=day))
    return sql, _around(day, at, "outreach:stay") | {"soon": soon}


def _ends(day, at):
    """The cadre, host and office: weekly while the end comes near, and shortly before it."""
    soon = workdays.add_working_days(day, parameters.number("reminder.ahead_wd", on=day))
    ahead = day + timedelta(days=parameters.number("posting.ending_days", on=day))
    sql = f"""
        WITH stays AS MATERIALIZED (
            SELECT {_STAY} {_FROM}
            WHERE s.state <> 'cancelled' AND s.starts_on <= %(day)s
              AND coalesce(s.ended_on, s.ends_on) BETWEEN %(day)s AND %(until)s
        ),
        wants AS (
            SELECT id, permission, organ_id, host_organ_id, places
            FROM stays CROSS JOIN (VALUES ('{P.ATTEST_STAYS}'), ('{P.MANAGE_STAYS}')) p (permission)
        ),
        {audience(P.ATTEST_STAYS, P.MANAGE_STAYS)}
        SELECT told.user_id, 'stay', s.id, '', s.last_day, %(before)s || s.id || %(after)s
        FROM (SELECT id, user_id FROM reached
              UNION SELECT stays.id, acting.user_id FROM stays
              JOIN acting ON acting.as_id = stays.own_id) told
        JOIN stays s ON s.id = told.id"""
    until = ahead if workdays.is_first_of_week(day) else soon
    return sql, _around(day, at, "outreach:stay") | {"until": until}


def _months(day, at):
    """One line for whoever has months to attest, however many stays there are."""
    month = month_to_attest(day)
    if day != last_of(month) and not workdays.is_first_of_week(day):
        return NOTHING, {}
    given = {"day": day, "month": month, "last": last_of(month), "id": _number_of(month),
             "link": f"{reverse('outreach:stay_months')}?month={month}&tab=open"}  # fmt: skip
    sql = f"""
        WITH stays AS MATERIALIZED (
            SELECT {_STAY} {_FROM}
            WHERE s.state <> 'cancelled' AND s.starts_on <= %(last)s
              AND coalesce(s.ended_on, s.ends_on) >= %(month)s
              AND NOT EXISTS (SELECT 1 FROM outreach_staymonth m
                              WHERE m.stay_id = s.id AND m.month = %(month)s
                                AND m.attested_at IS NOT NULL)
        ),
        wants AS (
            SELECT id, '{P.ATTEST_STAYS}' AS permission, organ_id, host_organ_id, places FROM stays
        ),
        {audience(P.ATTEST_STAYS)}
        SELECT DISTINCT r.user_id, 'staymonths', %(id)s, '', NULL::date, %(link)s
        FROM reached r JOIN stays s ON s.id = r.id
        WHERE NOT {_OWN.format(own="s.own_id")}"""
    return sql, given


def _leaves(day, at):
    """Who decides: the host on short leave, the office on longer; nobody on their own."""
    sql = f"""
        WITH stays AS MATERIALIZED (
            SELECT {_STAY.replace("s.id,", "l.id,", 1)}, l.days, l.starts_on AS due, l.asked_by_id
            {_FROM} JOIN outreach_leave l ON l.stay_id = s.id
            WHERE l.approved IS NULL AND l.withdrawn_at IS NULL
        ),
        wants AS (
            SELECT id, CASE WHEN days <= %(most)s THEN '{P.ATTEST_STAYS}'
                            ELSE '{P.MANAGE_STAYS}' END AS permission,
                   organ_id, host_organ_id, places
            FROM stays
        ),
        {audience(P.ATTEST_STAYS, P.MANAGE_STAYS)}
        SELECT r.user_id, 'leave', s.id, '', s.due, %(before)s || s.id || %(after)s
        FROM reached r JOIN stays s ON s.id = r.id
        WHERE NOT {_OWN.format(own="s.own_id")} AND NOT {_OWN.format(own="s.asked_by_id")}"""
    most = parameters.number("posting.leave_township_max_days", on=day)
    return sql, _around(day, at, "outreach:decide_leave") | {"most": most}


def _reports(day, at):
    if not workdays.is_first_of_week(day):
        return NOTHING, {}
    sql = f"""
        WITH stays AS MATERIALIZED (
            SELECT {_STAY.replace("s.id,", "p.id,", 1)}
            {_FROM} JOIN outreach_stayreport p ON p.stay_id = s.id
            WHERE p.state = 'handed_in'
        ),
        wants AS (
            SELECT id, permission, organ_id, host_organ_id, places
            FROM stays CROSS JOIN (VALUES ('{P.NOMINATE}'), ('{P.MANAGE_STAYS}')) p (permission)
        ),
        {audience(P.NOMINATE, P.MANAGE_STAYS)}
        SELECT r.user_id, 'stayreport', s.id, '', NULL::date, %(before)s || s.id || %(after)s
        FROM (SELECT DISTINCT id, user_id FROM reached) r JOIN stays s ON s.id = r.id
        WHERE NOT {_OWN.format(own="s.own_id")}"""
    return sql, _around(day, at, "outreach:stay_report")


# --- What a reader is shown of the records ----------------------------------------------------


def _number_of(month):
    return month.year * 100 + month.month


def _stay_titles(user, ids):
    stays = Stay.objects.visible_to(user).filter(pk__in=ids)
    return {pk: f"{name} · {unit}" for pk, name, unit in
            stays.values_list("pk", "cadre__name", "unit__name")}  # fmt: skip


def _month_titles(user, ids):
    titles = {}
    for number in ids:
        month = date(number // 100, number % 100, 1)
        rows = Stay.objects.within(month, last_of(month)).filter(reach(user, P.ATTEST_STAYS))
        titles[number] = _("%(month)s: %(n)s stays to attest") % {
            "month": date_format(month, "YEAR_MONTH_FORMAT"), "n": unattested(rows, month).count(),
        }  # fmt: skip
    return titles


def _leave_titles(user, ids):
    leaves = Leave.objects.visible_to(user).filter(pk__in=ids).select_related("stay__cadre")
    return {one.pk: f"{one.stay.cadre.name} · {one.get_kind_display()}" for one in leaves}


def _report_titles(user, ids):
    reports = StayReport.objects.visible_to(user).filter(pk__in=ids)
    return dict(reports.values_list("pk", "title"))


register(
    Noun("stay", _stay_titles),
    Noun("staymonths", _month_titles),
    Noun("leave", _leave_titles),
    Noun("stayreport", _report_titles),
    Kind("stay_begins", gettext_lazy("A stay begins"), _begins),
    Kind("stay_ends", gettext_lazy("A stay ends soon"), _ends),
    Kind("stay_months", gettext_lazy("Months of stays to attest"), _months),
    Kind("leave", gettext_lazy("Leave to decide"), _leaves),
    Kind("stay_report", gettext_lazy("A stay report to review"), _reports),
)
