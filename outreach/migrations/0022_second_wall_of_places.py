"""Households, who looks after them, campaigns, needs of communities, receptions and what offices note
of them stand behind the second wall (docs/adr/0084)."""

from django.db import migrations

from portal.migrations._walls import (
    among,
    asked_by,
    by_name,
    either,
    holds,
    listed,
    lowered,
    mine,
    near,
    near_organ,
    near_place,
    near_unit,
    organ_reached,
    place_reached,
    placed,
    raised,
    under,
    unit_reached,
)


def asking(name, body, arguments="", returns="bigint[]"):
    """A function with the owner's rights; `cadres` are the reader's."""
    return f"""
CREATE FUNCTION {name}({arguments}) RETURNS {returns}
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    cadres bigint[] := portal_wall('cadre');
BEGIN
    RETURN {body};
END $$;
"""


# Units that the reader looks after today.
UNITS = asking(
    "outreach_wall_units",
    """ARRAY(
        SELECT a.unit_id FROM outreach_contactarea a
        WHERE a.cadre_id = ANY (cadres) AND a.starts_on <= portal_wall_day()
          AND coalesce(a.ends_on, 'infinity') >= portal_wall_day())""",
)
# Campaigns that go to units in the reach of the reader's grants, in which the reader's organs take
# part, in which the reader is named, or for which the reader made a visit.
CAMPAIGNS = asking(
    "outreach_wall_campaigns",
    f"""ARRAY(
        SELECT plan.campaign_id FROM outreach_campaignunit plan WHERE {placed("plan")}
        UNION
        SELECT part.campaign_id FROM outreach_campaign_organs part
        WHERE part.organ_id = ANY ((SELECT portal_wall_lines())::bigint[])
        UNION
        SELECT plan.campaign_id FROM outreach_campaignunit plan
        JOIN outreach_campaignunit_cadres named ON named.campaignunit_id = plan.id
        WHERE named.cadre_id = ANY (cadres)
        UNION
        SELECT ticked.campaign_id FROM outreach_visit_campaigns ticked
        JOIN outreach_visit visit ON visit.id = ticked.visit_id
        WHERE visit.author_id = ANY (cadres))""",
)
# Campaigns of a festival for which the reader visited somebody, or the reader's organ put somebody
# forward.
FESTIVALS = asking(
    "outreach_wall_festivals",
    """ARRAY(
        SELECT r.campaign_id FROM outreach_condolencerecipient r
        WHERE r.organ_id = ANY ((SELECT portal_wall('organ'))::bigint[])
           OR r.id = ANY ((SELECT outreach_wall_recipients())::bigint[]))""",
)
NEEDS = asking(
    "outreach_wall_needs",
    """ARRAY(SELECT p.need_id FROM outreach_needpledge p WHERE p.cadre_id = ANY (cadres))""",
)


def fact(name, arguments, returns, body):
    """The same for all readers: asked with the owner's rights."""
    return f"""
CREATE FUNCTION {name}({arguments}) RETURNS {returns}
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RETURN ({body});
END $$;
"""


# How many have taken a need up, and have not given it back.
TAKEN = fact(
    "outreach_need_taken",
    "need bigint",
    "integer",
    "SELECT count(*) FROM outreach_needpledge p WHERE p.need_id = need AND p.ended_on IS NULL",
)
# To how many organs a notice was sent, or how many of them answered.
SENT = fact(
    "outreach_notice_sent",
    "notice bigint, answered boolean",
    "integer",
    """SELECT count(*) FROM outreach_noticeaddressee a
        WHERE a.notice_id = notice AND (NOT answered OR a.answered_at IS NOT NULL)""",
)
# Whether it was sent to an organ below this one, in this area; both are paths.
SENT_BELOW = fact(
    "outreach_notice_sent_below",
    "notice bigint, organs text, places text",
    "boolean",
    """SELECT EXISTS (
        SELECT FROM outreach_noticeaddressee a JOIN portal_organ o ON o.id = a.organ_id
        LEFT JOIN portal_division d ON d.id = o.division_id
        WHERE a.notice_id = notice AND starts_with(o.path, organs)
          AND (places = '' OR starts_with(d.path, places)))""",
)
# Households that ask not to be visited.
UNDISTURBED = """
CREATE FUNCTION outreach_undisturbed() RETURNS SETOF bigint
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT h.id FROM outreach_household h WHERE h.do_not_disturb $$;
"""
FUNCTIONS = {
    "outreach_undisturbed()": UNDISTURBED,
    "outreach_wall_units()": UNITS,
    "outreach_wall_campaigns()": CAMPAIGNS,
    "outreach_wall_festivals()": FESTIVALS,
    "outreach_wall_needs()": NEEDS,
    "outreach_need_taken(bigint)": TAKEN,
    "outreach_notice_sent(bigint, boolean)": SENT,
    "outreach_notice_sent_below(bigint, text, text)": SENT_BELOW,
}


