import hashlib
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from xml.etree import ElementTree

import openpyxl
import pytest
import python_calamine

from portal.sheets import xlsx
from portal.sheets.xlsx import SheetColumn, SheetFrame, write_sheet

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

COLUMNS = (
    SheetColumn("序号", 6, "center", "integer"),
    SheetColumn("反映问题或诉求", 40),
    SheetColumn("登记日期", 12, "center", "date"),
    SheetColumn("投入资金（元）", 14, "center", "decimal"),
)
FRAME = SheetFrame(
    name="民情台账",
    title="××县2026年干部走访群众民情台账",
    unit_line=("填报单位（盖章）：××乡", "填报时间：2026年6月30日", "填报人：　联系电话："),
    columns=COLUMNS,
    notes=("注：1.按月报送。", "　　2.联系方式不外传。"),
    signature="主要负责人（签字）：　　　　年　月　日（公章）",
)
FIRST_ROW = 4  # after title, unit line and headings
ROW = (1, "路灯不亮", date(2026, 6, 5), Decimal("1200.50"))

HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://example.com","点击")',
    "+86 0736 1234567",
    "-2",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "<script>alert(1)</script>",
    "</t></is></c></row></sheetData>",
    "]]>&amp;&lt;&#10;",
    "\"双引号\" 'single'",
    "_x000D_",
    "_x000d_x0041_ _X000A_ _x005F_ __x0020_",
    "#N/A",
    "TRUE",
    "007",
    "430721000000",
    "431102199001011234",
    "1e5",
    "2026-06-05",
    "  two spaces  inside and around  ",
    "　全角空格　",
    "一行\n两行\n\n四行",
    "𠮷野家 🏠 emoji",
    "e\u0301 combined \u202eright to left\u202c \x7f\x85\xa0\u2028",
]


def sheet_xml(path, number=1):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return archive.read(f"xl/worksheets/sheet{number}.xml")


def read_by_openpyxl(path, number=0):
    return openpyxl.load_workbook(path).worksheets[number]


def read_by_calamine(path, number=0):
    workbook = python_calamine.CalamineWorkbook.from_path(path)
    return workbook.get_sheet_by_index(number).to_python()


def texts_of(path, count):
    """The texts of the second column as both readers understand them."""
    sheet = read_by_openpyxl(path)
    rows = range(FIRST_ROW, FIRST_ROW + count)
    theirs = read_by_calamine(path)
    return [sheet.cell(row, 2).value for row in rows], [theirs[row - 1][1] for row in rows]


def rows_of_texts(texts):
    return [(number, text, None, None) for number, text in enumerate(texts, start=1)]


# What is read back ----------------------------------------------------------------------------


def test_values_are_read_back_equal(tmp_path):
    rows = [
        (1, "路灯不亮", date(2026, 6, 5), Decimal("1200.50")),
        (2, "", None, Decimal("0.1")),
        (-3, None, date(1900, 3, 1), Decimal("-0.07")),
        (999_999_999_999_999, "完", date(9999, 12, 31), Decimal("12345678901.23")),
    ]

    write_sheet(tmp_path / "ledger.xlsx", FRAME, rows)

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    theirs = read_by_calamine(tmp_path / "ledger.xlsx")
    for index, (number, text, day, money) in enumerate(rows):
        cells = sheet[FIRST_ROW + index]
        assert [cells[0].value, cells[1].value] == [number, text or None]
        assert (cells[2].value and cells[2].value.date()) == day
        assert Decimal(str(cells[3].value)) == money
        assert theirs[FIRST_ROW - 1 + index][0] == number
        assert theirs[FIRST_ROW - 1 + index][1] == (text or "")
        assert theirs[FIRST_ROW - 1 + index][2] == (day or "")
        assert Decimal(str(theirs[FIRST_ROW - 1 + index][3])) == money


