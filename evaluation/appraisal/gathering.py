"""Finds who is appraised in a cycle from the records, never from a typed list.

One statement per class of each scheme gathers a whole province. People gathered before stay
unchanged: nobody is added twice, and people left out stay left out.
"""

from django.db import connection
from django.db.models import F, Q
from django.utils.translation import gettext as _

from evaluation.appraisal.measuring import Measured
from evaluation.models.cycles import Cycle
from evaluation.models.schemes import Service, Subject
from outreach.models.stays import RESIDENTIAL_KINDS
from portal.days.words import short_day
from portal.models import Division, ReorganisationChange
from portal.models.people import StaffKind
from portal.models.places import DivisionLevel, UnitKind
from portal.roles import Permission

_PLACES = ("province", "city", "county", "township", "division")
_COUNTED = ("province", "city", "county")

_COLUMNS = (
    'cycle_id, scheme_id, subject, "group", left_out_reason, cadre_id, branch_id, unit_id,'
    " organ_id, host_organ_id, province_id, city_id, county_id, township_id, division_id,"
    " name, post, organ_name, sort_key, from_day, to_day"
)

# The ancestor at a level, from the path of division `{d}`; the path ends with its own id.
_LEVEL = (
    "(string_to_array(trim(both '/' FROM {d}.path), '/'))"
    "[{level} - {d}.level + cardinality(string_to_array(trim(both '/' FROM {d}.path), '/'))]"
    "::bigint"
)


def _level(alias, level):
    return _LEVEL.format(d=alias, level=int(level))


def _all_levels(alias):
    return ", ".join(
        f"{_level(alias, level)} AS {name}_id"
        for level, name in zip(DivisionLevel, _PLACES, strict=True)
    )


def _one(column):
    """The value shared by all rows of a group; NULL if there are several."""
    return f"CASE WHEN count(DISTINCT {column}) = 1 THEN min({column}) END AS {column}"


_COMMON = ", ".join(_one(f"{name}_id") for name in ("unit", "host_organ", *_PLACES))
# If places differ, use those of the person's own organ, down to the county.
_HOME = ", ".join(
    f"coalesce(r.{name}_id, {_level('od', level)})"
    for level, name in zip(DivisionLevel, _PLACES, strict=True)
    if name in _COUNTED
)

# Sort key: organ, then its leading team, branches, teams and cadres, each in its own order.
_KEY = (
    "lpad(o.sort_order::text, 10, '0') || lpad(o.id::text, 12, '0') || '{rank}'"
    " || lpad({order}::text, 10, '0') || lpad({id}::text, 12, '0')"
)

_WHERE_UNIT = """
    JOIN portal_grassrootsunit u ON u.id = {x}.unit_id
    LEFT JOIN portal_division d ON d.id = u.division_id"""
_LIMITS = """
    (%(paths)s::text[] IS NULL OR d.path LIKE ANY (%(paths)s))
    AND (%(kinds)s::text[] IS NULL OR u.kind = ANY (%(kinds)s))"""
_ORGAN_LIMIT = "(%(organs)s::text[] IS NULL OR o.path LIKE ANY (%(organs)s))"
# An organ is placed by its own division, not by where it works.
_ORGAN_PLACE = "(%(paths)s::text[] IS NULL OR od.path LIKE ANY (%(paths)s))"

_STAYS = (
    """
    SELECT s.id, s.cadre_id, s.unit_id, s.organ_id, s.host_organ_id, s.kind, s.is_leader,
           greatest(s.starts_on, %(first)s) AS f,
           least(coalesce(s.ended_on, s.ends_on), %(last)s) AS t,
           {levels}
    FROM outreach_stay s"""
    + _WHERE_UNIT.format(x="s")
    + """
    WHERE s.state <> 'cancelled' AND s.kind = ANY (%(residential)s)
      AND s.starts_on <= %(last)s AND coalesce(s.ended_on, s.ends_on) >= %(first)s
      AND """
    + _LIMITS
)

_STATIONED = """
    WITH s AS ({stays}),
    r AS (
        SELECT cadre_id, {common}, (array_agg(organ_id ORDER BY t DESC, id DESC))[1] AS organ_id,
               min(f) AS f, max(t) AS t
        FROM s GROUP BY cadre_id
    )
    {cadres}"""