def named_by(tables):
    """Whether a row that the reader reads names the household."""
    return f"EXISTS (SELECT FROM {tables} WHERE naming.household_id = outreach_household.id)"


SEES_NOTICE = ("publish_notices", "instruct")
APART = """apart.conductreport_id = outreach_conductreport.id
        AND apart.user_id = (SELECT portal_wall_self())"""
WALLS = {
    "outreach_household": either(
        unit_reached("unit_id"),
        listed("unit_id", "outreach_wall_units"),
        named_by("outreach_visit_households naming"),
        named_by("outreach_condolencerecipient naming"),
        named_by(
            """outreach_campaignunit_households naming
        JOIN outreach_campaignunit plan ON plan.id = naming.campaignunit_id""",
        ),
        named_by("pairing_pairing naming"),
        named_by("pairing_helpneed naming"),
    ),
    # Who looks after which village is known in the county.
    "outreach_contactarea": either(
        among("cadre_id", "cadre"),
        unit_reached("unit_id"),
        near_unit("unit_id"),
        f"""EXISTS (SELECT FROM portal_cadre cadre WHERE cadre.id = cadre_id
        AND {organ_reached("cadre.organ_id", "manage_people", "record_for_others")})""",
    ),
    "outreach_campaign": either(
        mine("written_by_id"),
        organ_reached("organizer_id", "manage_campaigns"),
        f"""state <> 'draft' AND (
    {listed("id", "outreach_wall_campaigns")}
    OR {near_organ("organizer_id")})""",
    ),
    "outreach_campaignstep": under("outreach_campaign", "campaign_id"),
    "outreach_campaignunit": under("outreach_campaign", "campaign_id"),
    "outreach_communityneed": either(placed(), near(), listed("id", "outreach_wall_needs")),
    "outreach_communityactivity": either(placed(), near()),
    "outreach_needpledge": either(
        among("cadre_id", "cadre"),
        organ_reached("organ_id", "offer_help"),
        f"""EXISTS (SELECT FROM outreach_communityneed need WHERE need.id = need_id AND (
    {placed("need")}))""",
    ),
    "outreach_condolencecampaign": either(
        near_place("division_id"),
        near_organ("organ_id"),
        listed("id", "outreach_wall_festivals"),
    ),
    "outreach_condolencestep": under("outreach_condolencecampaign", "campaign_id"),
    # Recipients of complaints, but for those who stepped aside or are of the organ concerned.
    "outreach_conductreport": f"""{holds("read_conduct")}
    AND NOT EXISTS (SELECT FROM outreach_conductreport_recused apart WHERE {APART})
    AND NOT EXISTS (SELECT FROM outreach_conductreport_barred apart WHERE {APART})""",
    "outreach_meetingdecision": f"""EXISTS (
        SELECT FROM outreach_analysismeeting meeting
        LEFT JOIN portal_organ host ON host.id = meeting.host_id
        LEFT JOIN portal_division place
          ON place.id = coalesce(meeting.division_id, host.division_id)
        WHERE meeting.id = meeting_id AND (
        {among("meeting.host_id", "host")}
        OR {place_reached("place.path")}))""",
    # Notices are read by everybody who works with the portal; a draft and what an organ answers not.
    "outreach_notice_attachments": f"""(SELECT portal_wall_self()) IS NOT NULL AND EXISTS (
        SELECT FROM outreach_notice notice WHERE notice.id = notice_id AND (
        notice.state <> 'draft' OR {mine("notice.written_by_id")}))""",
    "outreach_noticeaddressee": either(
        listed("organ_id", "portal_wall_lines"),
        f"""EXISTS (SELECT FROM outreach_notice notice WHERE notice.id = notice_id AND (
        {mine("notice.written_by_id")}
        OR {organ_reached("notice.organ_id", *SEES_NOTICE)}))""",
    ),
    "outreach_receptionday": either(placed(), among("leader_id", "cadre")),
    "outreach_receptionitem": either(
        "EXISTS (SELECT FROM outreach_receptionday day WHERE day.id = reception_id)",
        under("outreach_matter", "matter_id"),
    ),
    "outreach_yearclosing": either(near_place("division_id"), near_organ("organ_id")),
}
RAISED = "".join(FUNCTIONS.values()) + "".join(map(asked_by, FUNCTIONS)) + raised(WALLS)
LOWERED = lowered(WALLS) + "".join(f"DROP FUNCTION {one};\n" for one in reversed(FUNCTIONS))


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0021_second_wall_of_stays_themselves"),
        ("pairing", "0009_second_wall"),
    ]

    operations = [
        migrations.RunSQL(RAISED, LOWERED),
        *by_name(
            *("household", "contactarea", "campaign", "campaignunit", "communityneed"),
            *("condolencecampaign", "conductreport", "meetingdecision", "receptionday"),
            *("receptionitem", "yearclosing"),
        ),
    ]