def test_hostile_text_is_read_back_to_the_letter(tmp_path):
    write_sheet(tmp_path / "ledger.xlsx", FRAME, rows_of_texts(HOSTILE))

    ours, theirs = texts_of(tmp_path / "ledger.xlsx", len(HOSTILE))
    assert ours == HOSTILE
    assert theirs == HOSTILE


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_alone_is_read_back_to_the_letter(tmp_path, text):
    write_sheet(tmp_path / "ledger.xlsx", FRAME, rows_of_texts([text]))

    assert texts_of(tmp_path / "ledger.xlsx", 1) == ([text], [text])


def test_no_text_becomes_a_formula_or_a_number(tmp_path):
    frame = replace(
        FRAME, title="=1+1", unit_line=("=1", "+1", "@1"), notes=("=2",), signature="=3"
    )

    write_sheet(tmp_path / "ledger.xlsx", frame, rows_of_texts(HOSTILE))

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    types = {cell.data_type for cells in sheet for cell in cells if isinstance(cell.value, str)}
    assert types == {"s"}
    assert sheet["A1"].value == "=1+1"
    assert not re.search(rb"<f[ />]", sheet_xml(tmp_path / "ledger.xlsx"))


def test_text_in_columns_of_numbers_and_dates_stays_text(tmp_path):
    rows = [("=1+1", "甲", "2026年6月", "约3<4"), ("007", "乙", "</v>", "1,000")]

    write_sheet(tmp_path / "ledger.xlsx", FRAME, rows)

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    assert [[cell.value for cell in cells] for cells in sheet.iter_rows(4, 5)] == [
        list(row) for row in rows
    ]
    assert {cell.data_type for cells in sheet.iter_rows(4, 5) for cell in cells} == {"s"}


def test_text_stays_text_when_somebody_edits_the_cell(tmp_path):
    write_sheet(tmp_path / "ledger.xlsx", FRAME, rows_of_texts(["=1+1", "=1" + "0" * 300]))

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    assert sheet["B4"].number_format == "@"
    # Older Excel shows ##### for a long text of that format.
    assert (sheet["B5"].number_format, sheet["B5"].quotePrefix) == ("General", True)


def test_control_characters_are_removed_and_lone_surrogates_replaced(tmp_path):
    every_control = "".join(chr(code) for code in range(32))
    texts = [f"甲{every_control}乙", "\ud83d丙\udc00", "\ufffe丁\uffff", "\x00", "一\r\n二"]

    write_sheet(tmp_path / "ledger.xlsx", FRAME, rows_of_texts(texts))

    expected = ["甲\t\n\r乙", "\ufffd丙\ufffd", "\ufffd丁\ufffd", None, "一\n二"]
    ours, theirs = texts_of(tmp_path / "ledger.xlsx", len(texts))
    assert ours == expected
    assert theirs == [text or "" for text in expected]


def test_a_frame_with_control_characters_is_written(tmp_path):
    frame = replace(
        FRAME,
        name="a/b\x00:[c]?" + "长" * 40,
        title="甲\x00乙<&",
        columns=[SheetColumn("序\x07号", 8, group="\ud800组"), *COLUMNS[1:]],
        notes=("注\x01：<&>",),
        signature="签\udc00",
    )

    write_sheet(tmp_path / "ledger.xlsx", frame, [ROW])

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    assert sheet.title == "a／b：［c］？" + "长" * 23
    assert sheet["A1"].value == "甲乙<&"
    assert [sheet["A3"].value, sheet["A4"].value] == ["\ufffd组", "序号"]
    assert [sheet["A6"].value, sheet["A7"].value] == ["注：<&>", "签\ufffd"]


def test_every_part_is_well_formed_xml(tmp_path):
    texts = [
        chr(code) + "<&>]]>" for code in (*range(300), 0xD800, 0xDFFF, 0xFFFE, 0xFFFF, 0x10FFFF)
    ]

    write_sheet(tmp_path / "ledger.xlsx", FRAME, rows_of_texts(HOSTILE + texts))

    with zipfile.ZipFile(tmp_path / "ledger.xlsx") as archive:
        parts = [ElementTree.fromstring(archive.read(name)) for name in archive.namelist()]
    assert len(parts) > 5


