"""A survey of 100,000 answers to 60 questions: computing its results as at the strip, the page of
results relative to the same page from memory, and its files.

python -m bench research_answers
BENCH_SIZE=5000x60 python -m bench research_answers      answers × questions
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import django

os.environ.setdefault("PORTAL_PG_SHARED_BUFFERS", "1GB")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.db import transaction  # noqa: E402 (Django first)
from django.utils import timezone  # noqa: E402

from bench import clone  # noqa: E402
from bench.pages import ROUNDS, WARM_UP, Case, gunicorn, measure, open_page, sign_in  # noqa: E402
from demo.outreach import province  # noqa: E402
from portal.models import GrassrootsUnit, User  # noqa: E402
from portal.tools.copying import copy_records  # noqa: E402
from research.actions import strip  # noqa: E402
from research.models import (  # noqa: E402
    Answer,
    DrawnUnit,
    MicrodataRequest,
    Questionnaire,
    QuestionnaireVersion,
    Sample,
)
from research.results import files, microdata  # noqa: E402

ANSWERS, QUESTIONS = 100_000, 60
VILLAGES, STRATA = 400, 8
MOST_FLOORS, MOST_MEMORY = 5.0, 200  # MB
CHUNK = 5_000


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; each value is to be at most its limit."""
    answers, asked = ANSWERS, QUESTIONS
    if size := os.environ.get("BENCH_SIZE"):
        answers, asked = (int(part) for part in size.split("x"))
    with clone.small_province(province.TINY):
        questionnaire, request = make_survey(answers, asked)
        began = time.monotonic()
        _estimate(questionnaire, answers)
        print(f"results reckoned in {time.monotonic() - began:.0f} s", flush=True)
        ratio = _page(questionnaire)
        found = {kind: _in_a_process(kind, request) for kind in ("xlsx", "csv", "microdata")}
    for kind, one in found.items():
        print(f"{kind}: {one['rows']:,} rows in {one['seconds']:.1f} s, {one['memory']:,} MB")
    memory = max(one["memory"] for one in found.values())
    return [
        ("results of 100,000 answers, p95 in floors", ratio, MOST_FLOORS, ratio <= MOST_FLOORS),
        (
            "their files and rows, MB above a worker at rest",
            memory,
            MOST_MEMORY,
            memory < MOST_MEMORY,
        ),
    ]


# --- The survey -----------------------------------------------------------------------------------


def definition(asked):
    names = [f"q{n}" for n in range(asked)]
    kinds = ["select_one", "select_one", "select_multiple", "integer"]
    items = [
        {
            "kind": "question",
            "name": name,
            "path": name,
            "row": n + 2,
            "type": kinds[n % len(kinds)],
            "label": {"default": [f"第{n + 1}题：您对这件事怎么看？"]},
            **({"list": "views"} if kinds[n % len(kinds)] != "integer" else {}),
        }
        for n, name in enumerate(names)
    ]
    labels = ("非常满意", "满意", "一般", "不满意", "很不满意")
    views = [
        {"name": f"v{n}", "label": {"default": [label]}, "columns": {}}
        for n, label in enumerate(labels)
    ]
    return {
        "title": "问卷",
        "id": "bench",
        "version": "1",
        "languages": ["default"],
        "items": items,
        "lists": {"views": views},
        "order": names,
    }