_VISITING = (
    """
    WITH went AS (
        SELECT cadre_id, unit_id, true AS lasting FROM outreach_contactarea
        WHERE starts_on <= %(last)s AND (ends_on IS NULL OR ends_on >= %(first)s)
        UNION
        SELECT cadre_id, unit_id, true FROM pairing_pairing
        WHERE cadre_id IS NOT NULL AND level <> 'mentor' AND state <> 'cancelled'
          AND starts_on <= %(last)s
          AND coalesce(ended_on, ends_on) >= %(first)s
        UNION
        SELECT author_id, unit_id, false FROM outreach_visit
        WHERE voided_at IS NULL AND visited_on BETWEEN %(first)s AND %(last)s
        UNION
        SELECT c.cadre_id, v.unit_id, false
        FROM outreach_visit v JOIN outreach_visitcompanion c ON c.visit_id = v.id
        WHERE v.voided_at IS NULL AND v.visited_on BETWEEN %(first)s AND %(last)s
    ),
    placed AS (
        SELECT g.cadre_id, g.unit_id, u.host_organ_id, {levels},
               -- With a lasting tie, visits elsewhere do not count as places.
               g.lasting, bool_or(g.lasting) OVER (PARTITION BY g.cadre_id) AS has_lasting
        FROM went g"""
    + _WHERE_UNIT.format(x="g")
    + """
        WHERE """
    + _LIMITS
    + """
    ),
    r AS (
        SELECT p.cadre_id, {common}, min(c.organ_id) AS organ_id, %(first)s::date AS f,
               %(last)s::date AS t
        FROM placed p JOIN portal_cadre c ON c.id = p.cadre_id
        WHERE (p.lasting OR NOT p.has_lasting) AND NOT EXISTS (
            SELECT 1 FROM outreach_stay s
            WHERE s.cadre_id = p.cadre_id AND s.state <> 'cancelled'
              AND s.kind = ANY (%(residential)s) AND s.starts_on <= %(last)s
              AND coalesce(s.ended_on, s.ends_on) >= %(first)s)
        GROUP BY p.cadre_id
    )
    {cadres}"""
)

# Cadres who left count until the day before; those who left before the period are excluded.
_CADRES = f"""
    SELECT %(cycle)s, %(scheme)s, 'cadre', '', '', r.cadre_id, NULL, r.unit_id,
           r.organ_id, r.host_organ_id, {_HOME}, r.township_id, r.division_id,
           c.name, c.post, o.name, {_KEY.format(rank=4, order="c.sort_order", id="c.id")},
           r.f, greatest(r.f, least(r.t, coalesce(c.left_on - 1, r.t)))
    FROM r JOIN portal_cadre c ON c.id = r.cadre_id
    JOIN portal_organ o ON o.id = r.organ_id
    LEFT JOIN portal_division od ON od.id = o.division_id
    WHERE (c.left_on IS NULL OR c.left_on > r.f) AND {_ORGAN_LIMIT}
      AND (%(staff)s::text[] IS NULL OR c.staff_kind = ANY (%(staff)s))"""

_TEAMS = f"""
    WITH s AS ({{stays}}),
    r AS (
        SELECT unit_id, {", ".join(_one(f"{name}_id") for name in ("host_organ", *_PLACES))},
               (array_agg(organ_id ORDER BY is_leader DESC, kind = 'secretary' DESC, t DESC, id))[1]
                   AS organ_id,
               (array_agg(cadre_id ORDER BY is_leader DESC, kind = 'secretary' DESC, t DESC, id)
                   FILTER (WHERE is_leader OR kind = 'secretary'))[1] AS cadre_id,
               min(f) AS f, max(t) AS t
        FROM s GROUP BY unit_id
    )
    SELECT %(cycle)s, %(scheme)s, 'team', '', '', r.cadre_id, NULL, r.unit_id,
           r.organ_id, r.host_organ_id, {_HOME}, r.township_id, r.division_id,
           u.name, '', o.name, {_KEY.format(rank=3, order="u.sort_order", id="u.id")}, r.f, r.t
    FROM r JOIN portal_grassrootsunit u ON u.id = r.unit_id
    JOIN portal_organ o ON o.id = r.organ_id
    LEFT JOIN portal_division od ON od.id = o.division_id
    WHERE {_ORGAN_LIMIT}"""

# The helping branch is appraised, not the one helped.
_BRANCHES = (
    """
    WITH r AS (
        SELECT p.helper_branch_id AS branch_id, {common}
        FROM (
            SELECT p.helper_branch_id, p.unit_id, p.host_organ_id, {levels}
            FROM pairing_pairing p"""
    + _WHERE_UNIT.format(x="p")
    + """
            WHERE p.level = 'branch' AND p.state <> 'cancelled' AND p.starts_on <= %(last)s
              AND coalesce(p.ended_on, p.ends_on) >= %(first)s
              AND """
    + _LIMITS
    + f"""
        ) p GROUP BY p.helper_branch_id
    )
    SELECT %(cycle)s, %(scheme)s, 'branch', '', '', NULL::bigint, r.branch_id, r.unit_id,
           o.id, r.host_organ_id, {_HOME}, r.township_id, r.division_id,
           b.name, '', o.name, {_KEY.format(rank=2, order="b.sort_order", id="b.id")},
           greatest(b.started_on, %(first)s), least(coalesce(b.ended_on - 1, %(last)s), %(last)s)
    FROM r JOIN portal_partyorganization b ON b.id = r.branch_id
    LEFT JOIN portal_grassrootsunit bu ON bu.id = b.unit_id
    JOIN portal_organ o ON o.id = coalesce(b.organ_id, bu.host_organ_id)
    LEFT JOIN portal_division od ON od.id = o.division_id
    WHERE (b.ended_on IS NULL OR b.ended_on > greatest(b.started_on, %(first)s))
      AND b.started_on <= %(last)s AND {_ORGAN_LIMIT} AND {_ORGAN_PLACE}"""
)

