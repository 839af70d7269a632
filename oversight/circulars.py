"""Draft of a circular from the statistics of the quarter, as counted at a given moment.

The text names areas of work, never a person; organs appear only in the annex, in official order, so
that nobody is ranked. Each rate states its n.
"""

import calendar
from datetime import date

from django.db.models import Count
from django.utils import timezone

from outreach.models import Matter
from outreach.models.matters import Category
from portal.papers.paper import day_of
from portal.sheets import statistics
from portal.sheets.ledgers import chinese
from portal.sheets.periods import Period
from portal.sheets.wording import worded

# Marks a gap for the writer.
TO_WRITE = "（待补写）"
QUARTERS = {1: "一", 2: "二", 3: "三", 4: "四"}
# The columns of the annex.
SHOWN = ("cadres", "households", "matters", "closed", "closed_share", "asked", "satisfied_share")
# Columns stated elsewhere in the text, or not meaningful for a quarter.
SAID = (*SHOWN, "at_once", "assigned", "in_time_share")
MOST_CATEGORIES = 3
_CATEGORY = chinese(Category)


def period_of(year, quarter, *, today=None):
    last = 3 * quarter
    end = date(year, last, calendar.monthrange(year, last)[1])
    return Period(date(year, last - 2, 1), end, today)


def quarterly(subject, year, quarter, *, at):
    """Title, text and figures of 季度工作情况通报."""
    today = timezone.localdate(at)
    period = period_of(year, quarter, today=today)
    table = statistics.count(subject, subject.breakdowns[0], period)
    named = f"{year}年第{QUARTERS[quarter]}季度"
    service = worded("干部深入基层为民服务")
    annex = f"{named}{service}情况表"
    return {
        "title": f"关于{named}{service}工作情况的通报",
        "body": _text(subject, table, named),
        "figures": {
            "first": period.first.isoformat(),
            "last": period.last.isoformat(),
            "seen_to": period.seen_to.isoformat(),
            "counted_at": at.isoformat(),
            "title": annex,
            **_annex(table, period),
        },
    }


def _annex(table, period):
    shown = [n for n, column in enumerate(table.columns) if column.key in SHOWN]
    rows = [[row.name, *(_cell(row.cells[n]) for n in shown)] for row in table.rows]
    rows.append(["合计", *(_cell(table.total.cells[n]) for n in shown)])
    headings = [
        column.heading if column.is_share else f"{column.heading}（{column.unit}）"
        for column in (table.columns[n] for n in shown)
    ]
    return {
        "headings": ["单位", *headings],
        "rows": rows,
        "notes": [
            f"注：1.按机构序列排列，不作排名；数据截至{day_of(period.seen_to)}。",
            "　　2.n为计算该比率的件数；件数不足的不列比率，以“—”表示。",
        ],
    }


def _cell(cell):
    if cell is None:
        return "—"
    if isinstance(cell, list):
        words = statistics.share_words(cell)
        return words if words == "—" else f"{words}\n(n={cell[1]})"
    return str(cell)


def _text(subject, table, named):
    found = dict(zip((column.key for column in table.columns), table.total.cells, strict=True))
    until, place = day_of(table.period.seen_to), subject.name
    lines = [
        f"现将{named}{place}{worded('干部深入基层为民服务')}工作情况通报如下（数据截至{until}）。",
        "一、总体情况",
        f"（一）走访群众。参与干部{found['cadres']}人，走访{found['households']}{worded('户次')}。",
        (
            f"（二）问题办理。收集问题{found['matters']}件，其中现场解决{found['at_once']}件、"
            f"转办{found['assigned']}件；办结{found['closed']}件"
            f"{_rate('，办结率', found['closed_share'])}"
            f"{_rate('，有时限的按期办结率', found['in_time_share'])}。"
        ),
        (
            f"（三）群众评价。抽样回访{found['asked']}件"
            f"{_rate('，满意率', found['satisfied_share']) or '，件数不足，不列满意率'}。"
        ),
        "二、主要进展",
        *_progress(table),
        TO_WRITE,
        "三、共性问题",
        _recurring(subject, table.period, found["matters"]),
        TO_WRITE,
        "四、下步要求",
        TO_WRITE,
    ]
    return "\n".join(line for line in lines if line)


def _rate(words, cell):
    share = statistics.share_words(cell)
    return "" if share == "—" else f"{words}{share}（n={cell[1]}）"


def _progress(table):
    """Return one sentence with the other counted columns that are not zero."""
    said = [
        _in_words(column.heading, statistics.in_unit(cell, column.unit), column.unit)
        for column, cell in zip(table.columns, table.total.cells, strict=True)
        if column.key not in SAID and not column.is_share and cell
    ]
    return [f"{'，'.join(said)}。"] if said else []


def _in_words(heading, n, unit):
    """Phrase a figure for a sentence: 驻村（蹲点）9人, not 驻村（蹲点）人数9."""
    for said in (f"（{unit}）", f"{unit}数", f"{unit}次", unit, "数"):
        if heading.endswith(said):
            return f"{heading.removesuffix(said)}{n}{unit}"
    return f"{heading}{n}{unit}"


def _recurring(subject, period, n):
    """Return the most frequent categories of matters; never places or organs."""
    days = (period.first, period.last)
    rows = subject.of(Matter.objects.filter(registered_on__range=days)).order_by()
    counted = rows.values_list("category").annotate(n=Count("pk"))
    most = sorted(counted, key=lambda one: (-one[1], one[0]))[:MOST_CATEGORIES]
    if not most:
        return ""
    said = "、".join(f"{_CATEGORY(code)}{count}件" for code, count in most)
    return f"收集的{n}件问题中，较为集中的是{said}。"
