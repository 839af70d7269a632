"""The page of GB/T 9704-2012: A4 with 22 lines of 28 characters, and the fonts by name.

Office fonts are proprietary: none is shipped, each is named with its substitutes.
"""

from dataclasses import dataclass

PAGE_MM = (210, 297)
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 37, 35, 28, 26
LINES, CHARACTERS = 22, 28
PITCH_PT = 28.95

# 三号 in the text, 二号 in titles, 四号 in page numbers and the imprint, 五号 in tables, so that a
# rate and its base fit into a narrow column.
TEXT_PT, TITLE_PT, SMALL_PT, TABLE_PT = 16, 22, 14, 10.5
LARGEST_MARK_PT = 42

PT_PER_MM = 72 / 25.4
WIDTH_PT = (PAGE_MM[0] - LEFT_MM - RIGHT_MM) * PT_PER_MM
CELL_PT = WIDTH_PT / CHARACTERS
# Extra spacing after each character, slightly negative, so that 28 fit on a line.
SPACING_PT = CELL_PT - TEXT_PT

# The top of the name of a 文件 below the top of the text area, and the red line below the number.
MARK_BELOW_MM, LINE_BELOW_MM = 35, 4
# The top of the page number below the text area.
NUMBER_BELOW_MM = 7


@dataclass(frozen=True)
class Font:
    """A font by name, with its substitutes in order of preference."""

    name: str
    instead: tuple[str, ...]
    generic: str = "serif"

    @property
    def css(self):
        return ", ".join([*(f'"{one}"' for one in (self.name, *self.instead)), self.generic])


TITLE = Font(
    "方正小标宋简体",
    ("FZXiaoBiaoSong-B05S", "小标宋", "华文中宋", "STZhongsong", "Noto Serif CJK SC"),
)
BODY = Font(
    "仿宋_GB2312", ("FangSong_GB2312", "仿宋", "FangSong", "STFangsong", "Noto Serif CJK SC")
)
HEADING = Font("黑体", ("SimHei", "Noto Sans CJK SC"), "sans-serif")
SUBHEADING = Font("楷体_GB2312", ("KaiTi_GB2312", "楷体", "KaiTi", "STKaiti", "Noto Serif CJK SC"))
PAGE_NUMBER = Font("宋体", ("SimSun", "Noto Serif CJK SC"))
FONTS = (TITLE, BODY, HEADING, SUBHEADING, PAGE_NUMBER)


def width_pt(text, size: float = TEXT_PT):
    """About how wide a text is: Latin letters and digits take half a character."""
    return sum(size / 2 if char.isascii() else size for char in text)


def mark_pt(name):
    """The size at which the name of a 文件 or 简报 fits on one line."""
    return min(LARGEST_MARK_PT, int(WIDTH_PT / max(len(name), 1)))
