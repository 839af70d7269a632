"""Campaigns that are behind, and receptions that are to be made known.

Nobody is told anything about community needs: what is voluntary is not pressed for.
"""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from outreach.models import Campaign, ReceptionDay
from portal import parameters, workdays
from portal.reminders import Kind, Noun, around_id, audience, register
from portal.roles import Permission

P = Permission

_PLACES = (
    "array_remove(ARRAY[{0}.province_id, {0}.city_id, {0}.county_id, {0}.township_id,"
    " {0}.division_id], NULL)"
)


def _behind_rows(day, at):
    """Half of the days are over and units are without any visit: told once, until it is read, to
    who plans for the organiser and to the liaisons of the organs that may still go there."""
    sql = f"""
        WITH behind AS MATERIALIZED (
            SELECT c.id, c.organizer_id, c.ends_on, u.id AS unit_row, u.going_id,
                   u.host_organ_id, {_PLACES.format("u")} AS places
            FROM outreach_campaign c
            JOIN outreach_campaignunit u ON u.campaign_id = c.id
            WHERE c.state = 'announced' AND c.ends_on >= %(day)s
              AND %(day)s - c.starts_on > (c.ends_on - c.starts_on) / 2
              AND NOT EXISTS (
                SELECT 1 FROM outreach_visit_campaigns ticked
                JOIN outreach_visit v ON v.id = ticked.visit_id AND v.voided_at IS NULL
                WHERE ticked.campaign_id = c.id AND v.unit_id = u.unit_id)
        ),
        wants AS (
            SELECT id, '{P.MANAGE_CAMPAIGNS}' AS permission, organizer_id AS organ_id,
                   organizer_id AS host_organ_id, places FROM behind
            UNION
            SELECT b.id, '{P.NAME_STAND_INS}', part.organ_id, NULL, NULL
            FROM behind b
            JOIN outreach_campaign_organs part ON part.campaign_id = b.id
                 AND (b.going_id IS NULL OR b.going_id = part.organ_id)
        ),
        {audience(P.MANAGE_CAMPAIGNS, P.NAME_STAND_INS)}
        SELECT DISTINCT r.user_id, 'campaign', b.id, '', b.ends_on, %(before)s || b.id || %(after)s
        FROM reached r JOIN behind b ON b.id = r.id
        WHERE NOT EXISTS (SELECT 1 FROM portal_reminder told
                          WHERE told.user_id = r.user_id AND told.kind = 'campaign_behind'
                            AND told.noun_id = b.id AND told.read_at IS NOT NULL)"""
    before, after = around_id("outreach:campaign")
    return sql, {"day": day, "before": before, "after": after}


def _notice_rows(day, at):
    """Planned, and the last day on which the notice is in time is near."""
    sql = f"""
        WITH due AS MATERIALIZED (
            SELECT r.id, r.held_on - %(notice)s AS due_on, r.organ_id, r.host_organ_id,
                   {_PLACES.format("r")} AS places
            FROM outreach_receptionday r
            WHERE r.state = 'planned' AND r.held_on >= %(day)s
              AND r.held_on - %(notice)s <= %(soon)s
        ),
        wants AS (
            SELECT id, '{P.HOLD_RECEPTIONS}' AS permission, organ_id, host_organ_id, places
            FROM due
        ),
        {audience(P.HOLD_RECEPTIONS)}
        SELECT r.user_id, 'reception', due.id, '', due.due_on, %(before)s || due.id || %(after)s
        FROM reached r JOIN due ON due.id = r.id"""
    before, after = around_id("outreach:reception")
    ahead = parameters.number("reminder.ahead_wd", on=day)
    return sql, {
        "day": day, "notice": parameters.number("reception.notice_days", on=day),
        # With the next working day in sight, so that a weekend does not hide it.
        "soon": workdays.add_working_days(day, ahead) + timedelta(days=1),
        "before": before, "after": after,
    }  # fmt: skip


def _campaign_titles(user, ids):
    rows = Campaign.objects.visible_to(user).filter(pk__in=ids)
    return dict(rows.values_list("pk", "title"))


def _reception_titles(user, ids):
    rows = ReceptionDay.objects.visible_to(user).filter(pk__in=ids)
    return {
        pk: f"{day:%m-%d} {name}" for pk, day, name in rows.values_list("pk", "held_on",
                                                                       "leader__name")
    }  # fmt: skip


register(
    Noun("campaign", _campaign_titles),
    Noun("reception", _reception_titles),
    Kind("campaign_behind", _("Half of the days are over, units are not visited yet"),
         _behind_rows),
    Kind("reception_notice", _("A reception is to be made known"), _notice_rows),
)  # fmt: skip
