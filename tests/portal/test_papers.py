"""公文: the grid of GB/T 9704, in the Word file (read back) and on the print page."""

import io
import re
from datetime import date, datetime
from pathlib import Path

import pytest
from docx import Document
from docx.enum.section import WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Pt

from portal.papers import grid
from portal.papers.pages import Place, imprint_of, lines_of
from portal.papers.paper import Masthead, Paper, Table, broken, day_of, paragraphs
from portal.papers.word import word_file

TEXT = """截至2026年9月30日，有关情况通报如下。
一、总体情况
（一）走访群众。参与干部312人，走访4521户次。
1.抽样回访120件。
办结率86.4%（n=683）。"""


def paper(**changes):
    table = Table(
        "情况表", ("单位", "走访户次"), (("县农业农村局", "12"), ("合计", "12")), ("注：……",)
    )
    return Paper(
        **{
            "title": "关于2026年第三季度干部深入基层为民服务工作情况的通报",
            "body": paragraphs(TEXT),
            "masthead": Masthead("中共云岭县委组织部文件", "云组通〔2026〕15号"),
            "addressed": "各乡镇党委",
            "annexes": ("情况表",),
            "tables": (table,),
            "signed_as": "中共云岭县委组织部",
            "day": "2026年10月12日",
            "copied": "市委组织部",
            "printed_by": "中共云岭县委组织部",
            "printed_on": "2026年10月12日",
        }
        | changes
    )


def opened(one):
    return Document(io.BytesIO(word_file(one, by="中共云岭县委组织部", at=datetime(2026, 10, 12))))


def texts(document):
    return [one.text for one in document.paragraphs]


def font_of(run):
    return run._r.rPr.rFonts.get(qn("w:eastAsia"))


def line_of(document, start):
    return next(one for one in document.paragraphs if one.text.startswith(start))


# --- The grid ------------------------------------------------------------------------------------


def test_the_page_has_the_margins_of_the_norm():
    for section in opened(paper()).sections:
        given = [section.page_width, section.page_height, section.top_margin]
        given += [section.bottom_margin, section.left_margin, section.right_margin]
        # Word counts in twentieths of a point.
        assert [round(one.mm, 1) for one in given] == [210, 297, 37, 35, 28, 26]


def test_the_page_has_22_lines_of_28_characters():
    section = opened(paper()).sections[0]
    given = section._sectPr.find(qn("w:docGrid"))
    assert given.get(qn("w:type")) == "linesAndChars"
    pitch = int(given.get(qn("w:linePitch"))) / 20
    assert pitch == 28.95
    height = section.page_height - section.top_margin - section.bottom_margin
    assert height // Pt(pitch) == 22
    character = 16 + int(given.get(qn("w:charSpace"))) / 4096
    width = section.page_width - section.left_margin - section.right_margin
    assert width // Pt(character) == 28


def test_the_text_stands_on_the_grid():
    document = opened(paper())
    normal = document.styles["Normal"]
    assert normal.paragraph_format.line_spacing == Pt(28.95)
    assert (normal.font.size, font_of(normal_run(document))) == (Pt(16), "仿宋_GB2312")
    properties = normal.element.pPr
    for name in ("w:autoSpaceDE", "w:autoSpaceDN"):
        assert properties.find(qn(name)).get(qn("w:val")) == "0"
    text = line_of(document, "截至")
    assert text.paragraph_format.line_spacing is None
    assert text._p.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"


def normal_run(document):
    return line_of(document, "截至").runs[0]


def test_each_level_has_its_font():
    document = opened(paper())
    title = line_of(document, "关于2026年第三季度").runs[0]
    assert (font_of(title), title.font.size) == ("方正小标宋简体", Pt(22))
    assert font_of(line_of(document, "一、").runs[0]) == "黑体"
    second = line_of(document, "（一）")
    assert [run.text for run in second.runs] == [
        "（一）走访群众。",
        "参与干部312人，走访4521户次。",
    ]
    assert [font_of(run) for run in second.runs] == ["楷体_GB2312", "仿宋_GB2312"]
    assert font_of(line_of(document, "1.").runs[0]) == "仿宋_GB2312"


def test_every_font_names_what_may_stand_in_for_it():
    document = opened(paper())
    part = next(
        one.target_part for one in document.part.rels.values() if one.reltype.endswith("/fontTable")
    )
    for font in grid.FONTS:
        assert f'w:name="{font.name}"><w:altName w:val="{font.instead[0]}' in part.blob.decode()


