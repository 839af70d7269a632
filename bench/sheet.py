"""A ledger of 100,000 rows and 15 columns as .xlsx: ours against openpyxl's write-only mode.

python -m bench.sheet      BENCH_ROWS=20000 for a quick look; each writer in its own process
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

from openpyxl import Workbook

from portal.sheets.xlsx import SheetColumn, SheetFrame, write_sheet

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
DIFFERENT_ROWS = 5_000
RUNS_OF_OURS = 3

LEAST_RATIO = 8.0
MOST_MEMORY = 150.0  # MB

HEADINGS = (
    ("序号", 6, "center", "integer"),
    ("台账编号", 17, "center", "text"),
    ("登记日期", 12, "center", "date"),
    ("来源", 8, "center", "text"),
    ("所在乡镇（街道）", 13, "center", "text"),
    ("村（社区）", 13, "center", "text"),
    ("户别", 12, "center", "text"),
    ("事项类别", 11, "center", "text"),
    ("反映问题或诉求", 48, "left", "text"),
    ("涉及户数", 8, "center", "integer"),
    ("投入资金（元）", 13, "center", "decimal"),
    ("责任人", 9, "center", "text"),
    ("办结日期", 12, "center", "date"),
    ("满意率", 8, "center", "decimal"),
    ("群众评价", 10, "center", "text"),
)
# For invented words of common characters, which compress like real text.
CHARACTERS = b"".join(bytes([high, low]) for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF))


def different_rows() -> list[list[Any]]:
    chance = random.Random(2026)
    characters = CHARACTERS.decode("gb2312")
    words = ["".join(chance.choices(characters, k=chance.randint(1, 3))) for _ in range(4_000)]
    words += ["，", "。", "；", "：“", "”，", "30", "2026年", "\n"]
    # Zipf's law: the second word is half as frequent as the first, the third a third.
    weights = [1 / (rank + 1) for rank in range(4_000)] + [1.5, 0.8, 0.1, 0.1, 0.1, 0.1, 0.1, 0.03]
    pool = []
    for _ in range(DIFFERENT_ROWS):
        length = chance.randrange(100, 301)
        diary = "".join(chance.choices(words, weights, k=length))
        registered = date(2026, 1, 1) + timedelta(days=chance.randrange(180))
        pool.append(
            [
                0,
                f"4307-2026-{chance.randrange(10**6):06d}",
                registered,
                chance.choice(["走访", "接访", "驻村", "调研", "来电", "转办"]),
                chance.choice(["大鲸港镇", "安康乡", "官垱镇", "三岔河镇"]),
                f"{chance.choice('松梁黄官陈李周')}家{chance.choice('渡台口湾')}村",
                chance.choice(["一般农户", "脱贫户", "低保户", None]),
                chance.choice(["道路交通", "民政救助", "农田水利", "村务公开"]),
                diary[:length],
                chance.randrange(1, 200),
                Decimal(chance.randrange(10**8)) / 100,
                chance.choice(["刘洋", "陈静", "欧阳建国", "赵强"]),
                registered + timedelta(days=20) if chance.random() < 0.7 else None,
                Decimal(chance.randrange(10**4)) / 100,
                chance.choice(["满意", "基本满意", "不满意", "未评价"]),
            ]
        )
    return pool


def ledger_rows(pool: list[list[Any]]) -> Iterator[list[Any]]:
    for number in range(ROWS):
        row = pool[number % DIFFERENT_ROWS]
        row[0] = number + 1
        yield row


def write_ours(target: Path, rows: Iterable[list[Any]]) -> None:
    frame = SheetFrame(
        name="民情台账",
        title="安乡县2026年干部走访群众民情台账",
        unit_line=("填报单位（盖章）：", "填报时间：2026年6月30日", "填报人：　联系电话："),
        columns=[SheetColumn(*heading) for heading in HEADINGS],
        notes=("注：本表每月25日前报送。",),
        signature="主要负责人（签字）：　　　审核人：　　　填表人：　　　　年　月　日（公章）",
    )
    write_sheet(target, frame, rows)


def write_with_openpyxl(target: Path, rows: Iterable[list[Any]]) -> None:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("民情台账")
    sheet.append([heading[0] for heading in HEADINGS])
    for row in rows:
        sheet.append(row)
    workbook.save(target)


WRITERS = {"ours": write_ours, "openpyxl": write_with_openpyxl}


def measure(writer: str) -> dict[str, float]:
    """Measure in a separate process, whose peak memory is that of the writer."""
    command = [sys.executable, "-m", "bench.sheet", writer]
    root = Path(__file__).parent.parent
    answer = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    return json.loads(answer)


def _measured_here(writer: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "ledger.xlsx"
        pool = different_rows()
        started = time.perf_counter()
        WRITERS[writer](target, ledger_rows(pool))
        seconds = time.perf_counter() - started
        size = target.stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"rows_per_second": ROWS / seconds, "file_mb": size / 1e6, "memory_mb": peak / 1024}


def run() -> list[tuple[str, float, float, bool]]:
    """Return [(name, measured, limit, ok)]; the ratio is to be at least, the memory at most the
    limit."""
    theirs = measure("openpyxl")
    runs = [measure("ours") for _ in range(RUNS_OF_OURS)]
    ours = {figure: median(each[figure] for each in runs) for figure in theirs}
    for name, figures in (("openpyxl write-only", theirs), ("portal.sheets.xlsx", ours)):
        print(
            f"{name:20} {figures['rows_per_second']:9,.0f} rows/s"
            f" {figures['file_mb']:7.1f} MB file {figures['memory_mb']:7.0f} MB memory"
        )
    ratio = round(ours["rows_per_second"] / theirs["rows_per_second"], 2)
    memory = round(ours["memory_mb"], 1)
    print(f"{ROWS:,} rows x {len(HEADINGS)} columns: {ratio:.1f} times openpyxl write-only")
    return [
        ("ledger rows/s, times openpyxl write-only", ratio, LEAST_RATIO, ratio >= LEAST_RATIO),
        ("ledger peak memory, MB", memory, MOST_MEMORY, memory < MOST_MEMORY),
    ]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(_measured_here(sys.argv[1])))
    else:
        for name, measured, limit, ok in run():
            print(f"{'ok' if ok else 'MISSED':7} {name}: {measured} (limit {limit})")