def test_numbers_that_excel_would_round_are_text(tmp_path):
    frame = replace(FRAME, columns=[SheetColumn("数", 30, "center", "decimal")])
    exact = [10**15, Decimal("1E+20"), Decimal("123456789012345"), 0, Decimal("0.000000000000001")]
    rounded = [1234567890123456, Decimal("-0.1234567890123456"), Decimal("NaN"), float("inf")]

    write_sheet(tmp_path / "ledger.xlsx", frame, [(value,) for value in exact + rounded])

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    values = [cells[0].value for cells in sheet.iter_rows(4, 12)]
    assert [Decimal(str(value)) for value in values[:5]] == exact
    assert values[5:] == ["1234567890123456", "-0.1234567890123456", "NaN", "inf"]


def test_floats_are_numbers(tmp_path):
    values = [0.1 + 0.2, 1e-7, -2.5, 1e22]
    frame = replace(FRAME, columns=[SheetColumn("数", 30, "center", "decimal")])

    write_sheet(tmp_path / "ledger.xlsx", frame, [(value,) for value in values])

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    assert [cells[0].value for cells in sheet.iter_rows(4, 7)] == values


def test_moments_are_shown_to_the_minute_in_chinese_time(tmp_path):
    frame = replace(
        FRAME, columns=[SheetColumn("时间", 18, "center", "date"), SheetColumn("话", 20)]
    )
    moment = datetime(2026, 6, 5, 16, 30, 15)
    aware = datetime(2026, 6, 5, 16, 30, tzinfo=UTC)

    write_sheet(tmp_path / "ledger.xlsx", frame, [(moment, moment), (aware, aware), (None, None)])

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    assert [sheet["A4"].value, sheet["B4"].value] == [moment, "2026.06.05 16:30"]
    assert [sheet["A5"].value, sheet["B5"].value] == [
        datetime(2026, 6, 6, 0, 30),
        "2026.06.06 00:30",
    ]
    assert sheet["A4"].number_format == "yyyy.mm.dd hh:mm"
    assert read_by_calamine(tmp_path / "ledger.xlsx")[3][0] == moment


def test_dates_before_excels_calendar_are_text(tmp_path):
    frame = replace(FRAME, columns=[SheetColumn("日期", 12, "center", "date")])
    days = [date(1921, 7, 23), date(1900, 2, 28), date(1893, 12, 26), datetime(1899, 1, 1, 8)]

    write_sheet(tmp_path / "ledger.xlsx", frame, [(day,) for day in days])

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    assert [cells[0].value for cells in sheet.iter_rows(4, 7)] == [
        datetime(1921, 7, 23),
        "1900.02.28",
        "1893.12.26",
        "1899.01.01 08:00",
    ]


def test_other_values_are_shown_as_people_say_them(tmp_path):
    class Urgency(StrEnum):
        URGENT = "紧急"

    rows = [(True, True, None, None), (5, 5, None, None), (1, Decimal("1E+3"), None, None)]
    rows += [(1, Urgency.URGENT, None, None), (1, date(2026, 6, 5), None, None)]

    write_sheet(tmp_path / "ledger.xlsx", FRAME, rows)

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    assert [sheet["A4"].value, sheet["A5"].value] == ["是", 5]
    ours, _ = texts_of(tmp_path / "ledger.xlsx", len(rows))
    assert ours == ["是", "5", "1000", "紧急", "2026.06.05"]