def make_survey(answers, asked):
    """Make the survey as it is after the strip, before its results are computed."""
    office = User.objects.get(username=province.READERS["province"])
    today, now = timezone.localdate(), timezone.now()
    questionnaire = Questionnaire.objects.create(
        organ_id=office.organ_id,
        title="满意度调查",
        purpose="改进服务",
        phone="0991-1234567",
        number="1",
        valid_until=today + timedelta(days=99),
        state="internal",
        written_by=office,
        reviewed_by=User.objects.exclude(pk=office.pk).first(),
        created_at=now,
        stripped_at=now,
        closes_on=today,
        opens_on=today,
    )
    version = QuestionnaireVersion.objects.create(
        questionnaire=questionnaire,
        number=1,
        definition=definition(asked),
        digest="0" * 64,
        file_name="form.xlsx",
        workbook=b"",
        questions=asked,
        minutes=10,
        uploaded_by=office,
        uploaded_at=now,
    )
    sample = Sample.objects.create(
        questionnaire=questionnaire,
        organ_id=office.organ_id,
        title="满意度调查",
        source="rosters",
        described="全省常住户",
        as_of=today,
        method="pareto",
        number=VILLAGES,
        frame_file=zlib.compress(b""),
        written_by=office,
        created_at=now,
    )
    units = list(GrassrootsUnit.objects.select_related("division").order_by("pk")[:VILLAGES])
    each = answers // len(units)
    drawn = [
        DrawnUnit(
            sample=sample,
            position=at * each + n,
            stratum=f"第{at % STRATA + 1}层",
            key=f"{unit.pk}/{n}",
            unit=unit,
            township_id=unit.division and unit.division.parent_id,
            serial=n,
            probability=0.02,
        )
        for at, unit in enumerate(units)
        for n in range(1, each + 1)
    ]
    copy_records(drawn)
    dice = random.Random(1)
    rows = []
    for at, one in enumerate(drawn):
        values = {
            f"q{n}": (
                f"v{dice.randrange(5)}"
                if n % 4 < 2
                else f"v{dice.randrange(5)} v{dice.randrange(3)}"
                if n % 4 == 2
                else str(dice.randrange(18, 95))
            )
            for n in range(asked)
        }
        rows.append(
            Answer(
                version=version,
                township_id=one.township_id,
                stratum=one.stratum,
                cluster=at // each + 1,
                weight=50.0,
                values=values,
            )
        )
        if len(rows) == CHUNK:
            copy_records(rows)
            rows = []
    if rows:
        copy_records(rows)
    request = MicrodataRequest.objects.create(
        questionnaire=questionnaire,
        asked_by=office,
        asked_at=now,
        purpose="研究",
        sex="q0",
        age="q3",
        granted=True,
        decided_by=questionnaire.reviewed_by,
        decided_at=now,
    )
    return questionnaire, request


def _estimate(questionnaire, answers):
    with transaction.atomic():
        places = strip._Places(questionnaire)
        places.silent = Counter()
        strip._estimate(questionnaire, places, lambda done, total: None, answers)


# --- Page and files -------------------------------------------------------------------------------


def _page(questionnaire):
    """Return the p95 of the page as a multiple of its floor."""
    office = User.objects.get(username=province.READERS["province"])
    cookies = {"office": sign_in(office)}
    address = f"/questionnaires/{questionnaire.pk}/results/"
    chosen = [
        Case("office", "results", "floor", f"/floor/results/{questionnaire.pk}/"),
        Case("office", "results", "page", address),
        Case("office", "results", "by strata", f"{address}?by=strata"),
        Case("office", "results", "two questions", f"{address}cross/?down=1&across=2"),
    ]
    with gunicorn() as port:
        for _again in range(WARM_UP):
            for case in chosen:
                open_page(port, case, cookies[case.reader])
        measure(port, chosen, cookies, ROUNDS)
    floor, page = chosen[:2]
    for case in chosen:
        ratio = case.p95 / floor.p95
        print(
            f"{case.name:14} p50 {case.p50 * 1000:.1f} ms, p95 {case.p95 * 1000:.1f} ms: "
            f"{ratio:.2f} floors"
        )
    return round(page.p95 / floor.p95, 2)


def _in_a_process(kind, request):
    """Write in a separate process, like a worker, so that its memory can be measured."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.research_answers", "--write", kind, str(request.pk)],
        cwd=clone.ROOT,
        env=clone.environment(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def write(kind, pk):
    request = MicrodataRequest.objects.select_related("questionnaire", "asked_by").get(pk=pk)
    job = SimpleNamespace(
        owner=request.asked_by.acting(on=timezone.localdate()),
        taken_at=timezone.now(),
        arguments={
            "questionnaire": request.questionnaire_id,
            "file": kind,
            "microdata": pk,
        },
    )
    room = microdata if kind == "microdata" else files
    began, at_rest = time.perf_counter(), _memory("VmRSS")
    with tempfile.TemporaryDirectory() as folder:
        _name, manifest = room.write(job, Path(folder), lambda done, total=None: None)
    return {
        "rows": manifest["written"],
        "seconds": time.perf_counter() - began,
        "memory": _memory("VmHWM") - at_rest,
    }


def _memory(what):
    """Return the memory of this process in MB. Not by getrusage, which starts with the parent's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) // 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        print(json.dumps(write(sys.argv[2], int(sys.argv[3]))))
    else:
        for name, measured, limit, ok in run():
            print(f"{'ok' if ok else 'MISSED':7} {name}: {measured} (limit {limit})")