def test_the_page_number_stands_outside():
    document = opened(paper())
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    for one, edge in ((odd, "right"), (even, "left")):
        assert one.text.startswith("— ")
        assert one.text.endswith(" —")
        assert "PAGE" in one._p.xml
        assert {run.font.size for run in one.runs} == {Pt(14)}
        assert getattr(one.paragraph_format, f"{edge}_indent") == Pt(14)
    assert odd.alignment == 2
    assert even.alignment is None


# --- What stands on it ---------------------------------------------------------------------------


def test_a_document_has_its_red_head_and_number():
    document = opened(paper())
    mark = line_of(document, "中共云岭县委组织部文件").runs[0]
    assert str(mark.font.color.rgb) == "FF0000"
    # On one line between the margins.
    assert grid.width_pt(mark.text, mark.font.size.pt) <= grid.WIDTH_PT
    number = line_of(document, "云组通〔2026〕15号")
    assert number._p.pPr.find(qn("w:pBdr")) is not None


def test_a_bulletin_has_its_issue_and_no_signature():
    head = Masthead("干部下基层工作简报", "第12期", "中共云岭县委组织部编", "2026年10月12日")
    document = opened(paper(masthead=head, signed_as="", day="", addressed="", tables=()))
    lines = texts(document)
    assert "第12期" in lines
    assert "中共云岭县委组织部编\t2026年10月12日" in lines
    assert lines.count("中共云岭县委组织部") == 0


def test_a_form_has_no_head():
    form = (("被通知单位", "县农业农村局"), ("问题及事实", "一是……\n二是……"))
    document = opened(Paper("整改通知单", form=form, form_number="编号：", signed_as="县委督查室"))
    assert texts(document)[0] == "整改通知单"
    assert "文件" not in "".join(texts(document))
    assert document.tables[0].cell(1, 1).text == "一是……\n二是……"


def test_the_annex_begins_a_page_and_repeats_its_headings():
    document = opened(paper())
    assert line_of(document, "附件：").text == "附件：情况表"
    label = next(one for one in document.paragraphs if one.text == "附件")
    assert label.paragraph_format.page_break_before
    first = document.tables[0].rows[0]
    assert [cell.text for cell in first.cells] == ["单位", "走访户次"]
    assert first._tr.trPr.find(qn("w:tblHeader")) is not None


def test_the_imprint_stands_at_the_foot_of_the_last_page():
    document = opened(paper())
    imprint = document.tables[-1]
    assert imprint.cell(0, 0).text == "抄送：市委组织部。"
    assert imprint.cell(1, 0).text == "中共云岭县委组织部\t2026年10月12日印发"
    place = imprint._tbl.tblPr.find(qn("w:tblpPr"))
    assert place.get(qn("w:vertAnchor")) == "page"
    bottom = int(place.get(qn("w:tblpY"))) / 20 + 2 * 22.4
    assert bottom == pytest.approx((297 - 35) / 25.4 * 72, abs=2)


# --- 版记 on an even page ------------------------------------------------------------------------


def of_lines(count, **changes):
    """A notice whose text covers `count` lines, with nothing below it."""
    plain = {"masthead": None, "addressed": "", "annexes": (), "tables": (), "signed_as": ""}
    # The title takes one line and is followed by an empty one.
    body = paragraphs("\n".join(["一行"] * (count - 2)))
    return paper(**{"title": "通知", "body": body} | plain | changes)


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        (5, Place.NEXT_PAGE),
        (22, Place.NEXT_PAGE),
        # So close to the end of a page that another font might end the text there.
        (23, Place.AFTER_EMPTY),
        (24, Place.SAME_PAGE),
        (40, Place.SAME_PAGE),
        # Text and imprint do not both fit.
        (43, Place.AFTER_EMPTY),
        (44, Place.AFTER_EMPTY),
        (45, Place.NEXT_PAGE),
        (70, Place.SAME_PAGE),
    ],
)
def test_the_imprint_stands_on_an_even_page(lines, place):
    assert imprint_of(of_lines(lines)).place == place


def test_the_imprint_is_brought_down_by_empty_lines():
    # Of 22 lines on a page 8 are written, and two rows of imprint take less than two lines.
    assert imprint_of(of_lines(30)).lines_above == 22 - 8 - 2 - 1
    assert imprint_of(of_lines(30, copied="")).lines_above == 22 - 8 - 1 - 1


