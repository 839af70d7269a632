import csv
import io
import re
from datetime import date

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from portal.models import AuditEntry, Division
from portal.models.places import DivisionLevel
from portal.places import divisions
from tests.day import TODAY

# The owner runs ANALYZE.
pytestmark = pytest.mark.django_db(databases=["default", "owner"])

FIRST, LATER, LAST = date(2025, 1, 1), date(2026, 1, 1), date(2026, 7, 1)

PLACES = {
    "35": "福建省",
    "3505": "泉州市",
    "350527": "金门县",
    "350527000": "金门县",
    "350527000000": "金门县",
    "43": "湖南省",
    "4307": "常德市",
    "430721": "安乡县",
    "430721100": "深柳镇",
    "430721100201": "柳湾村",
    "430721100202": "新堤村",
    "430721101": "大鲸港镇",
    "430721101201": "小柳湾村",
    "4306": "岳阳市",
    "430623": "华容县",
    "430623100": "章华镇",
    "430623100201": "柳湾村",
    "44": "广东省",
    "4419": "东莞市",
    "441900": "东莞市",
    "441900003": "东城街道",
    "441900003001": "柳湾社区",
    "4420": "中山市",
    "442000": "中山市",
    "46": "海南省",
    "4604": "儋州市",
    "460400": "儋州市",
}
HEADERS = {
    "provinces.csv": (2, "code,name"),
    "cities.csv": (4, "code,name,provinceCode"),
    "areas.csv": (6, "code,name,cityCode,provinceCode"),
    "streets.csv": (9, "code,name,areaCode,provinceCode,cityCode"),
    "villages.csv": (12, "code,name,streetCode,provinceCode,cityCode,areaCode"),
}
DIGITS_OF = {"provinceCode": 2, "cityCode": 4, "areaCode": 6, "streetCode": 9}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def files(tmp_path):
    """Write places as the five files; return the folder."""

    def write(places):
        for file, (digits, header) in HEADERS.items():
            parents = header.split(",")[2:]
            with (tmp_path / file).open("w", encoding="utf-8", newline="") as lines:
                lines.write(f"{header}\n")
                rows = csv.writer(lines, lineterminator="\n", quoting=csv.QUOTE_ALL)
                for code, name in places.items():
                    if len(code) == digits:
                        rows.writerow([code, name, *(code[: DIGITS_OF[p]] for p in parents)])
        return tmp_path

    return write


@pytest.fixture
def written(db, files):
    return files


def without(places, *codes):
    return {code: name for code, name in places.items() if not code.startswith(codes)}


def only(places, *codes):
    return {code: name for code, name in places.items() if code.startswith(codes)}


def load(directory, *options, on=FIRST):
    output = io.StringIO()
    call_command("load_divisions", str(directory), f"--on={on}", *options, stdout=output)
    return output.getvalue().splitlines()


def division(code, **among):
    """The current division with a code as written in the files."""
    level = {2: 1, 4: 2, 6: 3, 9: 4, 12: 5}[len(code)]
    return Division.objects.get(code=f"{code:0<12}", level=level, valid_to=None, **among)


