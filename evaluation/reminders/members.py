"""Once a year, gently: branches without an appraisal of their members."""

from django.urls import reverse
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from evaluation.models.members import BRANCH_KINDS
from portal import parameters
from portal.reminders import Kind, Noun, audience, register
from portal.roles import Permission as P

_NOBODY = "SELECT NULL::bigint, '', 0, '', NULL::date, '' WHERE false"


def _missing_rows(day, at):
    """One line for a holder, however many branches: from the norm's month on, until it was read.
    Liaison and host hold it; the office is not told of every branch of a county."""
    if day.month < parameters.number("appraisal.member_remind_month", on=day):
        return _NOBODY, {}
    kinds = ", ".join(f"'{kind}'" for kind in BRANCH_KINDS)
    sql = f"""
        WITH lacking AS MATERIALIZED (
            SELECT b.id, coalesce(b.organ_id, u.host_organ_id) AS organ_id
            FROM portal_partyorganization b
            LEFT JOIN portal_grassrootsunit u ON u.id = b.unit_id
            WHERE b.kind IN ({kinds}) AND (b.ended_on IS NULL OR b.ended_on > %(day)s)
              AND NOT EXISTS (SELECT 1 FROM evaluation_memberappraisal a
                              WHERE a.party_organization_id = b.id AND a.year = %(year)s)
        ),
        wants AS (
            SELECT id, '{P.HOLD_MEMBER_APPRAISALS}' AS permission, organ_id,
                   organ_id AS host_organ_id, ARRAY[]::bigint[] AS places
            FROM lacking
        ),
        {audience(P.HOLD_MEMBER_APPRAISALS)}
        SELECT r.user_id, 'member_year', %(year)s, '', NULL::date, %(link)s
        FROM reached r JOIN holder h ON h.user_id = r.user_id AND h.organ_id IS NOT NULL
        WHERE NOT EXISTS (SELECT 1 FROM portal_reminder told
                          WHERE told.user_id = r.user_id
                            AND told.kind = 'member_missing'
                            AND told.noun_id = %(year)s AND told.read_at IS NOT NULL)
        GROUP BY r.user_id"""
    link = reverse("evaluation:missing_member_appraisals")
    return sql, {"day": day, "year": day.year, "link": link}


def _titles(user, ids):
    return {year: _gettext("Appraisal of Party members %(year)s") % {"year": year} for year in ids}


register(
    Noun("member_year", _titles),
    Kind(
        "member_missing",
        _("Branches have no appraisal of their members this year"),
        _missing_rows,
    ),
)