def test_text_over_excels_limit_is_cut_with_a_mark_and_counted(tmp_path):
    limit = xlsx.CHARACTERS_IN_A_CELL
    texts = ["长" * limit, "长" * (limit + 1), "🏠" * limit, "短"]

    written = write_sheet(tmp_path / "ledger.xlsx", FRAME, rows_of_texts(texts))

    ours, theirs = texts_of(tmp_path / "ledger.xlsx", len(texts))
    assert written.shortened == 2
    assert ours[0] == texts[0]
    assert ours[1] == "长" * (limit - 8) + "…（全文见系统）"
    assert ours[2] == "🏠" * ((limit - 8) // 2) + "…（全文见系统）"
    assert len(ours[2].encode("utf-16-le")) // 2 <= limit
    assert ours == theirs


# How it looks ---------------------------------------------------------------------------------


def test_frame_is_laid_out_as_offices_do(tmp_path):
    write_sheet(tmp_path / "ledger.xlsx", FRAME, [ROW, ROW])

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    assert sheet.title == "民情台账"
    assert [sheet["A1"].value, sheet["A1"].font.name] == [FRAME.title, "方正小标宋简体"]
    assert sheet["A1"].alignment.horizontal == "center"
    line = [cell for cell in sheet[2] if cell.value]
    assert [cell.value for cell in line] == list(FRAME.unit_line)
    assert [cell.alignment.horizontal for cell in line] == ["left", "center", "right"]
    assert {(cell.font.name, cell.font.size) for cell in line} == {("楷体_GB2312", 12)}
    assert [cell.value for cell in sheet[3]] == [column.heading for column in COLUMNS]
    assert {(cell.font.name, cell.font.size) for cell in sheet[3]} == {("黑体", 12)}
    assert {(cell.font.name, cell.font.size) for cell in sheet[4]} == {("仿宋_GB2312", 11)}
    for cell in (*sheet[3], *sheet[4], *sheet[5]):
        sides = (cell.border.left, cell.border.right, cell.border.top, cell.border.bottom)
        assert {side.style for side in sides} == {"thin"}
        assert cell.alignment.wrap_text
    assert [cell.alignment.horizontal for cell in sheet[4]] == [
        "center",
        "left",
        "center",
        "center",
    ]
    assert [cell.number_format for cell in sheet[4]] == ["0", "@", "yyyy.mm.dd", "0.00"]
    assert [sheet.column_dimensions[letter].width for letter in "ABCD"] == [6, 40, 12, 14]
    assert [sheet["A6"].value, sheet["A7"].value, sheet["A8"].value] == [
        *FRAME.notes,
        FRAME.signature,
    ]
    merged = {str(cells) for cells in sheet.merged_cells.ranges}
    assert merged >= {"A1:D1", "A6:D6", "A7:D7", "A8:D8"}


def test_title_is_22_points_where_it_has_room_and_smaller_where_not(tmp_path):
    for title, size in (("长" * 17, 22), ("长" * 18, 20), ("长" * 60, 18)):
        write_sheet(tmp_path / "ledger.xlsx", replace(FRAME, title=title), [ROW])

        sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
        assert sheet["A1"].font.size == size
        assert sheet.row_dimensions[1].height >= 42


def test_page_is_set_up_for_printing(tmp_path):
    write_sheet(tmp_path / "ledger.xlsx", FRAME, [ROW])

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert sheet.print_options.horizontalCentered
    assert sheet.freeze_panes == "A4"
    assert (sheet.page_margins.top, sheet.page_margins.left) == (0.8, 0.6)


def test_page_may_be_a3(tmp_path):
    write_sheet(tmp_path / "ledger.xlsx", replace(FRAME, paper="A3"), [ROW])

    assert read_by_openpyxl(tmp_path / "ledger.xlsx").page_setup.paperSize == 8


def test_headings_of_one_group_share_a_merged_heading(tmp_path):
    columns = [
        SheetColumn("序号", 6, "center", "integer"),
        SheetColumn("户数", 8, "center", "integer", group="老党员"),
        SheetColumn("金额（元）", 12, "center", "decimal", group="老党员"),
        SheetColumn("户数", 8, "center", "integer", group="困难群众"),
        SheetColumn("备注", 12),
    ]

    write_sheet(tmp_path / "ledger.xlsx", replace(FRAME, columns=columns), [(1, 2, 3, 4, "五")])

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    merged = {str(cells) for cells in sheet.merged_cells.ranges}
    assert merged >= {"A3:A4", "B3:C3", "E3:E4"}
    assert [cell.value for cell in sheet[3]] == ["序号", "老党员", None, "困难群众", "备注"]
    assert [cell.value for cell in sheet[4]] == [None, "户数", "金额（元）", "户数", None]
    assert [cell.value for cell in sheet[5]] == [1, 2, 3, 4, "五"]
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.freeze_panes == "A5"
    for cell in (*sheet[3], *sheet[4]):
        assert cell.border.bottom.style == "thin" or cell.row == 3
        assert cell.border.left.style == "thin" or cell.column == 3


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_columns_have_a_frame_too(tmp_path, count):
    frame = replace(FRAME, columns=COLUMNS[:count])

    write_sheet(tmp_path / "ledger.xlsx", frame, [ROW[:count]])

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    line = "".join(cell.value for cell in sheet[2] if cell.value)
    assert all(part in line for part in FRAME.unit_line)
    assert sheet.cell(4, 1).value == 1


def test_number_formats_may_be_a_columns_own(tmp_path):
    columns = [
        SheetColumn("出生年月", 10, "center", "date", number_format="yyyy.mm"),
        SheetColumn("办结率", 10, "center", "decimal", number_format="0.0%"),
    ]

    write_sheet(
        tmp_path / "ledger.xlsx",
        replace(FRAME, columns=columns),
        [(date(1988, 6, 1), Decimal("0.985"))],
    )

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    assert [cell.number_format for cell in sheet[4]] == ["yyyy.mm", "0.0%"]


def test_rows_grow_with_their_text(tmp_path):
    texts = ["短", "长" * 40, "长" * 200, "a" * 40, "一\n二\n三", "长" * 3000]

    written = write_sheet(tmp_path / "ledger.xlsx", FRAME, rows_of_texts(texts))

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    heights = [sheet.row_dimensions[row].height for row in range(4, 10)]
    one, forty, two_hundred, latin, three_lines, too_long = heights
    assert one == 25
    assert one < forty < two_hundred < too_long
    assert latin < forty
    assert three_lines == 3 * 16 + 4
    assert 400 < too_long <= 409
    assert written.crowded == 1
    xml = sheet_xml(tmp_path / "ledger.xlsx")
    assert xml.count(b"<row ") == xml.count(b'customHeight="1">')


def test_tallest_cell_decides_the_height_of_a_row(tmp_path):
    frame = replace(FRAME, columns=[SheetColumn("甲", 20), SheetColumn("乙", 20)])

    write_sheet(tmp_path / "ledger.xlsx", frame, [("长" * 50, "短"), ("短", "长" * 50)])

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    assert sheet.row_dimensions[4].height == sheet.row_dimensions[5].height > 25


def test_ledger_without_rows_says_so(tmp_path):
    written = write_sheet(tmp_path / "ledger.xlsx", FRAME, [])

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    assert (written.rows, written.sheets) == (0, 1)
    assert sheet["A4"].value == "无"
    assert "A4:D4" in {str(cells) for cells in sheet.merged_cells.ranges}
    assert sheet["A5"].value == FRAME.notes[0]


def test_ledger_without_rows_may_say_something_else_or_nothing(tmp_path):
    write_sheet(tmp_path / "ledger.xlsx", FRAME, [], empty_text="本月无")
    assert read_by_openpyxl(tmp_path / "ledger.xlsx")["A4"].value == "本月无"

    write_sheet(tmp_path / "ledger.xlsx", FRAME, [], empty_text="")
    assert read_by_openpyxl(tmp_path / "ledger.xlsx")["A4"].value == FRAME.notes[0]


def test_the_total_is_asked_for_when_all_rows_are_written_and_stands_below_them(tmp_path):
    seen = []
    frame = replace(FRAME, total=lambda: ("合计", None, None, sum(row[3] for row in seen)))
    rows = (seen.append(row) or row for row in [ROW, ROW])

    written = write_sheet(tmp_path / "ledger.xlsx", frame, rows)

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    assert [cell.value for cell in sheet[6]] == ["合计", None, None, 2401]
    assert sheet["A7"].value == FRAME.notes[0]
    assert written.rows == 2


# The workbook ---------------------------------------------------------------------------------


def test_dimension_tells_where_the_sheet_ends(tmp_path):
    for count in (0, 1, 1000):
        write_sheet(tmp_path / "ledger.xlsx", FRAME, [ROW] * count)

        last = 3 + max(count, 1) + 3
        assert re.search(
            rb'<dimension ref="A1:D%d" *>?' % last, sheet_xml(tmp_path / "ledger.xlsx")
        )
        workbook = openpyxl.load_workbook(tmp_path / "ledger.xlsx", read_only=True)
        assert workbook.active.calculate_dimension() == f"A1:D{last}"
        workbook.close()


def test_codes_have_no_warning_corners(tmp_path):
    write_sheet(tmp_path / "ledger.xlsx", FRAME, rows_of_texts(["007"]))

    xml = ElementTree.fromstring(sheet_xml(tmp_path / "ledger.xlsx"))
    ignored = xml.find(f"{NAMESPACE}ignoredErrors/{NAMESPACE}ignoredError")
    assert ignored.attrib == {"sqref": "A4:D7", "numberStoredAsText": "1"}
    assert xml.find(f"{NAMESPACE}mergeCells").attrib == {
        "count": str(len(xml.findall(f"{NAMESPACE}mergeCells/{NAMESPACE}mergeCell")))
    }


def test_openpyxl_reads_and_writes_it_again(tmp_path):
    write_sheet(tmp_path / "ledger.xlsx", FRAME, [ROW] * 3)

    workbook = openpyxl.load_workbook(tmp_path / "ledger.xlsx")
    workbook.save(tmp_path / "again.xlsx")

    assert read_by_calamine(tmp_path / "again.xlsx") == read_by_calamine(tmp_path / "ledger.xlsx")


def test_rows_beyond_a_sheet_go_on_to_further_sheets_with_the_head(tmp_path):
    rows = [(number, f"第{number}件", None, None) for number in range(1, 1001)]
    limit = 403 + 3 + 1  # head, 400 rows, and room for the last footer and total

    written = write_sheet(
        tmp_path / "ledger.xlsx",
        replace(FRAME, total=lambda: ("合计", None, None, 7)),
        iter(rows),
        max_rows_per_sheet=limit,
    )

    workbook = openpyxl.load_workbook(tmp_path / "ledger.xlsx")
    assert (written.rows, written.sheets) == (1000, 3)
    assert workbook.sheetnames == ["民情台账", "民情台账（2）", "民情台账（3）"]
    seen = []
    for sheet in workbook.worksheets:
        assert sheet["A1"].value == FRAME.title
        assert sheet["A1"].font.name == "方正小标宋简体"
        assert [cell.value for cell in sheet[3]] == [column.heading for column in COLUMNS]
        assert sheet.print_title_rows == "$3:$3"
        assert sheet.freeze_panes == "A4"
        assert sheet["B4"].font.name == "仿宋_GB2312"
        seen += [cells[0].value for cells in sheet.iter_rows(4) if isinstance(cells[0].value, int)]
    assert seen == list(range(1, 1001))
    assert [sheet.max_row for sheet in workbook.worksheets] == [403, 403, 3 + 200 + 1 + 3]
    assert len(read_by_calamine(tmp_path / "ledger.xlsx", 2)) == 207


def test_rows_that_just_fill_a_sheet_leave_no_empty_one(tmp_path):
    written = write_sheet(
        tmp_path / "ledger.xlsx", FRAME, [ROW] * 10, max_rows_per_sheet=3 + 10 + 3
    )

    assert written.sheets == 1
    assert read_by_openpyxl(tmp_path / "ledger.xlsx").max_row == 16


def test_a_sheet_that_grows_too_many_bytes_goes_on_to_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "LARGEST_PART", 100_000)

    written = write_sheet(tmp_path / "ledger.xlsx", FRAME, [ROW] * 2000)

    workbook = openpyxl.load_workbook(tmp_path / "ledger.xlsx")
    assert written.sheets == len(workbook.sheetnames) > 1
    assert sum(sheet.max_row - 3 for sheet in workbook.worksheets) == 2000 + 3


