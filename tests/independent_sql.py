"""Every figure of 情况统计表 and of the sheets, as SQL written by hand from its definition.

It shares no code with the portal: no queryset, condition or rounding. The sheets are those of an
office that reads a whole county. The statistics are those of a county, or of an enterprise without
divisions, either whole or for one of its subsidiaries.
"""

import calendar
import json
import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from math import ceil

import chinese_calendar
from django.db import connection

FEWEST = 5  # eval.min_display_n
ENTOURAGE, A_WEEK = 3, 2  # visit.entourage_max, visit.unit_week_limit
DAYS_PER_MONTH = 20  # posting.days_per_month


def fetched(statement, **values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


# --- 情况统计表 -----------------------------------------------------------------------------------

# Each statement returns (row, value); {row} is the column by which the sheet is broken down.
_VISIT = """
    FROM outreach_visit v
    WHERE v.voided_at IS NULL AND v.county_id = %(county)s
      AND v.visited_on BETWEEN %(first)s AND %(last)s"""
_STAY = """
    FROM outreach_stay s
    WHERE s.state <> 'cancelled' AND s.county_id = %(county)s
      AND s.starts_on <= %(last)s AND coalesce(s.ended_on, s.ends_on) >= %(first)s"""
_MATTER = """
    FROM outreach_matter m
    WHERE m.county_id = %(county)s AND m.registered_on BETWEEN %(first)s AND %(last)s"""
_CLOSED = " AND m.status = 'closed' AND m.closed_on <= %(last)s"
_CARRIED = """
    SELECT m.{row}, 1 FROM outreach_matter m
    WHERE m.county_id = %(county)s AND m.registered_on <= %(year_before)s
      AND (m.closed_on IS NULL OR m.closed_on > %(year_before)s)"""
_ASKED = """
    SELECT DISTINCT ON (m.id) m.{row} AS row, f.word
    FROM outreach_followup f JOIN outreach_matter m ON m.id = f.matter_id
    WHERE f.kind = 'sample' AND f.word IN ('satisfied', 'basically', 'unsatisfied')
      AND m.county_id = %(county)s AND m.registered_on BETWEEN %(first)s AND %(last)s
    ORDER BY m.id, f.round DESC, f.id DESC"""
_MONTHS = """
    SELECT row, said.is_met, said.days FROM (
        SELECT s.id, s.{row} AS row, d.month::date AS month
        FROM outreach_stay s,
             generate_series('2020-01-01'::timestamp, '2032-12-01', '1 month') d(month)
        WHERE s.state <> 'cancelled' AND s.kind <> 'leader' AND s.county_id = %(county)s
          AND d.month <= coalesce(s.ended_on, s.ends_on)
          AND d.month + interval '1 month' > s.starts_on
          AND (d.month + interval '1 month' - interval '1 day')::date
              BETWEEN %(first)s AND %(last)s
    ) months LEFT JOIN LATERAL (
        SELECT w.is_met, w.days FROM outreach_monthword w
        JOIN outreach_staymonth t ON t.id = w.month_id
        WHERE t.stay_id = months.id AND t.month = months.month ORDER BY w.id DESC LIMIT 1
    ) said ON true"""
_BROUGHT = """
    FROM outreach_condolencevisit c JOIN outreach_condolencerecipient r ON r.id = c.recipient_id
    WHERE c.voided_at IS NULL AND r.county_id = %(county)s
      AND c.visited_on BETWEEN %(first)s AND %(last)s"""
_PAIRED = """
    SELECT p.{{row}}, 1 FROM pairing_pairing p
    WHERE p.state <> 'cancelled' AND p.county_id = %(county)s AND p.level IN ({levels})
      AND p.starts_on <= %(last)s AND coalesce(p.ended_on, p.ends_on) >= %(first)s"""
_CASE = """
    SELECT c.{row}, 1 FROM pairing_weakorganizationcase c
    WHERE c.county_id = %(county)s AND c.state NOT IN ('noted', 'refused')
      AND coalesce(c.decided_on, c.noted_on) <= %(last)s
      AND (c.closed_on IS NULL OR c.closed_on >= %(first)s)"""

_HELD = """
    FROM research_researchactivity a
    WHERE a.county_id = %(county)s AND a.held_on BETWEEN %(first)s AND %(last)s"""
# Results of a topic count in every row in which its fieldwork took place.
_OF_TOPICS = """
    SELECT DISTINCT u.{{row}}, one.id
    FROM {noun} one
    JOIN research_researchbatch b ON b.topic_id = one.topic_id
    JOIN research_batchunit u ON u.batch_id = b.id AND u.county_id = %(county)s
    WHERE one.{day} BETWEEN %(first)s AND %(last)s {more}"""


def _found(more=""):
    return _OF_TOPICS.format(noun="research_foundproblem", day="found_on", more=more)


def _advised(more=""):
    return _OF_TOPICS.format(noun="research_advice", day="raised_on", more=more)


# Rows that inspections drew from matters closed in the period; what was seen takes precedence over
# what people said.
_LOOKED = """SELECT m.{row}, 1 FROM oversight_inspectedrow r
    JOIN oversight_inspection i ON i.id = r.inspection_id
    JOIN outreach_matter m ON m.id = r.matter_id
    WHERE i.drawn_from = 'closures' AND i.closed_from >= %(first)s AND i.closed_to <= %(last)s
      AND i.state IN ('checking', 'concluded', 'fed_back', 'rectifying', 'rechecking', 'done',
                      'archived')
      AND m.county_id = %(county)s"""
_SOLVED = "(r.seen = 'solved' OR r.seen IN ('', 'unclear') AND r.said = 'solved')"
_UNSOLVED = "(r.seen = 'unsolved' OR r.seen IN ('', 'unclear') AND r.said = 'unsolved')"

# How the values of a row become one number: "many" counts them, "sum" adds them, "different" counts
# distinct ones, "yuan" adds whole yuan of each organ or area, "given" adds the values that were
# stated and is empty if none was.
STATISTICS = {
    "cadres": (
        "different",
        f"""SELECT v.{{row}}, v.author_id {_VISIT}
        UNION ALL SELECT v.{{row}}, a.cadre_id FROM outreach_visitcompanion a
          JOIN outreach_visit v ON v.id = a.visit_id
          WHERE v.voided_at IS NULL AND v.county_id = %(county)s
            AND v.visited_on BETWEEN %(first)s AND %(last)s
        UNION ALL SELECT s.{{row}}, s.cadre_id {_STAY}""",
    ),
    "households": (
        "sum",
        f"""SELECT v.{{row}}, coalesce(v.household_count,
          (SELECT count(*) FROM outreach_visit_households h WHERE h.visit_id = v.id)) {_VISIT}""",
    ),
    "stay_people": ("different", f"SELECT s.{{row}}, s.cadre_id {_STAY}"),
    "stay_months_met": ("many", f"SELECT row, 1 FROM ({_MONTHS}) one WHERE is_met"),
    "stay_months_missed": ("many", f"SELECT row, 1 FROM ({_MONTHS}) one WHERE NOT is_met"),
    "stay_months_open": ("many", f"SELECT row, 1 FROM ({_MONTHS}) one WHERE is_met IS NULL"),
    "stay_days_attested": ("given", f"SELECT row, days FROM ({_MONTHS}) one"),
    "stay_days_months": ("many", f"SELECT row, 1 FROM ({_MONTHS}) one WHERE days IS NOT NULL"),
    "carried": ("many", _CARRIED),
    "carried_closed": ("many", _CARRIED + _CLOSED),
    "matters": ("many", f"SELECT m.{{row}}, 1 {_MATTER}"),
    "at_once": (
        "many",
        f"""SELECT m.{{row}}, 1 {_MATTER} AND EXISTS (
          SELECT FROM outreach_matterrequest q
          WHERE q.matter_id = m.id AND q.kind = 'on_the_spot' AND q.approved)""",
    ),
    "assigned": ("many", f"SELECT m.{{row}}, 1 {_MATTER} AND m.assigned_by_desk"),
    "closed": ("many", f"SELECT m.{{row}}, 1 {_MATTER} {_CLOSED}"),
    "dated": (
        "many",
        f"SELECT m.{{row}}, 1 {_MATTER} {_CLOSED} AND m.original_due_on IS NOT NULL",
    ),
    "in_time": (
        "many",
        f"""SELECT m.{{row}}, 1 {_MATTER} {_CLOSED} AND m.original_due_on IS NOT NULL
          AND coalesce(m.answered_on, m.closed_on) <= m.due_on""",
    ),
    "asked": ("many", f"SELECT row, 1 FROM ({_ASKED}) one"),
    "satisfied": ("many", f"SELECT row, 1 FROM ({_ASKED}) one WHERE word <> 'unsatisfied'"),
    "closures_drawn": ("many", _LOOKED),
    "closures_solved": ("many", f"{_LOOKED} AND {_SOLVED}"),
    "closures_possible": ("many", f"{_LOOKED} AND NOT {_UNSOLVED}"),
    "condolence_people": ("many", f"SELECT r.{{row}}, 1 {_BROUGHT}"),
    "condolence_yuan": ("yuan", f"SELECT r.{{row}}, c.amount + c.goods_value {_BROUGHT}"),
    "paired_households": ("many", _PAIRED.format(levels="'household'")),
    "paired_members": ("many", _PAIRED.format(levels="'member'")),
    "paired_organizations": ("many", _PAIRED.format(levels="'unit', 'branch'")),
    "mentoring": ("many", _PAIRED.format(levels="'mentor'")),
    "talks": (
        "many",
        """SELECT t.{row}, 1 FROM works_talk t
        WHERE t.voided_at IS NULL AND t.county_id = %(county)s
          AND t.talked_on BETWEEN %(first)s AND %(last)s""",
    ),
    "support_yuan": (
        "yuan",
        """SELECT i.{row}, i.amount FROM pairing_supportitem i
        WHERE i.state = 'done' AND i.amount IS NOT NULL AND i.county_id = %(county)s
          AND i.done_on BETWEEN %(first)s AND %(last)s""",
    ),
    "weak_organizations": ("many", _CASE),
    "weak_written_off": ("many", _CASE + " AND c.closed_on BETWEEN %(first)s AND %(last)s"),
    "research_topics": (
        "different",
        """SELECT u.{row}, b.topic_id
        FROM research_batchunit u JOIN research_researchbatch b ON b.id = u.batch_id
        WHERE u.county_id = %(county)s AND u.day BETWEEN %(first)s AND %(last)s
          AND (b.state = 'over' OR b.state = 'arranged' AND b.starts_on <= %(last)s)""",
    ),
    "research_records": ("many", f"SELECT a.{{row}}, 1 {_HELD}"),
    "research_people": ("given", f"SELECT a.{{row}}, a.person_count {_HELD}"),
    "research_problems": ("different", _found()),
    "research_to_ledger": ("different", _found("AND one.matter_id IS NOT NULL")),
    "research_advice": ("different", _advised()),
    "research_adopted": (
        "different",
        _advised("AND one.state IN ('adopted', 'partly', 'carried_out', 'turned', 'looked_back')"),
    ),
    "practices": (
        "many",
        """SELECT p.{row}, 1 FROM oversight_practice p
        WHERE p.county_id = %(county)s AND p.state IN ('spread', 'making', 'rule')
          AND p.spread_on BETWEEN %(first)s AND %(last)s""",
    ),
    "party_organizations": (
        "many",
        """WITH RECURSIVE inside(id, township_id) AS (
            SELECT d.id, NULL::bigint FROM portal_division d WHERE d.id = %(county)s
            UNION ALL
            SELECT d.id, CASE WHEN d.level = 4 THEN d.id ELSE i.township_id END
            FROM portal_division d JOIN inside i ON i.id = d.parent_id)
        SELECT one.{row}, 1 FROM (
            SELECT u.host_organ_id AS organ_id, u.host_organ_id, u.id AS unit_id,
                   CASE WHEN u.division_id IS NOT NULL THEN i.township_id END AS township_id
            FROM portal_partyorganization p JOIN portal_grassrootsunit u ON u.id = p.unit_id
            JOIN portal_organ h ON h.id = u.host_organ_id
            JOIN inside i ON i.id = coalesce(u.division_id, h.division_id)
            WHERE p.started_on <= %(last)s AND (p.ended_on IS NULL OR p.ended_on > %(first)s)
        ) one""",
    ),
}
# Rates: (part, whole, smallest whole for which the rate is shown).
RATES = {
    "closed_share": ("closed", "matters", 0),
    "in_time_share": ("in_time", "dated", 0),
    "satisfied_share": ("satisfied", "asked", FEWEST),
    "closures_low": ("closures_solved", "closures_drawn", 30),
    "closures_high": ("closures_possible", "closures_drawn", 30),
}
# Named only among enough Party organisations.
COVERED = {"weak_organizations", "weak_written_off"}
# A station is counted in the row of its organ.
_LINES = """
    WITH RECURSIVE line(id, row) AS (
        SELECT o.id, o.id FROM portal_organ o WHERE o.kind <> 'station' OR o.parent_id IS NULL
        UNION ALL
        SELECT o.id, l.row FROM portal_organ o JOIN line l ON l.id = o.parent_id
        WHERE o.kind = 'station')
    SELECT id, row FROM line"""
# A managing organ is counted in the row of its ancestor at the second level, a unit in that of the
# first.
_HOSTS = """
    WITH RECURSIVE line(id, row, step) AS (
        SELECT o.id, o.id, 1 FROM portal_organ o WHERE o.parent_id IS NULL
        UNION ALL
        SELECT o.id, CASE WHEN l.step = 1 THEN o.id ELSE l.row END, l.step + 1
        FROM portal_organ o JOIN line l ON l.id = o.parent_id)
    SELECT id, row FROM line"""
_UNITS = """
    WITH RECURSIVE line(id, row) AS (
        SELECT u.id, u.id FROM portal_grassrootsunit u WHERE u.parent_id IS NULL
        UNION ALL
        SELECT u.id, l.row FROM portal_grassrootsunit u JOIN line l ON l.id = u.parent_id)
    SELECT id, row FROM line"""
# If a subsidiary manages a single unit, its rows are the parts of that unit.
_PARTS = _HOSTS.replace("portal_organ", "portal_grassrootsunit")
# Without divisions, only its unit places a Party organisation.
_PARTIES = """SELECT one.{row}, 1 FROM (
        SELECT u.host_organ_id AS organ_id, u.host_organ_id, u.id AS unit_id
        FROM portal_partyorganization p JOIN portal_grassrootsunit u ON u.id = p.unit_id
        WHERE u.county_id = %(county)s AND p.started_on <= %(last)s
          AND (p.ended_on IS NULL OR p.ended_on > %(first)s)
    ) one"""
_OF_COUNTY = re.compile(r"\b(\w+)\.county_id = %\(county\)s")
_OF_HOST = r"\1.host_organ_id IN (SELECT id FROM portal_organ WHERE path LIKE %(under)s)"
_BROKEN_DOWN = {
    "organ": ("organ_id", _LINES),
    "area": ("township_id", ""),
    "host": ("host_organ_id", _HOSTS),
    "unit": ("unit_id", _UNITS),
}


def statistics_of(county, by, first, last):
    """({column: {row: number}}, {column: number of all rows}); a rate is [part, whole]."""
    column, lines = _BROKEN_DOWN[by]
    wanted = {"county": county, "first": first, "last": last}
    return _counted(STATISTICS, column, lines, wanted)


def statistics_of_works(host, by, first, last):
    """The same for an enterprise: for what one subsidiary manages, or for all if `host` is None."""
    column, lines = _BROKEN_DOWN[by]
    if host and by == "unit":
        lines = _PARTS
    wanted = {"under": f"{host.path}%" if host else "", "first": first, "last": last}
    of_all = STATISTICS | {"party_organizations": ("many", _PARTIES)}
    within = _OF_HOST if host else "true"
    statements = {key: (kind, _OF_COUNTY.sub(within, one)) for key, (kind, one) in of_all.items()}
    return _counted(statements, column, lines, wanted)


def _counted(statements, column, lines, wanted):
    line = dict(fetched(lines)) if lines else {}
    wanted["year_before"] = date(wanted["first"].year - 1, 12, 31)
    rows, total = {}, {}
    for key, (kind, statement) in statements.items():
        raw = fetched(statement.format(row=column), **wanted)
        rows[key], total[key] = _summed(kind, raw, line)
    for key, (part, whole, least) in RATES.items():
        rows[key] = {
            row: [rows[part].get(row, 0) if n >= least else None, n]
            for row, n in rows[whole].items()
        }
        n = total[whole]
        total[key] = [total[part] if n >= least else None, n]
    covered = rows["party_organizations"]
    for key in COVERED:
        rows[key] |= dict.fromkeys(_too_narrow(covered))
        if 0 < total["party_organizations"] < FEWEST:
            total[key] = None
    return rows, total


def _summed(kind, raw, line):
    found = defaultdict(list)
    for row, value in raw:
        found[row].append(value)
    if kind == "yuan":
        found = {row: [_whole_yuan(values)] for row, values in found.items()}
    lines = defaultdict(list)
    for row, values in found.items():
        lines[line.get(row, row)] += values
    number = {
        "many": len,
        "sum": sum,
        "yuan": sum,
        "different": lambda values: len(set(values)),
        "given": lambda values: _given(values),
    }[kind]
    every = [value for values in lines.values() for value in values]
    return {row: number(values) for row, values in lines.items()}, number(every)


def _whole_yuan(values):
    return int(sum(values, Decimal()).quantize(Decimal(1), ROUND_HALF_EVEN))


def _given(values):
    given = [value for value in values if value is not None]
    return sum(given) if given else None


def _too_narrow(covered):
    """Rows that would identify the weak organisation: those with few organisations, plus the
    narrowest others until the hidden rows together have enough."""
    order = sorted((n, row or 0, row) for row, n in covered.items() if n)
    hidden = [(n, row) for n, _order, row in order if n < FEWEST]
    others = [(n, row) for n, _order, row in order if n >= FEWEST]
    while hidden and others and sum(n for n, _row in hidden) < FEWEST:
        hidden.append(others.pop(0))
    return [row for _n, row in hidden]


# --- Sheets of rows -------------------------------------------------------------------------------

_SETTLED = """EXISTS (SELECT FROM outreach_matterrequest q
    WHERE q.matter_id = m.id AND q.kind = 'on_the_spot' AND q.approved)"""
_GIVEN = """(SELECT sum(i.amount) FROM pairing_supportitem i
    WHERE i.pairing_id = p.id AND i.state = 'done')"""

# {sheet: (headings of its numbers, statement)}; a statement returns (id, numbers …).
SHEETS = {
    "visits": (
        ["走访户数", "反映问题（件）", "现场解决（件）", "转入台账（件）", "发放联系卡（张）"],
        f"""SELECT v.id,
            coalesce(v.household_count, (SELECT nullif(count(*), 0)
                FROM outreach_visit_households h WHERE h.visit_id = v.id)),
            (SELECT count(*) FROM outreach_matter m WHERE m.visit_id = v.id),
            (SELECT count(*) FROM outreach_matter m WHERE m.visit_id = v.id AND {_SETTLED}),
            (SELECT count(*) FROM outreach_matter m WHERE m.visit_id = v.id AND NOT {_SETTLED}),
            CASE WHEN v.id = (SELECT min(w.id) FROM outreach_visit w
                WHERE w.voided_at IS NULL AND w.author_id = v.author_id AND w.unit_id = v.unit_id
                  AND w.visited_on = v.visited_on)
            THEN (SELECT nullif(count(*), 0) FROM outreach_contactcard c
                JOIN outreach_contactarea a ON a.id = c.area_id
                WHERE a.cadre_id = v.author_id AND a.unit_id = v.unit_id
                  AND c.issued_on = v.visited_on) END
        FROM outreach_visit v WHERE v.voided_at IS NULL AND v.county_id = %(county)s""",
    ),
    "notices": (
        ["应回", "已回"],
        """SELECT n.id, CASE WHEN n.asks <> 'none' THEN count(a.id) END,
            CASE WHEN n.asks <> 'none' THEN count(a.answered_at) END
        FROM outreach_notice n LEFT JOIN outreach_noticeaddressee a ON a.notice_id = n.id
        WHERE n.state <> 'draft' GROUP BY n.id""",
    ),
    "campaigns": (
        ["村（社区、单位）（个）", "已走访（个）"],
        """SELECT c.id, count(u.id), count(u.id) FILTER (WHERE EXISTS (
            SELECT FROM outreach_visit_campaigns t JOIN outreach_visit v ON v.id = t.visit_id
            WHERE t.campaign_id = c.id AND v.unit_id = u.unit_id AND v.voided_at IS NULL))
        FROM outreach_campaign c LEFT JOIN outreach_campaignunit u ON u.campaign_id = c.id
        WHERE c.state <> 'draft' GROUP BY c.id""",
    ),
    "condolence": (
        ["慰问金（元）", "折价（元）"],
        """SELECT r.id, nullif(r.amount, 0), nullif(r.goods_value, 0)
        FROM outreach_condolencerecipient r
        WHERE r.removed_at IS NULL AND r.county_id = %(county)s""",
    ),
    "joint_activities": (
        ["参加人数", "办实事(件)"],
        """SELECT j.id, j.head_count, cardinality(j.deeds) FROM pairing_jointactivity j
        JOIN pairing_pairing p ON p.id = j.pairing_id
        WHERE j.voided_at IS NULL AND p.county_id = %(county)s""",
    ),
    "contact_points": (
        ["年度到点次数计划"],
        """SELECT c.id, c.planned_visits FROM pairing_contactpoint c
        WHERE c.county_id = %(county)s AND c.ended_on IS NULL
          AND c.year = extract(year FROM %(today)s::date)""",
    ),
    "unmet_needs": (
        ["需求金额（元）", "未满足天数"],
        """SELECT n.id, n.amount, %(today)s::date - n.noted_on FROM pairing_helpneed n
        WHERE n.state = 'open' AND n.until >= %(today)s AND n.county_id = %(county)s""",
    ),
    "pairings": (
        ["金额（元）"],
        f"""SELECT p.id, {_GIVEN} FROM pairing_pairing p
        WHERE p.state <> 'cancelled' AND p.county_id = %(county)s""",
    ),
    "partnerships": (
        ["联建活动(次)", "办实事(件)"],
        """SELECT p.id, count(j.id), coalesce(sum(cardinality(j.deeds)), 0) FROM pairing_pairing p
        LEFT JOIN pairing_jointactivity j ON j.pairing_id = p.id AND j.voided_at IS NULL
        WHERE p.level = 'branch' AND p.county_id = %(county)s AND p.state <> 'cancelled'
          AND p.starts_on <= %(today)s AND coalesce(p.ended_on, p.ends_on) >= %(today)s
        GROUP BY p.id""",
    ),
    "support_items": (
        ["金额（元）"],
        """SELECT i.id, i.amount FROM pairing_supportitem i WHERE i.county_id = %(county)s""",
    ),
    "weak_organizations": (
        ["党员人数"],
        """SELECT c.id, o.member_count FROM pairing_weakorganizationcase c
        JOIN portal_partyorganization o ON o.id = c.party_organization_id
        WHERE c.county_id = %(county)s AND c.state NOT IN ('refused', 'closed')""",
    ),
    "honours": (
        ["年度"],
        """SELECT h.id, extract(year FROM c.ends_on)::int FROM evaluation_honour h
        JOIN evaluation_honourpool p ON p.id = h.pool_id
        JOIN evaluation_cycle c ON c.id = p.cycle_id
        WHERE h.state IN ('final', 'notice')""",
    ),
    "member_appraisal": (
        ["优秀", "合格", "基本合格", "不合格"],
        """SELECT m.id, m.ballots[1], m.ballots[2], m.ballots[3], m.ballots[4]
        FROM evaluation_appraisedmember m WHERE m.appraisal_id = %(appraisal)s""",
    ),
    "ballot_summary": (
        ["发出票", "收回票", "有效票", "得分"],
        """SELECT t.id, t.issued, t.returned, t.valid,
            CASE WHEN t.valid >= 5 AND (t.valid = met.n OR t.valid - met.n >= 5)
                  AND t.overall[1] + t.overall[2] + t.overall[3] + t.overall[4] + t.overall[5] >= 5
            THEN round((t.overall[1] * s.mark_good + t.overall[2] * s.mark_fairly_good
                  + t.overall[3] * s.mark_fair + t.overall[4] * s.mark_poor)::numeric
                / nullif(t.overall[1] + t.overall[2] + t.overall[3] + t.overall[4], 0), 2) END
        FROM evaluation_tally t JOIN evaluation_appraised a ON a.id = t.appraised_id
        JOIN evaluation_scheme s ON s.id = a.scheme_id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(m.valid), 0) AS n FROM evaluation_meetingcount m
            JOIN evaluation_poll p ON p.id = m.poll_id
            WHERE m.appraised_id = a.id AND m.replaced_at IS NULL AND p.state = 'closed') met
        WHERE a.cycle_id = %(cycle)s AND a.left_out_reason = ''
          AND (t.issued > 0 OR t.returned > 0)""",
    ),
    "score_summary": (
        ["群众评议（40）", "基层单位评价（20）", "办事实绩（30）", "组织评价（10）", "总分"],
        """SELECT a.id, s.masses, s.unit, s.results, s.organisation, s.total
        FROM evaluation_appraised a LEFT JOIN LATERAL (
            SELECT s.* FROM evaluation_score s
            JOIN evaluation_computation c ON c.id = s.computation_id
            WHERE s.appraised_id = a.id ORDER BY c.number DESC LIMIT 1) s ON true
        WHERE a.cycle_id = %(cycle)s AND a.scheme_id = %(scheme)s AND a.left_out_reason = ''""",
    ),
}
# The same numbers over other rows.
SHEETS["pairings_with_reasons"] = SHEETS["pairings"]


def sheet(name, **wanted):
    """{id: numbers} of the rows of a sheet."""
    _headings, statement = SHEETS[name]
    return {key: tuple(numbers) for key, *numbers in fetched(statement, **wanted)}


# --- Sheets of sums -------------------------------------------------------------------------------


def condolence_summary(county):
    """Return {name of a unit: {category: (people, yuan)}} of the recipients on the lists."""
    found = defaultdict(dict)
    rows = fetched(
        """SELECT u.name, r.category, count(*), sum(r.amount + r.goods_value)
        FROM outreach_condolencerecipient r JOIN portal_grassrootsunit u ON u.id = r.unit_id
        WHERE r.removed_at IS NULL AND r.county_id = %(county)s GROUP BY u.id, r.category""",
        county=county,
    )
    for unit, category, people, yuan in rows:
        found[unit][category] = (people, yuan)
    return found


def burden(county, first, last):
    """{name of an organ: numbers} in the order of the sheet."""
    rows = fetched(
        """WITH v AS (
            SELECT v.*, date_trunc('week', v.visited_on)::date AS monday FROM outreach_visit v
            WHERE v.voided_at IS NULL AND v.visited_on BETWEEN %(first)s AND %(last)s
        ), busy AS (
            SELECT unit_id, monday FROM v GROUP BY 1, 2 HAVING count(*) > %(a_week)s
        )
        SELECT o.name, count(*),
            count(*) FILTER (WHERE (SELECT count(*) FROM outreach_visitcompanion c
                                    WHERE c.visit_id = v.id) > %(entourage)s),
            count(DISTINCT (v.unit_id, v.monday)) FILTER (
                WHERE (v.unit_id, v.monday) IN (SELECT unit_id, monday FROM busy)),
            count(*) FILTER (WHERE v.meals = 'none'), count(*) FILTER (WHERE v.meals = 'paid'),
            count(*) FILTER (WHERE v.meals = 'treated')
        FROM v JOIN portal_organ o ON o.id = v.organ_id
        WHERE v.county_id = %(county)s GROUP BY o.id""",
        county=county,
        first=first,
        last=last,
        a_week=A_WEEK,
        entourage=ENTOURAGE,
    )
    return {name: tuple(numbers) for name, *numbers in rows}


def stay_months(county, month):
    """Return {id of a stay: numbers of a month}. Working days come from the calendar package
    itself."""
    last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    days = [month + timedelta(days=n) for n in range((last - month).days + 1)]
    worked = [day for day in days if chinese_calendar.is_workday(day)]
    rows = fetched(
        """SELECT s.id, s.starts_on, coalesce(s.ended_on, s.ends_on),
            (SELECT w.days FROM outreach_monthword w JOIN outreach_staymonth t ON t.id = w.month_id
             WHERE t.stay_id = s.id AND t.month = %(month)s ORDER BY w.id DESC LIMIT 1),
            (SELECT nullif(sum(n.days), 0) FROM outreach_daynote n
             JOIN outreach_staymonth t ON t.id = n.month_id
             WHERE t.stay_id = s.id AND t.month = %(month)s AND n.kind = 'away'),
            (SELECT coalesce(sum(greatest(0,
                least(l.last_day, coalesce(s.ended_on, s.ends_on), %(last)s)
                - greatest(l.starts_on, s.starts_on, %(month)s) + 1)), 0)
             FROM outreach_leave l
             WHERE l.stay_id = s.id AND l.approved AND l.withdrawn_at IS NULL),
            (SELECT coalesce(sum(v.household_count), 0) FROM outreach_visit v
             WHERE v.author_id = s.cadre_id AND v.unit_id = s.unit_id AND v.voided_at IS NULL
               AND v.visited_on BETWEEN %(month)s AND %(last)s),
            (SELECT count(*) FROM outreach_matter m
             WHERE m.registered_by_id = s.cadre_id AND m.unit_id = s.unit_id
               AND m.registered_on BETWEEN %(month)s AND %(last)s),
            (SELECT count(*) FROM outreach_matter m
             WHERE m.registered_by_id = s.cadre_id AND m.unit_id = s.unit_id
               AND m.status = 'closed' AND m.closed_on BETWEEN %(month)s AND %(last)s)
        FROM outreach_stay s
        WHERE s.state <> 'cancelled' AND s.kind <> 'leader' AND s.county_id = %(county)s
          AND s.starts_on <= %(last)s AND coalesce(s.ended_on, s.ends_on) >= %(month)s""",
        county=county,
        month=month,
        last=last,
    )
    found = {}
    for stay, begins, ends, *numbers in rows:
        there = sum(begins <= day <= ends for day in worked)
        norm = min(DAYS_PER_MONTH, len(worked))
        if there < len(worked):
            norm = ceil(norm * there / len(worked))
        found[stay] = (there, norm, *numbers)
    return found


def score_evidence(cycle):
    """Return {id of a score: [numbers of each of its rows]}, from what the computation stored."""
    found = defaultdict(list)
    rows = fetched(
        """SELECT s.id, s.total, s.lines FROM evaluation_score s
        JOIN evaluation_computation c ON c.id = s.computation_id
        WHERE c.cycle_id = %(cycle)s AND c.number = (
            SELECT max(l.number) FROM evaluation_computation l WHERE l.cycle_id = c.cycle_id)""",
        cycle=cycle,
    )

    for score, total, lines in rows:
        kept = json.loads(lines) if isinstance(lines, str) else lines
        found[score].append((Decimal(100), None, None, None, None, None, total))
        for component in ("masses", "unit", "results", "organisation"):
            line = kept[component]
            n = line.get("valid", line.get("words"))
            if n is None and "sides" in line:
                n = sum(side["words"] for side in line["sides"])
            weight = line.get("weight_now", line["weight"])
            numbers = map(_decimal, (weight, line.get("value"), line.get("points")))
            weight, value, points = numbers
            found[score].append((weight, n, None, None, None, value, points))
            for one in line.get("indicators", ()):
                share = one.get("share_now", one["share"])
                share, rate, reached = map(_decimal, (share, one.get("rate"), one.get("reached")))
                counts = (one["met"] + one["missed"], one["met"], one["missed"], one["left_out"])
                found[score].append((share, *counts, rate, reached))
        for gate in kept["gates"]:
            n, met = gate.get("attested"), gate.get("months_met")
            found[score].append((None, n, met, None, None, _decimal(gate["value"]), None))
    return found


def _decimal(text):
    return None if text is None else Decimal(text)


def added(rows):
    """合计 of each number; no entry for a number that no row has."""
    sums = Counter()
    for numbers in rows:
        for place, number in enumerate(numbers):
            if number is not None:
                sums[place] += number
    return dict(sums)
