"""A province for measurements: rows made in SQL, of the same kinds as the actions write.

It lives in its own database, kept as a template. All values of a row are derived from hashes of its
number, so that every run makes the same rows; words come from the banks of words.py.
"""

import contextlib
import csv
import hashlib
import io
import random
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from string import Template

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connections

from demo import MORE_OF_A_PROVINCE, careers
from demo import places as demo
from demo.outreach.words import MODES, Words, issues
from outreach.models.visits import MODES_OF_WORKS
from portal.days import workdays
from portal.models.places import GrassrootsUnit, UnitKind
from portal.pages import search
from portal.roles import Role
from portal.sheets import figures
from portal.tools import pinyin

NAME = "portal_province"
# Incremented when the rows change; migrations are part of the digest.
RECIPE = 4

# Search terms: in a quarter of the texts, in one of some 250, in one of 10 000.
FREQUENT, MIDDLING, RARE = "低保", "提灌站", "古驿道"

READERS = {"township": "reader.township", "county": "reader.county", "province": "reader.province"}


@dataclass(frozen=True)
class Size:
    cities: int = 10
    counties: int = 10  # per city
    townships: int = 15  # per county
    villages: int = 14  # per township
    town_cadres: int = 30
    organ_cadres: int = 32
    province_cadres: int = 600
    visits: int = 1_000_000
    matters: int = 300_000
    texts: int = 20_000
    days: int = 730
    # The number of visits from which pairings are made; 0 for all visits.
    helped: int = 0


FULL = Size()
TINY = Size(
    cities=1,
    counties=2,
    townships=2,
    villages=3,
    town_cadres=3,
    organ_cadres=2,
    province_cadres=2,
    visits=400,
    matters=120,
    texts=60,
    days=200,
)

COUNTY_ORGANS = (
    "督查室",
    "委组织部",
    "农业农村局",
    "水利局",
    "环境局",
    "自然资源局",
    "教育局",
    "卫健局",
    "人社局",
    "民政局",
    "财政局",
    "司法局",
    "应急局",
    "工信局",
    "文旅局",
    "审批局",
    "交通局",
)
# {category: index in COUNTY_ORGANS of the organ that leads}.
LEADS = {
    "01": 2,
    "02": 3,
    "03": 4,
    "04": 5,
    "05": 6,
    "06": 7,
    "07": 8,
    "08": 9,
    "09": 9,
    "10": 10,
    "11": 9,
    "12": 11,
    "13": 12,
    "14": 13,
    "15": 1,
    "16": 14,
    "17": 15,
    "18": 16,
}

FIRST = "柳石青白河云清碧双木竹松梅兰桂枫杉茶金银龙凤鹤鹿玉珠长平安和春秋朝晚东西南北上下大小新老"
SECOND = "湾桥山杨口泉水溪岭坪坝塘坡冲垄坳井田洲滩岗寨窝沟台庙园林峰崖渡屋场庄湖畈墩涧亭畔港"


# --- The database -------------------------------------------------------------------


def recipe():
    """Return a text that identifies the rows: the recipes and a digest of the migrations."""
    root = Path(__file__).resolve().parents[2]
    recipes = [RECIPE, *(part.RECIPE for part in _more())]
    digest = hashlib.sha256(" ".join(map(str, recipes)).encode())
    apps = ["portal", "outreach", *(name.split(".")[1] for name in MORE_OF_A_PROVINCE)]
    for app in apps:
        for path in sorted((root / app / "migrations").glob("0*.py")):
            digest.update(path.read_bytes())
    return f"province {RECIPE} {digest.hexdigest()[:12]}"


def _more():
    return [import_module(name) for name in MORE_OF_A_PROVINCE]


def is_there():
    """Whether the province of the current recipe exists; the comment of its database holds its
    recipe."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [NAME],
        )
        found = cursor.fetchone()
    return found is not None and found[0] == recipe()


def build(on, say=lambda line: None):
    """Rebuild the province's database; drop it if the build fails."""
    with _autocommit() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
        if cursor.fetchone():
            cursor.execute(f"ALTER DATABASE {NAME} IS_TEMPLATE false")
            cursor.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {NAME}")
    try:
        with pointed_at(NAME):
            call_command("migrate", verbosity=0, interactive=False)
            fill(FULL, on, say)
    except BaseException:
        with _autocommit() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        raise
    with _autocommit() as cursor:
        cursor.execute(f"COMMENT ON DATABASE {NAME} IS '{recipe()}'")
        cursor.execute(f"ALTER DATABASE {NAME} IS_TEMPLATE true")