def test_a_file_that_grows_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "LARGEST_FILE", 1000)

    with pytest.raises(xlsx.LedgerTooLarge):
        write_sheet(tmp_path / "ledger.xlsx", FRAME, [ROW] * 2000)

    assert list(tmp_path.iterdir()) == []


def test_too_few_rows_for_head_and_footer_are_refused(tmp_path):
    with pytest.raises(ValueError, match="too few"):
        write_sheet(tmp_path / "ledger.xlsx", FRAME, [ROW], max_rows_per_sheet=6)

    assert list(tmp_path.iterdir()) == []


# The file -------------------------------------------------------------------------------------


def test_result_tells_size_and_checksum(tmp_path):
    written = write_sheet(tmp_path / "ledger.xlsx", FRAME, [ROW] * 300)

    content = (tmp_path / "ledger.xlsx").read_bytes()
    assert written.sha256 == hashlib.sha256(content).hexdigest()
    assert written.size == len(content)
    assert (written.rows, written.sheets, written.shortened, written.crowded) == (300, 1, 0, 0)
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.xlsx"]


def test_only_the_owner_may_read_the_file(tmp_path):
    write_sheet(tmp_path / "ledger.xlsx", FRAME, [ROW])

    assert (tmp_path / "ledger.xlsx").stat().st_mode & 0o077 == 0