# A station has no leading team; its work counts for its organ.
_LEADING = "CASE WHEN at.kind = 'station' THEN coalesce(at.parent_id, at.id) ELSE at.id END"

_ORGANS = (
    """
    WITH worked AS (
        SELECT m.lead_organ_id AS organ_id
        FROM outreach_matter m"""
    + _WHERE_UNIT.format(x="m")
    + """
        WHERE m.lead_organ_id IS NOT NULL AND m.registered_on <= %(last)s
          AND (m.closed_on IS NULL OR m.closed_on >= %(first)s) AND """
    + _LIMITS
    + """
        UNION
        SELECT p.organ_id
        FROM pairing_pairing p"""
    + _WHERE_UNIT.format(x="p")
    + """
        WHERE p.level = 'unit' AND p.state <> 'cancelled' AND p.starts_on <= %(last)s
          AND coalesce(p.ended_on, p.ends_on) >= %(first)s AND """
    + _LIMITS
    + f"""
    ),
    r AS (
        SELECT DISTINCT {_LEADING} AS organ_id
        FROM worked JOIN portal_organ at ON at.id = worked.organ_id
    )
    SELECT %(cycle)s, %(scheme)s, 'organ', '', '', NULL::bigint, NULL::bigint, NULL::bigint,
           o.id, NULL::bigint, {", ".join(_level("od", level) for level in DivisionLevel)},
           o.name, '', o.name, {_KEY.format(rank=1, order=0, id="o.id")},
           greatest(o.started_on, %(first)s), %(last)s::date
    FROM r JOIN portal_organ o ON o.id = r.organ_id
    LEFT JOIN portal_division od ON od.id = o.division_id
    WHERE (o.ended_on IS NULL OR o.ended_on > %(today)s) AND o.started_on <= %(last)s
      AND {_ORGAN_LIMIT} AND {_ORGAN_PLACE}"""
)

# A province in one transaction takes long; its keys are checked at commit.
_PATIENCE = "SET LOCAL statement_timeout = '10min'"

_FILLED = {"levels": _all_levels("d"), "common": _COMMON, "cadres": _CADRES}
_FILLED["stays"] = _STAYS.format(**_FILLED)
_STATEMENTS = {
    (Subject.CADRE, Service.STATIONED): [_STATIONED],
    (Subject.CADRE, Service.VISITING): [_VISITING],
    (Subject.CADRE, Service.ANY): [_STATIONED, _VISITING],
    (Subject.TEAM, Service.ANY): [_TEAMS],
    (Subject.BRANCH, Service.ANY): [_BRANCHES],
    (Subject.ORGAN, Service.ANY): [_ORGANS],
}


def gather(cycle, *, by, on):
    """Add people found who are not there yet; returns how many."""
    added = 0
    with connection.cursor() as cursor:
        cursor.execute(_PATIENCE)
        # Narrower schemes first: somebody who fits two is appraised by the more specific one.
        for scheme in sorted(cycle.schemes.all(), key=_breadth):
            values = _values(cycle, scheme, by=by, on=on)
            for statement in _STATEMENTS[scheme.subject, scheme.service]:
                found = statement.format(**_FILLED)
                cursor.execute(
                    f"INSERT INTO evaluation_appraised ({_COLUMNS}) {found} ON CONFLICT DO NOTHING",
                    values,
                )
                added += cursor.rowcount
    return added


def people_of(scheme, *, by, first, last):
    """[Measured]: people whom a cycle over these days would gather for the scheme in all areas of
    the role. Writes nothing."""
    areas = [grant.division for grant in by.grants_with(Permission.MANAGE_EVALUATION)]
    paths = None if None in areas else [path for area in areas for path in _paths(area)]
    values = _values(Cycle(starts_on=first, ends_on=last), scheme, by=by, on=by.today) | {
        "paths": paths
    }
    found = []
    with connection.cursor() as cursor:
        for statement in _STATEMENTS[scheme.subject, scheme.service]:
            cursor.execute(
                "SELECT cadre_id, branch_id, organ_id, unit_id, from_day, to_day"
                f" FROM ({statement.format(**_FILLED)}) AS found({_COLUMNS}) ORDER BY sort_key",
                values,
            )
            found += cursor.fetchall()
    return [Measured(number, scheme.subject, *who) for number, who in enumerate(found, start=1)]