@contextlib.contextmanager
def pointed_at(name):
    """Point both connections to another database of the same server within the context."""
    before = {alias: connections[alias].settings_dict["NAME"] for alias in ("default", "owner")}
    try:
        for alias in before:
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = name
        yield
    finally:
        for alias, own in before.items():
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = own


@contextlib.contextmanager
def _autocommit():
    with connections["owner"].cursor() as cursor:
        yield cursor


# --- Filling the database -------------------------------------------------------------


def fill(size: Size, anchor: date, say=lambda line: None):
    """Fill an empty migrated database, as the role that owns it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET TIME ZONE 'Asia/Shanghai'")
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute("SET work_mem = '256MB'")
        province = _Province(size, anchor, cursor)
        say("places and people …")
        province.make_places()
        province.make_people()
        say("words …")
        province.make_words()
        with province.without_indexes("outreach_visit", "outreach_visitcompanion"):
            say(f"{size.visits} visits …")
            province.make_visits()
            say("  their indexes …")
        big = ("matter", "matterstep", "matterassignment", "followup")
        with province.without_indexes(*(f"outreach_{table}" for table in big)):
            say(f"{size.matters} matters …")
            province.make_matters()
            say("  their indexes …")
        for part in _more():
            part.fill(province, say)
        say("figures …")
        province.make_figures()
        province.set_sequences()
        say("statistics …")
        cursor.execute("VACUUM (ANALYZE)")


class _Province:
    def __init__(self, size, anchor, cursor):
        self.size, self.anchor, self.cursor = size, anchor, cursor
        self.rng = random.Random(f"province-{RECIPE}")
        self.since = anchor - timedelta(days=2500)

    def run(self, sql, **values):
        """Run a statement with numbers and days substituted for $name."""
        days = {name: f"date '{v}'" for name, v in values.items() if isinstance(v, date)}
        self.cursor.execute(Template(sql).substitute(values | days))

    def copy(self, table, columns, rows):
        """COPY rows of Python values; None is NULL."""
        file = io.StringIO()
        writer = csv.writer(file)
        for row in rows:
            writer.writerow(["\\N" if value is None else value for value in row])
        file.seek(0)
        names = ", ".join(f'"{column}"' for column in columns)
        self.cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN (FORMAT csv, NULL '\\N')", file)

    @contextlib.contextmanager
    def without_indexes(self, *tables):
        """Drop indexes and constraints during the load, and build and check them once at the
        end."""
        self.cursor.execute(
            "SELECT conrelid::regclass, quote_ident(conname), pg_get_constraintdef(oid)"
            " FROM pg_constraint WHERE conrelid = ANY (%s::regclass[])"
            " AND contype IN ('f', 'u', 'x') ORDER BY contype DESC, oid",
            [list(tables)],
        )
        constraints = self.cursor.fetchall()
        for table, name, _definition in constraints:
            self.cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        self.cursor.execute(
            "SELECT i.indexrelid::regclass, pg_get_indexdef(i.indexrelid) FROM pg_index i"
            " WHERE i.indrelid = ANY (%s::regclass[]) AND NOT i.indisprimary ORDER BY 1",
            [list(tables)],
        )
        indexes = self.cursor.fetchall()
        for name, _definition in indexes:
            self.cursor.execute(f"DROP INDEX {name}")
        yield
        for _name, definition in indexes:
            self.cursor.execute(definition)
        for table, name, definition in constraints:
            self.cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        for table in tables:
            self.cursor.execute(f"ANALYZE {table}")

    # --- Places and people ---------------------------------------------------------------

    def make_places(self):
        """Make divisions, organs and units; ids are assigned here, so that SQL can compute with
        them."""
        size, names = self.size, _names(self.rng)
        divisions, organs, units, self.places, self.posts = [], [], [], [], []

        def division(parent, code, name, level):
            path = f"{parent[1]}{len(divisions) + 1}/" if parent else f"/{len(divisions) + 1}/"
            divisions.append(
                (
                    len(divisions) + 1,
                    parent[0] if parent else None,
                    path,
                    name,
                    pinyin.initials(name),
                    code,
                    level,
                    "local",
                    self.since,
                    None,
                )
            )
            return len(divisions), path

        def organ(name, kind, place, cadres):
            number = len(organs) + 1
            organs.append(
                (
                    number,
                    None,
                    f"/{number}/",
                    name,
                    pinyin.initials(name),
                    "",
                    name,
                    kind,
                    place,
                    number,
                    "",
                    "",
                    self.since,
                    None,
                    None,
                )
            )
            self.posts.append((number, cadres))
            return number

        top = division(None, "990000000000", "云川省", 1)
        self.province_organ = organ("省委组织部", "party", top[0], size.province_cadres)
        for c in range(1, size.cities + 1):
            city = division(top, f"99{c:02d}00000000", f"{next(names)}市", 2)
            for k in range(1, size.counties + 1):
                county_name = f"{next(names)}县"
                county = division(city, f"99{c:02d}{k:02d}000000", county_name, 3)
                departments = [
                    organ(f"{county_name}{name}", "government", county[0], size.organ_cadres)
                    for name in COUNTY_ORGANS
                ]
                for t in range(1, size.townships + 1):
                    code = f"99{c:02d}{k:02d}{t:03d}"
                    town_name = f"{next(names)}{'镇' if t % 3 else '乡'}"
                    town = division(county, f"{code}000", town_name, 4)
                    host = organ(town_name, "township", town[0], size.town_cadres)
                    for v in range(1, size.villages + 1):
                        name = f"{next(names)}{'村' if v % 7 else '社区'}"
                        village = division(town, f"{code}{v:03d}", name, 5)
                        kind = UnitKind.RURAL if v % 7 else UnitKind.COMMUNITY
                        number = len(units) + 1
                        units.append(
                            (
                                number,
                                None,
                                f"/{number}/",
                                name,
                                pinyin.initials(name),
                                f"{code}{v:03d}",
                                kind,
                                village[0],
                                host,
                                number,
                                "",
                                "",
                                self.since,
                                None,
                                None,
                            )
                        )
                        self.places.append(
                            (
                                number,
                                host,
                                top[0],
                                city[0],
                                county[0],
                                town[0],
                                village[0],
                                departments[0],
                            )
                        )
        tree = ("id", "parent_id", "path", "name", "initials", "code")
        self.copy(
            "portal_division", (*tree, "level", "source", "valid_from", "valid_to"), divisions
        )
        dated = ("started_on", "ended_on", "successor_id")
        self.copy(
            "portal_organ",
            (*tree, "short_name", "kind", "division_id", "sort_order", "phone", "duties", *dated),
            organs,
        )
        self.copy(
            GrassrootsUnit._meta.db_table,
            (
                *tree,
                "kind",
                "division_id",
                "host_organ_id",
                "sort_order",
                "contact_name",
                "office_phone",
                *dated,
            ),
            units,
        )

    def make_people(self):
        """Make cadres with accounts, organ by organ: the people of an organ have consecutive
        ids."""
        secret, rng = make_password(demo.PASSWORD), self.rng
        since = self.anchor - timedelta(days=800)
        now = workdays.end_of(self.anchor - timedelta(days=1))
        users, cadres, grants, ranges = [], [], [], []
        given = careers.GIVEN.split()
        special = {
            self.places[0][1]: READERS["township"],
            self.province_organ: READERS["province"],
            self.places[0][7] + 1: READERS["county"],
        }
        for organ, count in self.posts:
            first = len(users) + 1
            ranges.append((organ, first, count))
            for place in range(count):
                number = len(users) + 1
                name = rng.choice(careers.SURNAMES) + rng.choice(given)
                username = special[organ] if place == 0 and organ in special else f"u{number:06d}"
                users.append((number, secret, username, name, organ, True, False, False, "", now))
                cadres.append(
                    (
                        number,
                        number,
                        name,
                        pinyin.initials(name),
                        organ,
                        "",
                        "科员",
                        "一级科员",
                        rng.choice("12"),
                        "",
                        "01",
                        "",
                        "",
                        place * 10,
                        None,
                    )
                )
                grants.append((number, Role.CADRE, organ, None))
                if place == 0:
                    grants.append((number, *self._duty(organ)))
        self.copy(
            "portal_user",
            (
                "id",
                "password",
                "username",
                "name",
                "organ_id",
                "is_active",
                "must_change_password",
                "large_type",
                "language",
                "created_at",
            ),
            users,
        )
        self.copy(
            "portal_cadre",
            (
                "id",
                "user_id",
                "name",
                "initials",
                "organ_id",
                "department",
                "post",
                "rank",
                "gender",
                "birth_month",
                "political_status",
                "work_started",
                "public_phone",
                "sort_order",
                "left_on",
            ),
            cadres,
        )
        self.copy(
            "portal_rolegrant",
            ("user_id", "role", "organ_id", "division_id", "starts_on", "ends_on", "granted_at"),
            ((*grant, since, None, now) for grant in grants),
        )
        self.cursor.execute("CREATE TEMP TABLE staff (organ int PRIMARY KEY, first int, n int)")
        self.copy("staff", ("organ", "first", "n"), ranges)
        self.cursor.execute(
            "CREATE TEMP TABLE place (unit int PRIMARY KEY, host int, province int, city int,"
            " county int, township int, village int, desk int)"
        )
        self.copy(
            "place",
            ("unit", "host", "province", "city", "county", "township", "village", "desk"),
            self.places,
        )
        self.run(
            """
            INSERT INTO outreach_contactarea (cadre_id, post, unit_id, kind, "group", starts_on)
            SELECT s.first + unit % s.n, '科员', unit, 'village', '', $since
            FROM place JOIN staff s ON s.organ = host WHERE unit % 50 <> 0
            """,
            since=since,
        )
        for table in (
            "portal_division",
            "portal_organ",
            "portal_grassrootsunit",
            "portal_user",
            "portal_cadre",
            "portal_rolegrant",
            "staff",
            "place",
        ):
            self.cursor.execute(f"ANALYZE {table}")

    def _duty(self, organ):
        """Return (role, organ, division) of the first person of an organ."""
        if not hasattr(self, "_towns"):
            self._towns = {place[1] for place in self.places}
            self._desks = {place[7]: place[4] for place in self.places}
        if organ in self._towns:
            return Role.HOST, organ, None
        if organ in self._desks:
            return Role.DESK, None, self._desks[organ]
        if organ - 1 in self._desks:
            return Role.OFFICE, None, self._desks[organ - 1]
        if organ == self.province_organ:
            return Role.OFFICE, None, 1
        return Role.HANDLER, organ, None

    # --- Words ---------------------------------------------------------------------------

    def make_words(self):
        """Make texts with their search columns: of visits, and of open and completed matters."""
        rng = self.rng
        words = Words(rng)
        kinds = [UnitKind.RURAL] * 6 + [UnitKind.COMMUNITY]
        villages = {
            UnitKind.RURAL: GrassrootsUnit(name="本村", kind=UnitKind.RURAL),
            UnitKind.COMMUNITY: GrassrootsUnit(name="本社区", kind=UnitKind.COMMUNITY),
        }
        modes = [word for mode, word in MODES.items() if mode not in MODES_OF_WORKS]
        texts, matters = [], []
        for number in range(1, self.size.texts + 1):
            kind = rng.choice(kinds)
            day = self.anchor - timedelta(days=rng.randrange(365))
            facts = (rng.choice(modes), "无事", "白天")
            scene = words.scene(villages[kind], day, *facts, household_count=rng.randint(2, 8))
            summary = words.diary(scene, seen=rng.randint(4, 7)) + _salt(number)
            heard = words.say(scene, "heard", "heard") if rng.random() < 0.6 else ""
            next_steps = words.diary_part(scene, "next") if rng.random() < 0.5 else ""
            texts.append((number, summary, heard, next_steps, _array(summary, heard, next_steps)))
        fitting = [i for i in issues() if i.kinds & {UnitKind.RURAL, UnitKind.COMMUNITY}]
        for number in range(1, self.size.texts // 2 + 1):
            issue = rng.choice(fitting)
            kind = rng.choice(sorted(issue.kinds & set(villages)))
            surname = rng.choice(careers.SURNAMES)
            scene = words.scene(villages[kind], self.anchor, "入户", "有名", "乡办", "面告")
            title, details = words.request(issue, scene)
            details += _salt(number)
            result = words.result(issue, scene)
            matters.append(
                (
                    number,
                    title,
                    details,
                    result,
                    issue.category,
                    issue.urgency,
                    LEADS[issue.category],
                    f"{surname}××",
                    _array(title, details),
                    _array(title, details, result),
                )
            )
        self.cursor.execute(
            "CREATE TEMP TABLE texts (n int PRIMARY KEY, summary text, heard text, next text,"
            " tokens text[], search tsvector)"
        )
        self.copy("texts", ("n", "summary", "heard", "next", "tokens"), texts)
        self.cursor.execute("UPDATE texts SET search = array_to_tsvector(tokens)")
        self.cursor.execute(
            "CREATE TEMP TABLE said (n int PRIMARY KEY, title text, details text, result text,"
            " category text, urgency text, lead int, raiser text, opens text[], done text[],"
            " search_open tsvector, search_done tsvector)"
        )
        self.copy(
            "said",
            (
                "n",
                "title",
                "details",
                "result",
                "category",
                "urgency",
                "lead",
                "raiser",
                "opens",
                "done",
            ),
            matters,
        )
        self.cursor.execute(
            "UPDATE said SET search_open = array_to_tsvector(opens),"
            " search_done = array_to_tsvector(done)"
        )
        for table in ("texts", "said"):
            self.cursor.execute(f"VACUUM ANALYZE {table}")

    # --- Visits and matters ----------------------------------------------------------------

    def make_visits(self):
        size = self.size
        self.run(
            """
            INSERT INTO outreach_visit (id, unit_id, "group", organ_id, host_organ_id, province_id,
                city_id, county_id, township_id, division_id, client_key, content_digest,
                author_id, typed_by_id, visited_on, mode, summary, heard, next_steps, purposes,
                household_count, companion_count, search, created_at, void_reason)
            SELECT g, p.unit, (ARRAY['', '一组', '二组', '三组', '四组'])[1 + h.d % 5], c.organ_id,
                p.host, p.province, p.city, p.county, p.township, p.village,
                md5('visit' || g)::uuid, '', c.id, c.user_id, h.day,
                (ARRAY['home', 'home', 'field', 'meeting', 'phone', ''])[1 + h.d % 6],
                t.summary, t.heard, t.next, CASE WHEN h.d % 5 = 0
                    THEN ARRAY['contact_point'] ELSE '{}' END, 1 + h.d % 6,
                (g % 3 = 0 AND CASE WHEN h.a % 10 < 6 THEN own.n ELSE county.n END > 1)::int,
                t.search, h.day + time '18:00' + (h.d % 180) * interval '1 minute', ''
            FROM (
                SELECT g, 1 + $unit AS unit, 1 + $text AS text, $choice AS a, $other AS d,
                    $last - (($n - g)::bigint * $days / $n)::int AS day
                FROM generate_series(1, $n) g
            ) h
            JOIN place p ON p.unit = h.unit
            JOIN staff own ON own.organ = p.host
            JOIN staff county ON county.organ = p.desk + 1 + h.d % $departments
            JOIN texts t ON t.n = h.text
            JOIN portal_cadre c ON c.id = CASE WHEN h.a % 10 < 6
                THEN own.first + h.a % own.n ELSE county.first + h.a % county.n END
            """,
            unit=hashed(1, len(self.places)),
            text=hashed(2, size.texts),
            choice=hashed(3, 1_000_000),
            other=hashed(4, 1_000_000),
            departments=len(COUNTY_ORGANS) - 1,
            n=size.visits,
            days=size.days,
            last=self.anchor - timedelta(days=1),
        )
        self.run(
            """
            INSERT INTO outreach_visitcompanion (visit_id, cadre_id)
            SELECT v.id, s.first + (v.author_id - s.first + 1) % s.n
            FROM outreach_visit v JOIN staff s ON s.organ = v.organ_id
            WHERE v.id % 3 = 0 AND s.n > 1
            """
        )

    def make_matters(self):
        """Make matters from visits; nearly all older than two months are closed."""
        size = self.size
        self.run(
            """
            CREATE TEMP TABLE fate AS
            SELECT g AS id, v.id AS visit, s.n AS said, v.visited_on AS day, h.a, h.b,
                h.a % 100 >= 55 AS by_host,
                CASE WHEN age > 60 OR h.b % 100 < 20 THEN
                    CASE WHEN age > 60 AND h.b % 100 >= 97 THEN 5 WHEN age < 12 THEN 2 ELSE 9 END
                ELSE LEAST(age / 5, 7)::int END AS stage,
                LEAST(5 + (h.a / 100) % 36, age - 1) AS took
            FROM (SELECT g, $a AS a, $b AS b, 1 + $said AS said,
                    (g * $visits::bigint / $n)::bigint AS visit
                  FROM generate_series(1, $n) g) h
            JOIN outreach_visit v ON v.id = h.visit
            CROSS JOIN LATERAL (SELECT $today - v.visited_on AS age) ages
            JOIN said s ON s.n = h.said
            """,
            a=hashed(5, 1_000_000),
            b=hashed(6, 1_000_000),
            said=hashed(7, size.texts // 2),
            n=size.matters,
            visits=size.visits,
            today=self.anchor,
        )
        # stage: 0 registered, 1 escalated, 2 assigned, 3-5 in progress, 6 reported, 7 awaiting the
        # word, 9 closed. A host takes up its own matters without an assignment.
        self.run(
            """
            UPDATE fate SET stage = 3 WHERE by_host AND stage IN (1, 2);
            ALTER TABLE fate ADD closure text NOT NULL DEFAULT '';
            ALTER TABLE fate ADD word text NOT NULL DEFAULT '';
            UPDATE fate SET closure = CASE
                WHEN b % 1000 < 800 THEN 'satisfied' WHEN b % 1000 < 920 THEN 'unrated'
                WHEN b % 1000 < 940 THEN 'unsatisfied' WHEN b % 1000 < 970 THEN 'referred'
                ELSE 'withdrawn' END
            WHERE stage = 9;
            UPDATE fate SET word = CASE closure
                WHEN 'satisfied' THEN CASE WHEN a % 4 = 0 THEN 'basically' ELSE 'satisfied' END
                WHEN 'unsatisfied' THEN 'unsatisfied'
                WHEN 'unrated' THEN (ARRAY['declined', 'unreachable', ''])[1 + a % 3]
                ELSE '' END;
            CREATE UNIQUE INDEX ON fate (id);
            ANALYZE fate;
            """
        )
        self.run(
            """
            INSERT INTO outreach_matter (id, unit_id, "group", organ_id, host_organ_id,
                province_id, city_id, county_id, township_id, division_id, client_key,
                number_area, number_year, number, visit_id, source, registered_by_id, typed_by_id,
                registered_on, created_at, raiser_kind, confidentiality, raiser_display, nature,
                category, urgency, title, request_text, status, stage, lead_organ_id,
                assigned_by_desk, due_on, original_due_on, resolution, result_text, word,
                reopen_count, closure, closed_on, answered_on, referred_to, search)
            SELECT f.id, v.unit_id, v."group", v.organ_id, v.host_organ_id, v.province_id,
                v.city_id, v.county_id, v.township_id, v.division_id, md5('matter' || f.id)::uuid,
                'division-' || v.county_id, extract(year FROM f.day),
                row_number() OVER (PARTITION BY v.county_id, extract(year FROM f.day)
                                   ORDER BY f.id),
                f.visit, 'visit', v.author_id, v.typed_by_id, f.day, v.created_at, 'villager',
                CASE WHEN f.word = '' AND f.closure = 'unrated' THEN 'anonymous' ELSE 'named' END,
                CASE WHEN f.word = '' AND f.closure = 'unrated' THEN '' ELSE s.raiser END,
                (ARRAY['help', 'complaint', 'suggestion'])[1 + f.a % 3], s.category, s.urgency,
                CASE WHEN f.closure = 'referred' THEN '已引导：县信访局' ELSE s.title END,
                CASE WHEN f.closure = 'referred' THEN '' ELSE s.details END,
                m.status, m.tab,
                CASE WHEN m.n < 2 OR (m.n = 9 AND f.closure IN ('referred', 'withdrawn')) THEN NULL
                    WHEN f.by_host THEN v.host_organ_id ELSE p.desk + s.lead END,
                NOT f.by_host AND m.n >= 2, f.day + 9 + f.a % 15, f.day + 9 + f.a % 15,
                CASE WHEN m.n >= 6 AND f.closure NOT IN ('referred', 'withdrawn')
                    THEN 'solved' ELSE '' END,
                CASE WHEN m.n >= 6 AND f.closure NOT IN ('referred', 'withdrawn')
                    THEN s.result ELSE '' END,
                f.word, CASE f.closure WHEN 'unsatisfied' THEN 1 ELSE 0 END, f.closure,
                CASE WHEN m.n = 9 THEN f.day + f.took END,
                CASE WHEN m.n >= 6 AND f.closure NOT IN ('referred', 'withdrawn')
                    THEN (v.created_at + f.took * 0.7 * interval '1 day')::date END,
                CASE f.closure WHEN 'referred' THEN '县信访局' ELSE '' END,
                CASE WHEN f.closure = 'referred' THEN NULL
                    WHEN m.n >= 6 AND f.closure <> 'withdrawn' THEN s.search_done
                    ELSE s.search_open END
            FROM fate f
            JOIN outreach_visit v ON v.id = f.visit
            JOIN place p ON p.unit = v.unit_id
            JOIN said s ON s.n = f.said
            JOIN (VALUES (0, 'registered', 'waiting'), (1, 'escalated', 'waiting'),
                (2, 'assigned', 'waiting'), (3, 'in_progress', 'handling'),
                (4, 'in_progress', 'handling'), (5, 'in_progress', 'handling'),
                (6, 'reported', 'handling'), (7, 'awaiting_word', 'call_back'),
                (9, 'closed', 'closed')) m (n, status, tab) ON m.n = f.stage
            ORDER BY f.id
            """
        )
        self._make_steps()
        self._make_leaders_matters()
        self.run(
            """
            INSERT INTO outreach_matternumber (area, year, last)
            SELECT number_area, number_year, max(number) FROM outreach_matter GROUP BY 1, 2
            """
        )

    def _make_steps(self):
        """Make the steps of each matter up to its state, with assignments and calls."""
        self.cursor.execute("ANALYZE outreach_matter")
        self.run(
            """
            CREATE TEMP TABLE way AS
            SELECT m.id, m.visit_id, m.typed_by_id AS typist, m.organ_id AS own, f.by_host, f.stage,
                f.closure, f.word, m.created_at AS began, f.took, m.host_organ_id AS host,
                p.desk, m.lead_organ_id AS lead, m.result_text AS result,
                h.first AS host_user, d.first AS desk_user, l.first AS lead_user
            FROM outreach_matter m
            JOIN fate f ON f.id = m.id
            JOIN place p ON p.unit = m.unit_id
            JOIN staff h ON h.organ = m.host_organ_id
            JOIN staff d ON d.organ = p.desk
            LEFT JOIN staff l ON l.organ = m.lead_organ_id
            """
        )
        self.run(
            """
            INSERT INTO outreach_matterstep (matter_id, move, at, by_id, organ_id, from_status,
                to_status, text, facts)
            SELECT w.id, s.move, w.began + (w.took * s.share) * interval '1 day',
                CASE s.who WHEN 'own' THEN w.typist WHEN 'host' THEN w.host_user
                    WHEN 'desk' THEN w.desk_user ELSE w.lead_user END,
                CASE s.who WHEN 'own' THEN w.own WHEN 'host' THEN w.host
                    WHEN 'desk' THEN w.desk ELSE w.lead END,
                s.before, s.after, CASE s.move WHEN 'report' THEN w.result ELSE s.text END, '{}'
            FROM way w JOIN (VALUES
                (NULL::bool, 0, 0.0, 'register', 'own', '', 'registered', ''),
                (true, 3, 0.1, 'take_up', 'host', 'registered', 'in_progress', ''),
                (false, 1, 0.05, 'pass_up', 'host', 'registered', 'escalated',
                    '涉及县级管理权限，提请县级交办。'),
                (false, 2, 0.1, 'assign', 'desk', 'escalated', 'assigned',
                    '请到现场核实，按时限反馈结果。'),
                (false, 3, 0.2, 'sign', 'lead', 'assigned', 'in_progress', ''),
                (NULL, 4, 0.4, 'note', 'lead', 'in_progress', 'in_progress',
                    '已与反映人联系，正在办理，进展将每周更新一次。'),
                (NULL, 6, 0.7, 'report', 'lead', 'in_progress', 'reported', ''),
                (true, 7, 0.8, 'pass_review', 'host', 'reported', 'awaiting_word', '复核无误。'),
                (false, 7, 0.8, 'pass_review', 'desk', 'reported', 'awaiting_word', '复核无误。'),
                (NULL, 9, 1.0, 'close', 'own', 'awaiting_word', 'closed', '')
            ) s (by_host, stage, share, move, who, before, after, text)
            ON w.stage >= s.stage AND (s.by_host IS NULL OR s.by_host = w.by_host)
                AND (w.closure NOT IN ('referred', 'withdrawn') OR s.move IN ('register', 'close'))
            ORDER BY w.id, s.share
            """
        )
        self.run(
            """
            INSERT INTO outreach_matterassignment (matter_id, organ_id, part, requirement,
                assigned_by_id, assigned_at, sign_due_on, is_final, signed_by_id, signed_at,
                officer, ended_at, returned_reason)
            SELECT id, lead, 'lead', '', CASE WHEN by_host THEN host_user ELSE desk_user END,
                began + took * 0.1 * interval '1 day', began::date + 3, false,
                CASE WHEN stage >= 3 THEN lead_user END,
                CASE WHEN stage >= 3 THEN began + took * 0.2 * interval '1 day' END, '', NULL, ''
            FROM way WHERE lead IS NOT NULL
            """
        )
        self.run(
            """
            INSERT INTO outreach_followup (matter_id, kind, round, caller_id, starts_on, due_on,
                word, comment, method, answered_at, answered_by_id)
            SELECT id, kind, 0, CASE kind WHEN 'word' THEN typist ELSE desk_user END,
                (began + took * 0.8 * interval '1 day')::date,
                (began + took * 0.8 * interval '1 day')::date + 7,
                CASE WHEN stage = 9 THEN word ELSE '' END, '', 'phone',
                CASE WHEN stage = 9 THEN began + took * interval '1 day' END,
                CASE WHEN stage = 9
                    THEN CASE kind WHEN 'word' THEN typist ELSE desk_user END END
            FROM way CROSS JOIN (VALUES ('word'), ('sample')) k (kind)
            WHERE (kind = 'word' OR id % 6 = 0)
                AND (stage = 7 AND kind = 'word' OR stage = 9 AND word <> '')
            """
        )

    def _make_leaders_matters(self):
        """Make work for leaders: lead officials, answered instructions, matters twice not
        satisfied."""
        self.run(
            """
            UPDATE outreach_matter SET lead_official_id = registered_by_id
            WHERE status <> 'closed' AND id % 40 = 0;
            UPDATE outreach_matter SET status = 'twice_unsatisfied', reopen_count = 1,
                word = 'unsatisfied' WHERE status = 'in_progress' AND id % 60 = 1;
            INSERT INTO outreach_supervisionorder (matter_id, instruction, leader_id, issued_at,
                due_on, answer, answered_by_id, answered_at)
            SELECT id, '请尽快办结并回复。', typed_by_id, created_at + interval '1 day',
                registered_on + 8, '已按要求办理。', typed_by_id, created_at + interval '5 days'
            FROM outreach_matter WHERE status <> 'closed' AND id % 50 = 2
            """
        )

    # --- Figures and sequences -------------------------------------------------------------

    def make_figures(self):
        """Compute the figures from the records, as the command does."""
        figures.rebuild()

    def set_sequences(self):
        """Advance the sequences beyond the ids assigned here."""
        self.number_on(
            "portal_division",
            "portal_organ",
            "portal_grassrootsunit",
            "portal_user",
            "portal_cadre",
            "outreach_visit",
            "outreach_matter",
        )

    def number_on(self, *tables):
        for table in tables:
            self.cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )


def hashed(salt, limit):
    """Return SQL for a number below the limit that depends only on g."""
    return f"((hashint8extended(g, {salt}) & 9223372036854775807) % {limit})::int"


def _names(rng):
    """Yield names of two characters without end; as in reality, villages may share a name."""
    while True:
        pairs = [a + b for a in FIRST for b in SECOND]
        rng.shuffle(pairs)
        yield from pairs


def _salt(number):
    """Return sentences that give the search terms their frequency."""
    added = ""
    if number % 12 == 0:
        added += "顺便核对了低保复核名单，公示无异议。"
    if number % 250 == 0:
        added += "回来路上看了提灌站的机组，运行平稳。"
    if number in {77, 7777}:
        added += "村后的古驿道被山洪冲断一截，已设警示。"
    return added


def _array(*texts):
    """Return the tokens as a PostgreSQL array literal; no quoting, since they hold only letters and
    digits."""
    found = set().union(*(search.tokens(text) for text in texts if text))
    return "{" + ",".join(f'"{token}"' for token in sorted(found)) + "}"