class Interrupted(BaseException):
    """Like a task's time limit."""


@pytest.mark.parametrize("error", [RuntimeError, Interrupted])
def test_rows_that_fail_leave_no_file(tmp_path, error):
    def rows():
        yield from [ROW] * 1000
        raise error

    with pytest.raises(error):
        write_sheet(tmp_path / "ledger.xlsx", FRAME, rows())

    assert list(tmp_path.iterdir()) == []


def test_rows_that_fail_leave_the_earlier_file(tmp_path):
    def rows():
        yield ROW
        raise RuntimeError

    (tmp_path / "ledger.xlsx").write_bytes(b"earlier")

    with pytest.raises(RuntimeError):
        write_sheet(tmp_path / "ledger.xlsx", FRAME, rows())

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"earlier"]


@pytest.mark.parametrize("row", [ROW[:3], (*ROW, 5)])
def test_a_row_of_another_length_is_refused(tmp_path, row):
    with pytest.raises(ValueError, match=r"row 5 has \d values, not 4"):
        write_sheet(tmp_path / "ledger.xlsx", FRAME, [ROW, row])

    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_and_may_stop_the_work(tmp_path):
    told = []

    write_sheet(tmp_path / "ledger.xlsx", FRAME, [ROW] * 600, progress=told.append)

    assert told == sorted(told)
    assert told[-1] == 600

    def stop(rows):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        write_sheet(tmp_path / "other.xlsx", FRAME, [ROW] * 600, progress=stop)

    assert [path.name for path in tmp_path.iterdir()] == ["ledger.xlsx"]


def test_rows_are_taken_as_they_are_written(tmp_path):
    """A generator is never exhausted at once: only one batch of rows is in memory."""
    waiting = 0

    def rows():
        nonlocal waiting
        for _ in range(2000):
            waiting += 1
            yield ROW

    def written(count):
        assert waiting - count <= xlsx.ROWS_IN_A_BATCH

    write_sheet(tmp_path / "ledger.xlsx", FRAME, rows(), progress=written)


def test_sheets_may_have_no_unit_line_notes_or_signature(tmp_path):
    frame = SheetFrame(name="表", title="表", columns=COLUMNS)

    write_sheet(tmp_path / "ledger.xlsx", frame, [ROW])

    sheet = read_by_openpyxl(tmp_path / "ledger.xlsx")
    assert sheet.max_row == 4
    assert sheet["A4"].value == 1


def test_nothing_of_the_file_names_a_library_as_its_author(tmp_path):
    write_sheet(tmp_path / "ledger.xlsx", FRAME, [ROW])

    with zipfile.ZipFile(tmp_path / "ledger.xlsx") as archive:
        assert not any(b"openpyxl" in archive.read(name) for name in archive.namelist())
