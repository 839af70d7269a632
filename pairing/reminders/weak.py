"""Reviews, items, acceptances and follow-up looks that are due; what is weeks ahead is not told."""

from django.utils.translation import gettext_lazy as _

from pairing.models import WeakOrganizationCase
from portal import parameters, workdays
from portal.reminders import Kind, Noun, around_id, audience, register
from portal.roles import Permission

P = Permission

_CASE = """
    c.id, c.organ_id, c.host_organ_id, c.unit_id,
    array_remove(ARRAY[c.province_id, c.city_id, c.county_id, c.township_id, c.division_id], NULL)
        AS places"""


def _soon(day):
    return workdays.add_working_days(day, parameters.number("reminder.ahead_wd", on=day))


def _told(permission, cases, due, *, team=False):
    """SQL that tells whoever holds a permission over the cases, and the stationed team."""
    stationed = """
        UNION
        SELECT cases.id, acting.user_id
        FROM cases
        JOIN outreach_stay s ON s.unit_id = cases.unit_id AND s.state <> 'cancelled'
             AND s.starts_on <= %(day)s AND coalesce(s.ended_on, s.ends_on) >= %(day)s
        JOIN portal_cadre k ON k.id = s.cadre_id
        JOIN acting ON acting.as_id = k.user_id"""
    return f"""
        WITH cases AS MATERIALIZED ({cases}),
        wants AS (
            SELECT DISTINCT id, '{permission}' AS permission, organ_id, host_organ_id, places
            FROM cases
        ),
        {audience(permission)}
        SELECT told.user_id, 'weakcase', told.id, '', {due}, %(before)s || told.id || %(after)s
        FROM (SELECT id, user_id FROM reached {stationed if team else ""}) told
        JOIN (SELECT id, min(due) AS due FROM cases GROUP BY id) one ON one.id = told.id"""


def _given(day):
    before, after = around_id("pairing:weak_case")
    return {"day": day, "soon": _soon(day), "before": before, "after": after}


def _review_rows(day, at):
    """From the norm's day on, until the month's review is written."""
    if day.day < parameters.number("weakorg.review_day", on=day):
        return "SELECT 0, '', 0, '', NULL::date, '' WHERE false", {}
    cases = f"""
        SELECT {_CASE}, NULL::date AS due FROM pairing_weakorganizationcase c
        WHERE c.state = 'rectifying'
          AND NOT EXISTS (SELECT 1 FROM pairing_monthlyreview r
                          WHERE r.case_id = c.id AND r.month = %(month)s)"""
    return _told(P.CHECK_WEAK_CASES, cases, "one.due"), _given(day) | {"month": day.replace(day=1)}


def _item_rows(day, at):
    """The nearest item of a case, to the host and to the team at the unit."""
    cases = f"""
        SELECT {_CASE}, i.due_on AS due FROM pairing_weakorganizationcase c
        JOIN pairing_rectificationitem i ON i.case_id = c.id
             AND i.state = 'open' AND i.due_on <= %(soon)s
        WHERE c.state IN ('confirmed', 'rectifying')"""
    return _told(P.CHECK_WEAK_CASES, cases, "one.due", team=True), _given(day)


def _acceptance_rows(day, at):
    cases = f"""
        SELECT {_CASE}, c.plan_due_on AS due FROM pairing_weakorganizationcase c
        WHERE c.state = 'acceptance'"""
    return _told(P.DECIDE_WEAK_CASES, cases, "one.due"), _given(day)


def _follow_up_rows(day, at):
    cases = f"""
        SELECT {_CASE}, c.next_look_on AS due FROM pairing_weakorganizationcase c
        WHERE c.state = 'transformed' AND c.next_look_on <= %(soon)s"""
    return _told(P.CHECK_WEAK_CASES, cases, "one.due"), _given(day)


def _titles(user, ids):
    rows = WeakOrganizationCase.objects.visible_to(user).filter(pk__in=ids)
    return dict(rows.values_list("pk", "party_organization__name"))


register(
    Noun("weakcase", _titles),
    Kind("weak_review", _("The monthly review of a weak Party organisation is due"), _review_rows),
    Kind("weak_item", _("An item of a plan is due"), _item_rows),
    Kind("weak_acceptance", _("A Party organisation waits for acceptance"), _acceptance_rows),
    Kind("weak_follow_up", _("A transformed Party organisation is to be looked at"),
         _follow_up_rows),
)  # fmt: skip
