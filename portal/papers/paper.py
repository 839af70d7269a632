"""The contents of an official paper before layout. No domain here."""

import re
from dataclasses import dataclass
from datetime import date

from portal.papers import grid

# Placeholders until the office has entered the number and somebody has signed.
NUMBER_TO_COME, DAY_TO_COME = "（文号待编）", "　　年　月　日"
ISSUE_TO_COME = "第　期"

_LEVELS = (
    (1, re.compile(r"[一二三四五六七八九十]+、")),
    (2, re.compile(r"（[一二三四五六七八九十]+）")),
    (3, re.compile(r"\d{1,2}[.．](?!\d)")),
    (4, re.compile(r"（\d{1,2}）")),
)
# A title may break after one of these, but not before one of those below.
_BREAKS_AFTER = ("季度", "年", "工作", "情况", "关于", "开展", "做好", "干部", "问题", "、")
_NEVER_BEFORE = "的、和与及》）”情工"
TITLE_CHARACTERS = int(grid.WIDTH_PT // grid.TITLE_PT)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the text. `heading` is its part in the font of its level: 黑体 on the first,
    楷体 on the second, none below."""

    text: str
    level: int = 0
    heading: str = ""

    @property
    def rest(self):
        return self.text[len(self.heading) :]


@dataclass(frozen=True)
class Masthead:
    """版头 of a 文件 or 报头 of a 简报: the red name, and what stands above the red line."""

    name: str
    # 发文字号 or 第×期, in the middle.
    number: str
    # Left and right of the line below the number; only a 简报 has them.
    editor: str = ""
    day: str = ""

    @property
    def is_bulletin(self):
        return bool(self.editor)


@dataclass(frozen=True)
class Table:
    """A table of an annex. The first column is text, the others are numbers."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def title_lines(self):
        return broken(self.title)


@dataclass(frozen=True)
class Paper:
    title: str
    body: tuple[Paragraph, ...] = ()
    masthead: Masthead | None = None
    # 编号 and day above the table of a 督办单 or 整改通知单, instead of a masthead.
    form_number: str = ""
    # (label, content) of such a table.
    form: tuple[tuple[str, str], ...] = ()
    # 主送, without its colon.
    addressed: str = ""
    annexes: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    # 署名 and 成文日期; empty if masthead or form already sign the paper.
    signed_as: str = ""
    day: str = ""
    # 抄送, and by whom and when it was printed; without both there is no imprint.
    copied: str = ""
    printed_by: str = ""
    printed_on: str = ""

    @property
    def title_lines(self):
        return broken(self.title)

    @property
    def annex_lines(self):
        """附件：name, or numbered where there are several."""
        if len(self.annexes) < 2:
            return tuple(f"附件：{name}" for name in self.annexes)
        numbered = [f"{n}.{name}" for n, name in enumerate(self.annexes, start=1)]
        return (f"附件：{numbered[0]}", *(f"　　　{one}" for one in numbered[1:]))

    def annex_label(self, n):
        """附件 above a table, numbered where there are several."""
        return "附件" if len(self.annexes) < 2 else f"附件{n}"

    @property
    def has_imprint(self):
        return bool(self.copied or self.printed_by)

    @property
    def right_pt(self):
        """(署名, 成文日期): how far each stands from the right edge. The day leaves four cells,
        and the name stands in the middle above it."""
        day = 4 * grid.CELL_PT
        name = day + (grid.width_pt(self.day) - grid.width_pt(self.signed_as)) / 2
        return max(name, 0), day


def paragraphs(text):
    """The paragraphs of a typed text: one a line, each on the level of its number."""
    return tuple(_paragraph(line.strip()) for line in text.splitlines() if line.strip())


def _paragraph(line):
    level = next((level for level, number in _LEVELS if number.match(line)), 0)
    if level not in (1, 2):
        return Paragraph(line, level)
    # The heading ends at the first full stop; the text continues after it.
    head, stop, _rest = line.partition("。")
    return Paragraph(line, level, head + stop)


def broken(title):
    """The lines of a title, broken between words and about equally long."""
    if len(title) <= TITLE_CHARACTERS:
        return (title,)
    middle = len(title) / 2
    fitting = range(len(title) - TITLE_CHARACTERS, TITLE_CHARACTERS + 1)
    good = [
        at
        for at in fitting
        if title[:at].endswith(_BREAKS_AFTER) and title[at] not in _NEVER_BEFORE
    ]
    if not fitting:
        at = TITLE_CHARACTERS
        return (title[:at], *broken(title[at:]))
    at = min(good or fitting, key=lambda at: abs(at - middle))
    return title[:at], title[at:]


def day_of(day: date | None):
    """成文日期: Arabic numerals, no zeros in front."""
    return f"{day.year}年{day.month}月{day.day}日" if day else DAY_TO_COME
