"""Pairing rows of the province: pairings, items and needs, made in SQL from the existing visits.

A cadre is paired with a household that one of their visits names, and an organ with a unit that its
people visited, so that contacts, recent or too long ago, are realistic.
"""

from demo.outreach.province import FREQUENT, MIDDLING, RARE, hashed
from portal.pages import search

# Incremented when the rows change.
RECIPE = 2
# Households per unit on its roster; the last two are not paired.
HOUSEHOLDS = 12
PAIRED = HOUSEHOLDS - 2


def fill(province, say):
    visits = province.size.helped or province.size.visits
    size = {"pairings": visits // 5, "items": visits, "needs": visits // 20}
    run, today = province.run, province.anchor
    _sides(run, today)
    with province.without_indexes("pairing_pairing", "pairing_pairingstep"):
        say(f"{size['pairings']} pairings …")
        _pairings(run, today, size["pairings"])
    with province.without_indexes("pairing_supportitem"):
        say(f"{size['items']} support items …")
        _items(run, today, size["items"])
    say(f"{size['needs']} needs for help …")
    _needs(run, today, size["needs"])
    province.number_on("outreach_household", "pairing_pairing", "pairing_helpneed")


def _sides(run, today):
    """Make households of every unit and Party organisations of organs and units, and collect who
    visited where."""
    run(
        """
        INSERT INTO outreach_household (id, unit_id, serial, "group", display_name, do_not_disturb)
        SELECT (unit - 1) * $each + n, unit, lpad(n::text, 3, '0'), '', '李××户',
            (unit + n) % 25 = 0
        FROM place CROSS JOIN generate_series(1, $each) n;
        INSERT INTO portal_partyorganization (name, initials, kind, organ_id, secretary,
            sort_order, started_on)
        SELECT '机关党支部', 'JGDZB', 'branch', id, '', 1, $today - 900 FROM portal_organ;
        INSERT INTO portal_partyorganization (name, initials, kind, unit_id, secretary,
            sort_order, started_on)
        SELECT '村党支部', 'CDZB', 'branch', id, '', 1, $today - 900 FROM portal_grassrootsunit;
        CREATE TEMP TABLE calls AS
        SELECT id, unit_id AS unit, author_id AS cadre, organ_id AS organ, visited_on AS day, n
        FROM (SELECT *, row_number() OVER (PARTITION BY unit_id ORDER BY id DESC) AS n
              FROM outreach_visit) v WHERE n <= $paired;
        CREATE TEMP TABLE helpers AS
        SELECT DISTINCT ON (unit_id) unit_id AS unit, author_id AS cadre, organ_id AS organ
        FROM outreach_visit WHERE organ_id <> host_organ_id ORDER BY unit_id, id DESC;
        ANALYZE calls; ANALYZE helpers; ANALYZE portal_partyorganization
        """,
        each=HOUSEHOLDS,
        paired=PAIRED,
        today=today,
    )


def _pairings(run, today, n):
    """Pair nearly every unit with an organ, every second branch, and households up to the number
    `n`; for one to three years, so that some have ended and some are about to."""
    run(
        """
        CREATE TEMP TABLE pairs AS
        SELECT row_number() OVER () AS g, * FROM (
            SELECT * FROM (
                SELECT 'unit' AS level, h.unit, h.cadre, h.organ, NULL::bigint AS household,
                    NULL::bigint AS visit, NULL::bigint AS helper, NULL::bigint AS helped
                FROM helpers h WHERE h.unit % 20 <> 0
                UNION ALL
                SELECT 'branch', h.unit, h.cadre, h.organ, NULL, NULL, ours.id, theirs.id
                FROM helpers h
                JOIN portal_partyorganization ours ON ours.organ_id = h.organ
                JOIN portal_partyorganization theirs ON theirs.unit_id = h.unit
                WHERE h.unit % 2 = 0
            ) organizations
            UNION ALL
            SELECT CASE WHEN (c.unit + c.n) % 5 = 0 THEN 'member' ELSE 'household' END, c.unit,
                c.cadre, c.organ, (c.unit - 1) * $each + c.n, c.id, NULL, NULL
            FROM calls c
        ) sides LIMIT $n;
        INSERT INTO outreach_visit_households (visit_id, household_id)
        SELECT visit, household FROM pairs WHERE visit IS NOT NULL;
        INSERT INTO pairing_pairing (id, level, mode, unit_id, "group", organ_id, host_organ_id,
            province_id, city_id, county_id, township_id, division_id, helper_branch_id, cadre_id,
            helped_branch_id, household_id, starts_on, ends_on, document, state, ended_on, ending,
            created_by_id, created_at)
        SELECT d.g, d.level, 'one', d.unit, '', d.organ, p.host, p.province, p.city, p.county,
            p.township, p.village, d.helper, d.cadre, d.helped, d.household, d.starts, d.ends, '',
            CASE WHEN is_over THEN 'ended' ELSE 'agreed' END, CASE WHEN is_over THEN ends END,
            CASE WHEN is_over THEN 'term' ELSE '' END, s.first, d.starts + time '09:00'
        FROM (
            SELECT *, starts + 365 * (1 + g % 3)::int - 1 AS ends,
                starts + 365 * (1 + g % 3)::int - 1 < $today - (g % 7)::int AS is_over
            FROM (SELECT *, $today - 30 - $began AS starts FROM pairs) started
        ) d
        JOIN place p ON p.unit = d.unit
        JOIN staff s ON s.organ = p.desk + 1
        ORDER BY d.g;
        INSERT INTO pairing_pairingstep (pairing_id, move, at, by_id, document, reason, facts)
        SELECT id, 'agreed', created_at, created_by_id, '', '', '{}' FROM pairing_pairing;
        UPDATE pairing_pairing p SET last_contact_on = met.day
        FROM (
            SELECT p.id, max(v.visited_on) AS day FROM pairing_pairing p
            JOIN outreach_visit v ON v.author_id = p.cadre_id AND v.unit_id = p.unit_id
                AND v.visited_on >= p.starts_on AND v.voided_at IS NULL
            WHERE p.household_id IS NULL GROUP BY 1
            UNION ALL
            SELECT p.id, max(v.visited_on) FROM pairing_pairing p
            JOIN outreach_visit_households door ON door.household_id = p.household_id
            JOIN outreach_visit v ON v.id = door.visit_id AND v.author_id = p.cadre_id
                AND v.visited_on >= p.starts_on AND v.voided_at IS NULL
            GROUP BY 1
        ) met WHERE met.id = p.id
        """,
        each=HOUSEHOLDS,
        n=n,
        today=today,
        began=hashed(11, 700),
    )


KINDS = ("policy", "information", "funds", "technology", "talent", "project", "other")
THINGS = (
    "送政策上门，讲清申请条件",
    "联系用工信息，推荐两个岗位",
    f"落实{MIDDLING}维修资金",
    "请农技员现场指导病虫害防治",
    "请退休教师周末辅导孩子功课",
    "争取道路硬化项目",
    f"帮助核对{FREQUENT}申请材料",
)


def _vector(text):
    """Return the search vector of a text as an SQL literal."""
    quoted = search.literal(text).replace("'", "''")
    return f"'{quoted}'::tsvector"


def _items(run, today, n):
    """Make `n` items, spread evenly over the pairings; only funds and projects have an amount."""
    things = ", ".join(f"'{thing}'" for thing in THINGS)
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    vectors = ", ".join(_vector(thing) for thing in THINGS)
    run(
        f"""
        INSERT INTO pairing_supportitem (pairing_id, unit_id, "group", organ_id, host_organ_id,
            province_id, city_id, county_id, township_id, division_id, kind, what, amount, source,
            promised_on, promised_for, state, done_on, result, dropped_on, drop_reason,
            noted_by_id, created_at, client_key, word, search)
        SELECT p.id, p.unit_id, '', p.organ_id, p.host_organ_id, p.province_id, p.city_id,
            p.county_id, p.township_id, p.division_id, (ARRAY[{kinds}])[i.kind],
            CASE WHEN g = 77 THEN '修整{RARE}' ELSE (ARRAY[{things}])[i.kind] END,
            CASE WHEN i.kind IN (3, 6) THEN 500 + 100 * (i.a % 900) END,
            CASE WHEN i.kind IN (3, 6) THEN 'special' ELSE '' END,
            d.promised, d.due, d.state,
            CASE WHEN d.state = 'done' THEN d.due - i.a % 20 END, '',
            CASE WHEN d.state = 'dropped' THEN d.due END,
            CASE WHEN d.state = 'dropped' THEN '已由其他部门解决' ELSE '' END,
            p.cadre_id, d.promised + time '17:00', gen_random_uuid(), '',
            CASE WHEN g = 77 THEN {_vector(f"修整{RARE}")}
                ELSE (ARRAY[{vectors}])[i.kind] END
        FROM (SELECT g, 1 + (g % $pairings)::int AS pairing, 1 + $kind AS kind, $a AS a
              FROM generate_series(1, $n) g) i
        JOIN pairing_pairing p ON p.id = i.pairing
        CROSS JOIN LATERAL (
            SELECT p.starts_on + i.a % (LEAST(p.ends_on, $today) - p.starts_on + 1) AS promised
        ) began
        CROSS JOIN LATERAL (
            SELECT promised, promised + 20 + i.a % 100 AS due,
                CASE WHEN promised + 20 + i.a % 100 > $today THEN 'promised'
                    WHEN i.a % 20 = 0 THEN 'dropped' WHEN i.a % 20 < 3 THEN 'promised'
                    ELSE 'done' END AS state
        ) d
        ORDER BY d.promised, i.g
        """,
        pairings="(SELECT count(*) FROM pairing_pairing)",
        n=n,
        today=today,
        kind=hashed(12, len(KINDS)),
        a=hashed(13, 1_000_000),
    )


def _needs(run, today, n):
    """Make needs: three in five are of households, one in six of these without a helper; half are
    still open."""
    run(
        """
        INSERT INTO pairing_helpneed (id, unit_id, "group", organ_id, host_organ_id, province_id,
            city_id, county_id, township_id, division_id, household_id, kind, what, urgency,
            amount, expertise, noted_on, until, state, closed_on, closed_by_id, noted_by_id)
        SELECT d.g, p.unit, '', p.host, p.host, p.province, p.city, p.county, p.township,
            p.village,
            CASE WHEN d.g % 5 < 3 THEN (p.unit - 1) * $each + 1 + d.a % $each END,
            (ARRAY['policy', 'information', 'funds', 'technology', 'talent'])[1 + d.a % 5],
            CASE WHEN d.g % 5 < 3 THEN '' ELSE '修复村里的灌溉渠道' END, 1 + d.a % 3, NULL, '{}',
            d.day, d.day + 180, d.state,
            CASE WHEN d.state <> 'open' THEN LEAST(d.day + d.a % 30, $today) END,
            CASE WHEN d.state <> 'open' THEN s.first END, s.first
        FROM (
            SELECT g, 1 + $unit AS unit, $a AS a, $today - $days AS day,
                (ARRAY['open', 'open', 'met', 'met', 'open', 'withdrawn'])[1 + (g % 6)::int]
                    AS state
            FROM generate_series(1, $n) g
        ) d
        JOIN place p ON p.unit = d.unit
        JOIN staff s ON s.organ = p.host
        """,
        each=HOUSEHOLDS,
        n=n,
        today=today,
        a=hashed(14, 1_000_000),
        days=hashed(15, 240),
        unit=f"(({hashed(16, 1_000_000_000)})::bigint % (SELECT count(*) FROM place))::int",
    )
    run("ANALYZE pairing_helpneed; ANALYZE outreach_visit_households; ANALYZE outreach_household")