def test_an_annex_begins_a_page_and_a_long_one_leaves_more_room():
    one = of_lines(5, annexes=("情况表",), tables=(paper().tables[0],))
    assert imprint_of(one).place == Place.SAME_PAGE
    table = Table("情况表", ("单位", "户次"), (("县局", "12"),) * 90)
    assert imprint_of(of_lines(5, tables=(table,))).place != Place.SAME_PAGE


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("一" * 26, 1),
        ("一" * 27, 2),
        # A full stop hangs over the edge or takes a character with it; a number is not split.
        ("一" * 26 + "。", 2),
        ("一" * 25 + "2026", 2),
        ("一" * 24 + "2026", 1),
        ("12" * 60, 3),
        ("", 1),
    ],
)
def test_a_paragraph_takes_lines_of_28_characters(text, count):
    assert lines_of(text, indent=2) == count


def test_the_file_turns_to_an_even_page_for_the_imprint():
    document = opened(of_lines(5))
    first, last = document.sections
    assert last.start_type == WD_SECTION.EVEN_PAGE
    assert last.footer.is_linked_to_previous and last.even_page_footer.is_linked_to_previous
    assert last.bottom_margin == first.bottom_margin

    # A page that comes after an empty one has no number.
    _first, last = opened(of_lines(44)).sections
    assert last.start_type == WD_SECTION.EVEN_PAGE
    assert "PAGE" not in last.footer._element.xml + last.even_page_footer._element.xml

    assert len(opened(of_lines(30)).sections) == 1
    assert len(opened(paper(copied="", printed_by="")).sections) == 1


def test_the_page_to_print_has_a_rule_for_each_number_of_lines():
    css = (Path(__file__).parents[2] / "static" / "css" / "paper.css").read_text()
    most = max(imprint_of(of_lines(n, copied="")).lines_above for n in range(23, 45))
    for n in range(1, most + 1):
        assert f".below-{n} {{ padding-top: {n * grid.PITCH_PT:g}pt; }}" in css
    assert f"min-height: {grid.LINES * grid.PITCH_PT:.1f}pt" in css


def test_control_characters_do_not_break_the_file():
    document = opened(paper(title="通\x01知", body=paragraphs("第一段\x01正文\x00")))
    assert document.core_properties.title == "通知"
    assert "第一段正文" in texts(document)


def test_the_file_names_no_person():
    properties = opened(paper()).core_properties
    assert (properties.author, properties.last_modified_by) == ("中共云岭县委组织部",) * 2
    assert properties.comments == ""


def test_the_same_paper_gives_the_same_file():
    files = [word_file(paper(), by="县委组织部", at=datetime(2026, 10, 12)) for _n in range(2)]
    first, second = (Document(io.BytesIO(one)).element.xml for one in files)
    assert first == second


def test_the_name_stands_in_the_middle_above_the_day():
    name, day = paper().right_pt
    one = paper()
    middle = [
        right + grid.width_pt(text) / 2 for right, text in ((name, one.signed_as), (day, one.day))
    ]
    assert middle[0] == pytest.approx(middle[1])
    assert day == pytest.approx(4 * grid.CELL_PT)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("整改通知单", ["整改通知单"]),
        (
            "关于2026年第三季度干部深入基层为民服务工作情况的通报",
            ["关于2026年第三季度干部", "深入基层为民服务工作情况的通报"],
        ),
        ("一" * 45, ["一" * 20, "一" * 12, "一" * 13]),
    ],
)
def test_a_title_is_broken_between_words(title, lines):
    assert list(broken(title)) == lines
    assert all(len(line) <= 20 for line in lines)


def test_the_day_has_no_zeros_in_front():
    assert day_of(date(2026, 3, 5)) == "2026年3月5日"
    assert day_of(None) == "　　年　月　日"


def test_the_page_to_print_has_the_same_grid():
    css = (Path(__file__).parents[2] / "static" / "css" / "paper.css").read_text()
    margins = re.search(r"@page \{ size: A4; margin: (\d+)mm (\d+)mm (\d+)mm (\d+)mm; \}", css)
    edges = (grid.TOP_MM, grid.RIGHT_MM, grid.BOTTOM_MM, grid.LEFT_MM)
    assert margins and tuple(map(int, margins.groups())) == edges
    assert f"font-size: {grid.TEXT_PT}pt; line-height: {grid.PITCH_PT}pt" in css
    assert f"letter-spacing: {grid.SPACING_PT:.3f}pt" in css
    for font in (grid.TITLE, grid.BODY, grid.HEADING, grid.SUBHEADING):
        assert font.css in css
    for size in range(11, grid.LARGEST_MARK_PT + 1):
        assert f".mark-{size} {{ font-size: {size}pt" in css