def stored_rows():
    """The physical place of each row: rewriting a row moves it, even with the same values."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text, xmin::text, id, name, valid_to FROM portal_division")
        return sorted(cursor.fetchall())


# Loading -----------------------------------------------------------------------------------------


def test_load_places_each_division_under_its_parent(written):
    load(written(PLACES))

    assert Division.objects.count() == len(PLACES)
    for code, name in PLACES.items():
        found = division(code)
        parent = {2: "", 4: code[:2], 6: code[:4], 9: code[:6], 12: code[:9]}[len(code)]
        above = division(parent) if parent else None
        assert (found.name, found.parent) == (name, above)
        assert found.path == f"{above.path if above else '/'}{found.pk}/"
        assert (found.source, found.valid_from) == ("national", FIRST)
    assert division("430721100201").initials == "lwc"
    assert list(division("430721").ancestors_by_level) == [1, 2, 3]


def test_codes_on_two_levels_stay_apart(written):
    load(written(PLACES))

    for code, parent in {"441900": "4419", "442000": "4420", "460400": "4604"}.items():
        assert division(code).code == division(parent).code == f"{code}000000"
        assert division(code).parent == division(parent)
    county, town, village = (division("350527" + "0" * n) for n in (0, 3, 6))
    assert county.code == town.code == village.code
    assert (village.parent, town.parent) == (town, county)


def test_load_tells_what_it_did_on_each_level(written):
    load(written(PLACES))
    newer = without(PLACES, "430721100202") | {"430721": "安乡市", "430721101202": "北堤村"}

    said = load(written(newer), "--end-missing", on=LATER)

    assert said == [
        "Province: 4 in the list, 0 added, 0 renamed, 0 ended",
        "City: 6 in the list, 0 added, 0 renamed, 0 ended",
        "County: 6 in the list, 0 added, 1 renamed, 0 ended",
        "Township or street: 5 in the list, 0 added, 0 renamed, 0 ended",
        "Village or community: 6 in the list, 1 added, 0 renamed, 1 ended",
    ]


def test_the_same_list_again_writes_no_row(written):
    directory = written(PLACES)
    load(directory)
    before = stored_rows()

    said = load(directory, on=LATER)

    assert stored_rows() == before
    assert all("0 added, 0 renamed, 0 ended" in line for line in said)


def test_load_is_audited(written):
    load(written(PLACES))

    entry = AuditEntry.objects.get(event="divisions.loaded")
    assert (entry.actor, entry.actor_id) == ("load_divisions", None)


def test_names_arrive_as_they_are_written(written):
    odd = r'A\b, "\N" \t区'

    load(written(PLACES | {"430721": odd}))

    assert division("430721").name == odd


def test_a_file_saved_by_a_spreadsheet_is_read(written):
    directory = written(PLACES)
    for file in HEADERS:
        text = (directory / file).read_text(encoding="utf-8")
        (directory / file).write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig") + b"\r\n")

    load(directory)

    assert Division.objects.count() == len(PLACES)


# A newer list ------------------------------------------------------------------------------------


def test_a_new_name_changes_name_and_initials_alone(written):
    load(written(PLACES))
    before = division("430721100201")

    load(written(PLACES | {"430721100201": "新湾社区"}), on=LATER)

    after = division("430721100201")
    assert (after.pk, after.name, after.initials) == (before.pk, "新湾社区", "xwsq")
    assert (after.valid_from, after.path) == (FIRST, before.path)


def test_what_is_new_begins_on_the_day_of_the_list(written):
    load(written(PLACES))

    load(written(PLACES | {"430721102": "官垱镇", "430721102200": "仙桃村"}), on=LATER)

    assert division("430721102200").valid_from == LATER
    assert division("430721102200").parent == division("430721102")


def test_what_is_missing_ends_on_the_day_of_the_list(written):
    load(written(PLACES))
    ending = [division(code).pk for code in ("430721101", "430721101201")]

    load(written(without(PLACES, "430721101")), "--end-missing", on=LATER)

    ended = Division.objects.exclude(valid_to=None)
    assert sorted(ended.values_list("pk", "valid_to")) == [(pk, LATER) for pk in sorted(ending)]


def test_one_in_a_hundred_may_end_without_being_asked_for(written):
    many = PLACES | {f"430721101{n}": f"第{n}村" for n in range(300, 500)}
    load(written(many))

    load(written(without(many, "430721101300", "430721101301")), on=LATER)
    with pytest.raises(CommandError, match="3 of 225 divisions, for one 430721101302"):
        load(written(without(many, *(f"430721101{n}" for n in range(300, 305)))), on=LAST)

    assert Division.objects.exclude(valid_to=None).count() == 2


def test_a_list_of_one_province_ends_nothing_elsewhere(written):
    load(written(PLACES))

    load(written(without(only(PLACES, "43"), "430721100202")), "--end-missing", on=LATER)

    ended = Division.objects.exclude(valid_to=None)
    assert [each.name for each in ended] == ["新堤村"]


def test_a_province_of_which_only_the_name_is_listed_is_not_emptied(written):
    load(written(PLACES))

    load(written(only(PLACES, "43") | {"44": "粤省"}), "--end-missing", on=LATER)

    assert not Division.objects.exclude(valid_to=None).exists()
    assert division("44").name == "粤省"


def test_what_ended_and_comes_back_is_a_new_row(written):
    load(written(PLACES))
    old = division("430721101")
    load(written(without(PLACES, "430721101")), "--end-missing", on=LATER)

    load(written(PLACES), on=LAST)

    new = division("430721101")
    assert (new.valid_from, new.pk != old.pk) == (LAST, True)
    assert division("430721101201").parent == new
    old.refresh_from_db()
    assert old.valid_to == LATER


def test_nothing_ends_before_it_began(written):
    load(written(PLACES), on=LATER)

    with pytest.raises(CommandError, match="end on 2025-01-01 began on 2026-01-01"):
        load(written(without(PLACES, "430721101")), "--end-missing", on=FIRST)


def test_what_was_added_here_is_left_alone(written):
    load(written(PLACES))
    town = division("430721100")
    here = Division(
        name="移民新村",
        code="430721100900",
        level=DivisionLevel.VILLAGE,
        parent=town,
        valid_from=FIRST,
    )
    here.save()
    here.place_under_parent()
    here.save()

    load(written(without(PLACES, "430721100")), "--end-missing", on=LATER)
    load(written(PLACES | {"430721100900": "别的名字"}), on=LAST)

    here.refresh_from_db()
    assert (here.name, here.valid_to, here.parent_id) == ("移民新村", None, town.pk)


def test_what_was_added_here_stands_for_what_the_list_brings_later(written):
    load(written(without(PLACES, "430721101")))
    town = Division(
        name="鲸港镇",
        code="430721101000",
        level=DivisionLevel.TOWNSHIP,
        parent=division("430721"),
        valid_from=FIRST,
    )
    town.save()
    town.place_under_parent()
    town.save()

    load(written(PLACES), on=LATER)

    assert division("430721101") == town
    assert division("430721101").name == "鲸港镇"
    assert division("430721101201").path.startswith(town.path)


# A part of the list ------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["430721", "430721000000"])
def test_under_loads_a_division_with_what_is_in_it_and_around_it(written, code):
    said = load(written(PLACES), "--under", code)

    expected = {"43", "4307", *only(PLACES, "430721")}
    assert {each.code for each in Division.objects.all()} == {f"{c:0<12}" for c in expected}
    assert division("430721100201").ancestors_by_level[1] == division("43").pk
    assert said[0].startswith("Province: 1 in the list, 1 added")


def test_under_a_code_on_two_levels_covers_the_lower_one_alone(written):
    load(written(PLACES))
    newer = PLACES | {"4419": "莞市", "441900": "莞城"}

    load(written(newer), "--under=441900", on=LATER)

    assert (division("4419").name, division("441900").name) == ("东莞市", "莞城")


def test_under_changes_nothing_outside(written):
    load(written(PLACES))
    newer = without(PLACES, "430721101", "430623100") | {"43": "湘省", "430721100": "柳镇"}

    load(written(newer), "--under=430721", "--end-missing", on=LATER)

    assert (division("43").name, division("430721100").name) == ("湖南省", "柳镇")
    ended = Division.objects.exclude(valid_to=None)
    assert sorted(each.code for each in ended) == ["430721101000", "430721101201"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("430799", "430799 is not in the list"),
        ("4307211", "4307211 is no code of a division"),
        ("安乡", "安乡 is no code of a division"),
        ("", '"" is no code of a division'),
    ],
)
def test_under_something_unknown_is_refused(written, code, said):
    with pytest.raises(CommandError, match=said):
        load(written(PLACES), f"--under={code}")


# Bad input ---------------------------------------------------------------------------------------

VILLAGE = '"430721100201","柳湾村","430721100","43","4307","430721"\n'
BROKEN = {
    "an open quotation mark": (
        VILLAGE,
        VILLAGE.replace('村"', "村"),
        "villages.csv, line 3: this is not a line of csv",
    ),
    "a column too few": (
        VILLAGE,
        '"430721100201","柳湾村","430721100"\n',
        "villages.csv, line 3: 3 columns instead of 6",
    ),
    "another header": (
        "code,name,streetCode",
        "id,name,streetCode",
        "villages.csv, line 1: the header must name the columns code, name, streetCode",
    ),
    "no header": (
        "code,name,streetCode,provinceCode,cityCode,areaCode\n",
        "",
        "villages.csv, line 1: the header",
    ),
    "the same code again": (
        VILLAGE,
        VILLAGE + VILLAGE.replace("柳湾", "东柳湾"),
        "villages.csv, line 4: the code 430721100201 is already in line 3",
    ),
    "a parent that is not there": (
        VILLAGE,
        VILLAGE.replace('"430721100"', '"430721109"'),
        "villages.csv, line 3: the parent 430721109 of 430721100201 is not in the list",
    ),
    "no parent": (
        VILLAGE,
        VILLAGE.replace('"430721100"', '""'),
        'villages.csv, line 3: the parent "" of 430721100201 is not in the list',
    ),
    "a parent elsewhere": (
        VILLAGE,
        VILLAGE.replace('"430721100"', '"441900003"'),
        "villages.csv, line 3: 430721100201 does not begin with the code of its parent 441900003",
    ),
    "letters in a code": (
        VILLAGE,
        VILLAGE.replace("430721100201", "43072110020x"),
        "villages.csv, line 3: a code of 12 digits is expected, not '43072110020x'",
    ),
    "digits of another script": (
        VILLAGE,
        VILLAGE.replace("430721100201", "４３０７２１１００２０１"),
        "villages.csv, line 3: a code of 12 digits is expected",
    ),
    "a code too short": (
        VILLAGE,
        VILLAGE.replace("430721100201", "43072110020"),
        "villages.csv, line 3: a code of 12 digits is expected, not '43072110020'",
    ),
    "no name": (
        VILLAGE,
        VILLAGE.replace("柳湾村", " "),
        "villages.csv, line 3: 430721100201 has no name",
    ),
    "a name too long": (
        VILLAGE,
        VILLAGE.replace("柳湾村", "柳" * 81),
        "villages.csv, line 3: the name of 430721100201 is longer than 80 characters",
    ),
    "a line break in a name": (
        VILLAGE,
        VILLAGE.replace("柳湾村", "柳湾\n村"),
        "villages.csv, line 3: the name of 430721100201 contains a line break",
    ),
}


@pytest.mark.parametrize("trouble", BROKEN)
def test_a_broken_list_is_refused_with_its_place_and_changes_nothing(written, trouble):
    load(written(without(PLACES, "44")))
    before = stored_rows()
    right, wrong, said = BROKEN[trouble]
    directory = written(PLACES | {"43": "湘省"})
    villages = directory / "villages.csv"
    text = villages.read_text(encoding="utf-8")
    assert right in text
    villages.write_text(text.replace(right, wrong), encoding="utf-8")

    with pytest.raises(CommandError) as refusal:
        load(directory, on=LATER)

    assert str(refusal.value).startswith(said)
    assert "\n" not in str(refusal.value)
    assert stored_rows() == before
    assert AuditEntry.objects.filter(event="divisions.loaded").count() == 1


def test_another_encoding_is_refused(written):
    directory = written(PLACES)
    text = (directory / "streets.csv").read_text(encoding="utf-8")
    (directory / "streets.csv").write_bytes(text.encode("gb18030"))

    with pytest.raises(CommandError, match="streets.csv, line 2: this is not UTF-8 text"):
        load(directory)

    assert not Division.objects.exists()


def test_a_missing_file_is_named(written):
    directory = written(PLACES)
    (directory / "areas.csv").unlink()

    with pytest.raises(CommandError, match="areas.csv is missing in"):
        load(directory)
    with pytest.raises(CommandError, match="provinces.csv is missing in"):
        load(directory / "nowhere")


@pytest.mark.parametrize("contents", ["", "code,name\n"])
def test_an_empty_list_is_refused(written, contents):
    directory = written(PLACES)
    (directory / "provinces.csv").write_text(contents)

    with pytest.raises(CommandError, match="provinces.csv"):
        load(directory)


def test_a_day_that_is_none_is_refused(written):
    with pytest.raises(CommandError, match="2026-02-30 is not a date"):
        load(written(PLACES), on="2026-02-30")


def test_two_loads_at_once_are_refused(written):
    other = psycopg2.connect(**connection.get_connection_params())
    try:
        other.cursor().execute("SELECT pg_advisory_lock(hashtext('portal.places.divisions.load'))")

        with pytest.raises(CommandError, match="Somebody else is loading divisions"):
            load(written(PLACES))
    finally:
        other.close()


# Finding -----------------------------------------------------------------------------------------


@pytest.fixture
def country(written):
    load(written(PLACES))


def found(text, under=None, **options):
    place = division(under) if under else None
    return [
        each.code.rstrip("0") for each in divisions.find(text, on=TODAY, under=place, **options)
    ]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("柳湾村", ["430623100201", "430721100201"]),
        (" 柳湾 ", ["430623100201", "430721100201", "441900003001"]),
        ("lws", ["441900003001"]),
        ("LWC", ["430623100201", "430721100201"]),
        ("43072110020", ["430721100201", "430721100202"]),
        ("4419", ["4419", "4419", "441900003", "441900003001"]),
        ("湾村", []),
        ("", []),
        ("%", []),
        ("_柳", []),
        ("\0", []),
    ],
)
def test_find_by_the_beginning_of_name_initials_or_code(country, text, codes):
    assert found(text) == codes


def test_find_orders_by_nearness_then_level(country):
    assert found("柳湾", under="430721") == ["430721100201", "430623100201", "441900003001"]
    assert found("lw", under="4306") == ["430623100201", "430721100201", "441900003001"]
    assert found("dg", under="441900") == ["4419", "4419"]
    first, second = divisions.find("dg", on=TODAY, under=division("441900"))
    assert (first.level, second.level) == (DivisionLevel.COUNTY, DivisionLevel.CITY)


def test_find_falls_back_to_what_contains_the_text_inside(country):
    assert found("湾村", under="430721") == ["430721100201", "430721101201"]
    assert found("wc", under="430721101") == ["430721101201"]
    assert found("湾村", under="4419") == []


def test_find_takes_earlier_words_for_places_around(country):
    assert found("安乡 柳湾村") == ["430721100201"]
    assert found("hn cd lw") == ["430721100201"]
    assert found("华容县 新堤村") == []
    assert found("nowhere 柳湾村") == []
    assert len(found("东莞 东莞")) == 1
    assert found("柳湾 " * 3_000) == []


def test_find_keeps_to_the_limit_and_brings_the_parents(country):
    assert len(found("l", limit=2)) == 2

    with CaptureQueriesContext(connection) as queries:
        names = [each.parent.name for each in divisions.find("柳湾", on=TODAY)]

    assert names == ["章华镇", "深柳镇", "东城街道"]
    assert len(queries) == 2


def test_find_does_not_offer_what_ended(country, written):
    load(written(without(PLACES, "430721100201")), "--end-missing", on=LATER)

    assert found("柳湾村") == ["430623100201"]
    assert found("430721100201") == []


def test_find_is_exact_inside_where_much_begins_alike(country, monkeypatch):
    monkeypatch.setattr(divisions, "MOST_CANDIDATES", 1)

    assert found("柳湾", under="430721")[0] == "430721100201"


def test_find_reads_by_index(committed, files, subtests):
    # With few rows, or without statistics, the planner may choose any scan.
    towns = ("430721100", "430721101", "430623100")
    load(files(PLACES | {f"{town}{n}": f"第{n}村" for town in towns for n in range(300, 1000)}))
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE portal_division")
    county = division("430721")
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        for text in ("柳湾村", "lwc", "湾村", "wanc", "安乡 柳湾", "430721"):
            with subtests.test(text):
                _reads_by_index(cursor, text, county)


def _reads_by_index(cursor, text, county):
    with CaptureQueriesContext(connection) as queries:
        divisions.find(text, on=TODAY, under=county)

    # The last query fetches the rows by key; only the search must not scan.
    searches = queries.captured_queries[:-1]
    assert searches
    for query in searches:
        # The first statement of a transaction carries the reader (portal/trust/wall.py).
        told = re.compile(r"SELECT (?:set_config|portal_wall_enter)\([^)]*\); ")
        cursor.execute(f"EXPLAIN {told.sub('', query['sql'], count=1)}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "Seq Scan" not in plan, plan
        assert "Index Cond" in plan, plan


def test_the_server_knows_at_once_how_many_there_are(files, committed):
    """Without statistics, a search for the start of a name scans all of them."""
    load(files(PLACES))

    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'portal_division'")
        assert cursor.fetchone() == (Division.objects.count(),)
