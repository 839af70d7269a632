"""Import of 100,000 visits of a 走访登记表: ours with validation, search and figures, against
calamine + COPY without any of these, and against django-import-export in bulk.

python -m bench imports      BENCH_ROWS=20000 for a quick look; each in its own process and database
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import timedelta
from pathlib import Path

import django

os.environ.setdefault("PORTAL_PG_SHARED_BUFFERS", "1GB")
os.environ.setdefault("PORTAL_STATEMENT_TIMEOUT_MS", "0")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
# The portal's database until the test database exists; in a measuring process, the copy of that.
os.environ.setdefault("BENCH_DATABASE", "portal")
django.setup()

from django.core.management import call_command  # noqa: E402 (Django first)
from django.db import connection, connections, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from outreach.models import Visit  # noqa: E402
from portal import imports as registry  # noqa: E402
from portal.imports import actions as actions  # noqa: E402
from portal.models import Cadre, GrassrootsUnit, ImportBatch, User  # noqa: E402
from portal.sheets import figures  # noqa: E402
from portal.tools import copying  # noqa: E402

ROOT = Path(__file__).parent.parent
ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
# django-import-export needs minutes for all rows; its rate hardly depends on their number.
THEIR_ROWS = min(ROWS, 10_000)
PLACE, WORKED = "portal_imports", "portal_imports_run"
# One city: 2,100 villages, some 10,000 cadres, and enough visits for realistic indexes.
VISITS_BEFORE = 50_000
SIZE = {"cities": 1, "province_cadres": 50, "visits": VISITS_BEFORE, "matters": 1_000}

LEAST_OF_COPY, LEAST_OF_IMPORT_EXPORT, MOST_MEMORY = 0.4, 5.0, 400.0

HEADINGS = (
    "序号 走访日期 走访干部 单位及职务 走访村（社区）、组 走访户数 户主姓名 走访方式 宣传政策内容"
    " 了解情况 反映问题（件） 现场解决（件） 转入台账（件） 发放联系卡（张） 备注"
)


# Test database and sheet --------------------------------------------------------------------------
# The demo is imported where it is needed: a worker that imports does not hold it in memory.


def _run(statement):
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(statement)


def make_place():
    from demo.outreach import province

    _run(f"DROP DATABASE IF EXISTS {PLACE} WITH (FORCE)")
    _run(f"CREATE DATABASE {PLACE}")
    with province.pointed_at(PLACE):
        call_command("migrate", verbosity=0, interactive=False)
        province.fill(province.Size(**SIZE, texts=4_000), timezone.localdate())


def write_sheet(target, count):
    """Write the sheet as Excel saves it, with shared strings: real cadres and places, no text
    twice."""
    from xlsxwriter import Workbook

    from demo.outreach.words import Words

    chance = random.Random(2026)
    words, today = Words(chance), timezone.localdate()
    cadres = list(Cadre.objects.select_related("organ").order_by("pk"))
    # Names shared by two people of an organ are ambiguous.
    seen = {}
    for cadre in cadres:
        seen[cadre.name, cadre.organ_id] = seen.get((cadre.name, cadre.organ_id), 0) + 1
    cadres = [c for c in cadres if seen[c.name, c.organ_id] == 1]
    units = list(GrassrootsUnit.objects.select_related("host_organ").order_by("pk"))
    texts = [
        words.diary(words.scene(units[0], today, "现场", "无事", "白天"), seen=5)
        for _n in range(2_000)
    ]
    book = Workbook(str(target))
    sheet = book.add_worksheet("走访登记表")
    day_format = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, HEADINGS.split())
    for n in range(count):
        cadre, unit = chance.choice(cadres), chance.choice(units)
        day = today - timedelta(days=chance.randrange(700))
        row = n + 1
        sheet.write_number(row, 0, n + 1)
        sheet.write_datetime(row, 1, day, day_format)
        sheet.write_row(
            row,
            2,
            [
                cadre.name,
                f"{cadre.organ.name} {cadre.post}",
                f"{unit.host_organ.name} {unit.name}",
                chance.randint(1, 8),
                "",
                chance.choice(("入户", "座谈", "电话")),
                "",
                f"{texts[n % 2_000]}编号{n}。",
                chance.randint(0, 2),
                0,
                0,
                chance.randint(0, 4),
                "",
            ],
        )
    book.close()


# The three variants -------------------------------------------------------------------------------


def ours(sheet):
    """Do what `import_sheet visits FILE --by USER` does."""
    by = User.objects.get(username=os.environ["BENCH_READER"])
    by = by.acting(on=timezone.localdate())
    batch = actions.receive(
        kind=registry.REGISTRY["visits"],
        file=sheet,
        name="走访登记表.xlsx",
        reason="bench",
        document="",
        by=by,
        queued=False,
    )
    actions.check_and_take_over(batch, at=timezone.now())
    assert batch.good_count == ROWS, f"{batch.good_count} of {ROWS}"
    return ROWS


def calamine_and_copy(sheet):
    """Load into the same table with all its indexes and references, without checks, search or
    figures."""
    from python_calamine import CalamineWorkbook

    units = {
        f"{u.host_organ.name} {u.name}": u
        for u in GrassrootsUnit.objects.select_related("host_organ", "division")
    }
    places = {}
    for name, unit in units.items():
        visit = Visit()
        visit.stand_at(unit)
        levels = ("province", "city", "county", "township", "division")
        columns = [f"{one}_id" for one in ("unit", "host_organ", *levels)]
        places[name] = {column: getattr(visit, column) for column in columns}
    known = Cadre.objects.select_related("organ")
    cadres = {(c.name, f"{c.organ.name} {c.post}"): c for c in known}
    now, modes = timezone.now(), {"入户": "home", "座谈": "meeting", "电话": "phone"}
    rows = CalamineWorkbook.from_path(str(sheet)).get_sheet_by_index(0).iter_rows()
    next(rows)

    def values():
        for row in rows:
            cadre = cadres[row[2], row[3]]
            yield {
                "client_key": uuid.uuid4(),
                "content_digest": "",
                "author_id": cadre.pk,
                "typed_by_id": cadre.user_id,
                "organ_id": cadre.organ_id,
                **places[row[4]],
                "group": "",
                "visited_on": row[1],
                "mode": modes[row[7]],
                "summary": row[9],
                "heard": "",
                "next_steps": row[14],
                "purposes": "{}",
                "household_count": int(row[5]),
                "created_at": now,
                "void_reason": "",
            }

    with transaction.atomic():
        copying.copy_rows("outreach_visit", values())
    return ROWS


def import_export(sheet):
    """Use its XLSX format, bulk mode and name-lookup widgets, without search, figures, permission
    checks or detection of duplicates."""
    from import_export import fields, resources
    from import_export.formats.base_formats import XLSX
    from import_export.widgets import DateWidget, ForeignKeyWidget, IntegerWidget

    modes = {"入户": "home", "座谈": "meeting", "电话": "phone"}

    class CadreWidget(ForeignKeyWidget):
        def get_queryset(self, value, row, *args, **kwargs):
            return Cadre.objects.filter(organ__name=row["单位及职务"].split(" ")[0])

    class UnitWidget(ForeignKeyWidget):
        def get_lookup_kwargs(self, value, row, **kwargs):
            host, _space, name = value.partition(" ")
            return {"host_organ__name": host, "name": name}

        def get_queryset(self, value, row, *args, **kwargs):
            return GrassrootsUnit.objects.select_related("host_organ", "division")

    class VisitResource(resources.ModelResource):
        visited_on = fields.Field("visited_on", "走访日期", DateWidget())
        author = fields.Field("author", "走访干部", CadreWidget(Cadre, "name"))
        unit = fields.Field("unit", "走访村（社区）、组", UnitWidget(GrassrootsUnit, "name"))
        mode = fields.Field("mode", "走访方式")
        summary = fields.Field("summary", "了解情况")
        household_count = fields.Field("household_count", "走访户数", IntegerWidget())

        class Meta:
            model = Visit
            # The import resets the sequence, which the application's role may not do.
            using_db = "owner"
            use_bulk, skip_diff, force_init_instance, batch_size = True, True, True, 1000
            skip_unchanged, report_skipped, use_transactions = False, False, True
            import_id_fields = []
            fields = ("visited_on", "author", "unit", "mode", "summary", "household_count")

        def before_import_row(self, row, **kwargs):
            row["走访方式"] = modes[row["走访方式"]]

        def import_instance(self, instance, row, **kwargs):
            super().import_instance(instance, row, **kwargs)
            instance.stand_at(instance.unit)
            instance.organ_id, instance.typed_by_id = instance.author.organ_id, 1
            instance.created_at = timezone.now()

    dataset = XLSX().create_dataset(sheet.read_bytes())
    result = VisitResource().import_data(dataset, raise_errors=True)
    assert not result.has_errors()
    return THEIR_ROWS


WAYS = {"ours": ours, "copy": calamine_and_copy, "import-export": import_export}


def _measured_here(way, sheet):
    began = time.perf_counter()
    done = WAYS[way](Path(sheet))
    seconds = time.perf_counter() - began
    assert Visit.objects.count() >= VISITS_BEFORE + done
    # Not ru_maxrss, in which a child inherits the peak of its parent.
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    told = {"rows_per_second": done / seconds, "seconds": seconds, "memory_mb": peak}
    if way == "ours":
        told["whole"] = not any(figures.rebuild(check=True).values())
        told["undo_seconds"] = _undo()
    return told


def _undo():
    batch = ImportBatch.objects.select_related("owner").latest("pk")
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportBatch.State.UNDOING)
    began = time.perf_counter()
    batch = actions.delete_imported_rows(batch, at=timezone.now())
    assert batch.state == ImportBatch.State.UNDONE
    return time.perf_counter() - began


def measure(way, sheet):
    """Measure in a separate process, so that its peak memory is known, on a fresh copy of the
    database."""
    from bench.clone import environment
    from demo.outreach import province

    connection.close()
    _run(f"DROP DATABASE IF EXISTS {WORKED} WITH (FORCE)")
    _run(f"CREATE DATABASE {WORKED} TEMPLATE {PLACE} STRATEGY file_copy")
    answer = subprocess.run(
        [sys.executable, "-m", "bench.imports", way, str(sheet)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=environment()
        | {"BENCH_DATABASE": WORKED, "BENCH_READER": province.READERS["province"]},
    ).stdout
    told = json.loads(answer.splitlines()[-1])
    print(
        f"{way:14} {told['rows_per_second']:9,.0f} rows/s {told['seconds']:7.1f} s"
        f" {told['memory_mb']:6.0f} MB",
        flush=True,
    )
    return told


def run():
    """Return [(name, measured, limit, ok)]; ratios are to be at least, memory at most the limit."""
    from demo.outreach import province

    try:
        make_place()
        with tempfile.TemporaryDirectory() as folder:
            sheet, short = Path(folder) / "visits.xlsx", Path(folder) / "short.xlsx"
            with province.pointed_at(PLACE):
                write_sheet(sheet, ROWS)
                write_sheet(short, THEIR_ROWS)
            print(f"{ROWS:,} visits, {sheet.stat().st_size / 1e6:.0f} MB", flush=True)
            copy, mine = measure("copy", sheet), measure("ours", sheet)
            theirs = measure("import-export", short)
    finally:
        for name in (WORKED, PLACE):
            _run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    print(f"undone in {mine['undo_seconds']:.1f} s; figures whole: {mine['whole']}")
    of_copy = round(mine["rows_per_second"] / copy["rows_per_second"], 2)
    of_theirs = round(mine["rows_per_second"] / theirs["rows_per_second"], 1)
    memory = round(mine["memory_mb"])
    return [
        (
            "imported visits/s with validation, times calamine + COPY",
            of_copy,
            LEAST_OF_COPY,
            of_copy >= LEAST_OF_COPY,
        ),
        (
            "imported visits/s, times django-import-export in bulk",
            of_theirs,
            LEAST_OF_IMPORT_EXPORT,
            of_theirs >= LEAST_OF_IMPORT_EXPORT,
        ),
        ("import peak memory, MB", memory, MOST_MEMORY, memory < MOST_MEMORY),
        ("figures whole after the import", int(mine["whole"]), 1, mine["whole"]),
    ]


if __name__ == "__main__":
    if len(sys.argv) > 2:
        print(json.dumps(_measured_here(*sys.argv[1:])))
    else:
        for name, measured, limit, ok in run():
            print(f"{'ok' if ok else 'MISSED':7} {name}: {measured} (limit {limit})")