def forget(cycle, schemes):
    """Delete the gathered people, except those left out of a scheme that stays. Only before other
    rows refer to them."""
    with connection.cursor() as cursor:
        cursor.execute(_PATIENCE)
        cursor.execute(
            "DELETE FROM evaluation_appraised WHERE cycle_id = %s"
            " AND (left_out_reason = '' OR scheme_id <> ALL (%s))",
            [cycle.pk, [scheme.pk for scheme in schemes]],
        )


def _breadth(scheme):
    """Sort key: a scheme comes before any broader one that includes it."""
    units, staff = (len(kinds) or len(UnitKind) + len(StaffKind) for kinds in _limits(scheme))
    return units, staff, scheme.service == Service.ANY, scheme.pk


def _limits(scheme):
    return scheme.unit_kinds, scheme.staff_kinds


def overlap(one, other):
    """Whether somebody may fit both schemes and neither of them is narrower."""
    if one.subject != other.subject or not _meet(one, other):
        return False
    return _holds(one, other) == _holds(other, one)


def _meet(one, other):
    services = {one.service, other.service}
    kinds = zip(_limits(one), _limits(other), strict=True)
    return (len(services) == 1 or Service.ANY in services) and all(
        not mine or not others or set(mine) & set(others) for mine, others in kinds
    )


def _holds(one, other):
    """Whether everybody who fits the other scheme fits this one."""
    kinds = zip(_limits(one), _limits(other), strict=True)
    return one.service in {Service.ANY, other.service} and all(
        not mine or (others and set(others) <= set(mine)) for mine, others in kinds
    )


def _values(cycle, scheme, *, by, on):
    return {
        "cycle": cycle.pk,
        "scheme": scheme.pk,
        "first": cycle.starts_on,
        "last": cycle.ends_on,
        "today": on,
        "residential": [kind.value for kind in RESIDENTIAL_KINDS],
        "kinds": scheme.unit_kinds or None,
        "staff": scheme.staff_kinds or None,
        "paths": _paths(cycle.division),
        "organs": _organs(by),
    }


def _paths(division):
    """Path patterns of the division and of those merged into it."""
    if division is None:
        return None
    former = [pk for ids in (division.former or {}).values() for pk in ids]
    paths = Division.objects.filter(pk__in=former).values_list("path", flat=True)
    return [f"{path}%" for path in (division.path, *paths)]


def _organs(by):
    """Path patterns of the organs to which the user's roles are limited (an enterprise group's
    office gathers its own), or None for all."""
    grants = by.grants_with(Permission.MANAGE_EVALUATION)
    if any(grant.organ_id is None for grant in grants):
        return None
    return [f"{grant.organ.path}%" for grant in grants]


def left_or_moved(appraised):
    """Those of the appraised who are cadres and left or changed organ since gathering. A merger of
    organs is no change."""
    merged = Q(organ__successor__isnull=False, organ__path__startswith=F("cadre__organ__path"))
    moved = ~Q(cadre__organ=F("organ")) & ~merged
    return appraised.filter(Q(cadre__left_on__isnull=False) | moved, subject=Subject.CADRE)


def with_whereabouts(rows, *, on):
    """Set `since` on each row: what happened to the cadre, in words; two queries at most.

    The rows need `cadre__organ` loaded.
    """
    rows = list(rows)
    mine = [row.pk for row in rows if row.subject == Subject.CADRE]
    gone = left_or_moved(type(rows[0]).objects.filter(pk__in=mine)) if mine else []
    gone = set(gone.values_list("pk", flat=True)) if mine else set()
    moves = _moves([row.cadre_id for row in rows if row.pk in gone])
    for row in rows:
        row.since = _since(row, moves, on) if row.pk in gone else []
    return rows


def _moves(cadres):
    """{(cadre, organ): day of the last transfer there}"""
    if not cadres:
        return {}
    changes = ReorganisationChange.objects.filter(
        cadre__in=cadres, what=ReorganisationChange.What.ORGAN
    ).order_by("reorganisation__on", "pk")
    found = changes.values_list("cadre", "to_organ", "reorganisation__on")
    return {(cadre, organ): day for cadre, organ, day in found}


def _since(row, moves, on):
    said, cadre = [], row.cadre
    if cadre.left_on:
        said.append(_("left on %(day)s") % {"day": short_day(cadre.left_on, on=on)})
    if cadre.organ_id != row.organ_id:
        day = moves.get((cadre.pk, cadre.organ_id))
        words = _("moved to %(organ)s on %(day)s") if day else _("belongs to %(organ)s")
        said.append(words % {"organ": cadre.organ.label, "day": short_day(day, on=on)})
    return said
