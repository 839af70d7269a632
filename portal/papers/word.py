"""A paper as a Word file (.docx) on the grid of GB/T 9704."""

import io
import re
from datetime import datetime

from django.conf import settings
from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from portal.papers import grid
from portal.papers.pages import BORDER_PT, FIRST_COLUMN_PT, IMPRINT_PT, Place, imprint_of
from portal.papers.paper import Masthead, Paper

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
RED, LATIN = RGBColor(0xFF, 0x00, 0x00), "Times New Roman"
LEFT, CENTRE, RIGHT = (
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
)
# Between the border of a cell and its text: Word's default.
CELL_MARGIN_PT = 5.4
# Borders of the imprint in eighths of a point: the outer ones 0.35 mm, the inner ones 0.25 mm.
THICK, THIN = 8, 6
TWIPS = 20
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# The schema fixes the order of settings; these follow ours.
_AFTER_COMPAT = ("w:rsids", "m:mathPr", "w:themeFontLang", "w:clrSchemeMapping", "w:shapeDefaults")


def word_file(paper: Paper, *, by: str, at: datetime) -> bytes:
    """The file of a paper; `by` is the organ that its properties name, never a person."""
    document = Document()
    _describe(document, paper, by, at)
    _lay_out(document)
    if paper.masthead:
        _add_masthead(document, paper.masthead)
    practised = ["【练习】"] if settings.PRACTICE else []
    _add_title(document, [*practised, *paper.title_lines])
    if paper.form:
        _add_form(document, paper)
    else:
        _add_text(document, paper)
    for n, table in enumerate(paper.tables, start=1):
        _add_annex(document, paper.annex_label(n), table)
    if paper.has_imprint:
        _add_imprint(document, paper)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


# --- The page ------------------------------------------------------------------------------------


def _describe(document, paper, by, at):
    properties = document.core_properties
    properties.title = _CONTROL.sub("", paper.title)
    properties.author = properties.last_modified_by = _CONTROL.sub("", by)
    properties.comments, properties.language = "", "zh-CN"
    properties.created = properties.modified = at


def _lay_out(document):
    section = document.sections[0]
    section.page_width, section.page_height = map(Mm, grid.PAGE_MM)
    section.top_margin, section.bottom_margin = Mm(grid.TOP_MM), Mm(grid.BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(grid.LEFT_MM), Mm(grid.RIGHT_MM)
    section.header_distance = Mm(15)
    _set_grid(section)
    _set_settings(document)
    _set_normal(document)
    _name_fonts(document)
    _add_page_numbers(document, section)


def _set_grid(section):
    of_grid = section._sectPr.find(qn("w:docGrid"))
    if of_grid is None:
        of_grid = OxmlElement("w:docGrid")
        section._sectPr.append(of_grid)
    of_grid.set(qn("w:type"), "linesAndChars")
    of_grid.set(qn("w:linePitch"), str(round(grid.PITCH_PT * TWIPS)))
    # In 4096ths of a point, rounded away from nothing so that the last character still fits.
    of_grid.set(qn("w:charSpace"), str(int(grid.SPACING_PT * 4096) - 1))


def _set_settings(document):
    settings = document.settings
    settings.odd_and_even_pages_header_footer = True
    element = settings.element
    compat = element.find(qn("w:compat"))
    if compat is None:
        compat = OxmlElement("w:compat")
        after = [one for one in element if one.tag in {_tag(name) for name in _AFTER_COMPAT}]
        after[0].addprevious(compat) if after else element.append(compat)
    mode = OxmlElement("w:compatSetting")
    mode.set(qn("w:name"), "compatibilityMode")
    mode.set(qn("w:uri"), "http://schemas.microsoft.com/office/word")
    mode.set(qn("w:val"), "15")
    compat.append(mode)


def _tag(name):
    prefix, _colon, local = name.partition(":")
    if prefix == "m":
        return "{http://schemas.openxmlformats.org/officeDocument/2006/math}" + local
    return qn(name)


def _set_normal(document):
    normal = document.styles["Normal"]
    _set_font(normal, grid.BODY, grid.TEXT_PT)
    # Word processors choose punctuation glyphs by language.
    language = document.styles.element.find(f".//{qn('w:lang')}")
    language.set(qn("w:eastAsia"), "zh-CN")
    spacing = normal.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    spacing.line_spacing = Pt(grid.PITCH_PT)
    spacing.widow_control = False
    # No room between Chinese and digits: it would push characters off the grid.
    properties = normal.element.get_or_add_pPr()
    for name in ("w:autoSpaceDE", "w:autoSpaceDN"):
        off = OxmlElement(name)
        off.set(qn("w:val"), "0")
        # The schema wants them before the spacing.
        properties.find(qn("w:spacing")).addprevious(off)


def _set_font(to, font, size=None, *, latin=LATIN):
    """Name the font of a style or run; Latin letters and digits have their own."""
    to.font.name = latin
    to.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font.name)
    if size:
        to.font.size = Pt(size)


def _name_fonts(document):
    """List the substitutes of each font in the font table."""
    part = next(
        relation.target_part
        for relation in document.part.rels.values()
        if relation.reltype.endswith("/fontTable")
    )
    fonts = "".join(
        f'<w:font w:name="{font.name}"><w:altName w:val="{",".join(font.instead)}"/>'
        '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="default"/></w:font>'
        for font in grid.FONTS
    )
    part._blob = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f'{fonts}<w:font w:name="{LATIN}"><w:charset w:val="00"/></w:font></w:fonts>'
    ).encode()


def _add_page_numbers(document, section):
    """— 1 —, outside: on the right of odd pages and on the left of even ones."""
    line = 18
    below = grid.NUMBER_BELOW_MM - (line - grid.SMALL_PT / 2) / 2 / grid.PT_PER_MM
    section.footer_distance = Mm(grid.BOTTOM_MM - below - line / grid.PT_PER_MM)
    for footer, is_right in ((section.footer, True), (section.even_page_footer, False)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        shape = paragraph.paragraph_format
        shape.line_spacing = Pt(line)
        shape.tab_stops.clear_all()
        paragraph.style = document.styles["Normal"]
        if is_right:
            paragraph.alignment, shape.right_indent = RIGHT, Pt(grid.SMALL_PT)
        else:
            shape.left_indent = Pt(grid.SMALL_PT)
        for part in ("— ", "PAGE", " —"):
            run = paragraph.add_run()
            _set_font(run, grid.PAGE_NUMBER, grid.SMALL_PT, latin=grid.PAGE_NUMBER.name)
            if part == "PAGE":
                _add_field(run, part)
            else:
                run.text = part


def _add_field(run, code):
    for kind in ("begin", None, "end"):
        if kind is None:
            one = OxmlElement("w:instrText")
            one.set(qn("xml:space"), "preserve")
            one.text = code
        else:
            one = OxmlElement("w:fldChar")
            one.set(qn("w:fldCharType"), kind)
        run._r.append(one)


# --- Its parts -----------------------------------------------------------------------------------


def _say(paragraph, text, font, size: float = grid.TEXT_PT):
    """Add a run; control characters, which a Word file cannot hold, are left out."""
    run = paragraph.add_run(_CONTROL.sub("", text))
    _set_font(run, font, size)
    return run


def _line(document, text="", font=grid.BODY, size: float = grid.TEXT_PT, align=None, pitch=None):
    """A paragraph with one run, on the grid unless it has a pitch of its own."""
    paragraph = document.add_paragraph()
    if text:
        _say(paragraph, text, font, size)
    if align is not None:
        paragraph.alignment = align
    if pitch:
        paragraph.paragraph_format.line_spacing = Pt(pitch)
    return paragraph


def _add_masthead(document, masthead: Masthead):
    _line(document, pitch=grid.MARK_BELOW_MM * grid.PT_PER_MM)
    size = grid.mark_pt(masthead.name)
    mark = _line(document, masthead.name, grid.TITLE, size, CENTRE, pitch=size * 1.2)
    mark.runs[0].font.color.rgb = RED
    _line(document)
    if not masthead.is_bulletin:
        _line(document)
    last = _line(document, masthead.number, align=CENTRE)
    if masthead.is_bulletin:
        last = _line(document, masthead.editor)
        last.paragraph_format.left_indent = last.paragraph_format.right_indent = Pt(grid.CELL_PT)
        right = Pt(grid.WIDTH_PT - grid.CELL_PT)
        last.paragraph_format.tab_stops.add_tab_stop(right, WD_TAB_ALIGNMENT.RIGHT)
        _say(last, f"\t{masthead.day}", grid.BODY)
        # The red line reaches from edge to edge.
        last = _line(document, pitch=1)
    _draw_below(last, "FF0000", THICK, round(grid.LINE_BELOW_MM * grid.PT_PER_MM))
    _line(document)
    _line(document)


def _draw_below(paragraph, colour, width, space):
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", width), ("space", space), ("color", colour)):
        bottom.set(qn(f"w:{name}"), str(value))
    borders.append(bottom)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc"
    )


def _add_title(document, lines):
    for line in lines:
        _line(document, line, grid.TITLE, grid.TITLE_PT, CENTRE)
    _line(document)


def _add_text(document, paper: Paper):
    if paper.addressed:
        _line(document, f"{paper.addressed}：")
    for paragraph in paper.body:
        _add_paragraph(document, paragraph)
    if paper.annexes:
        _line(document)
    for text in paper.annex_lines:
        _line(document, text).paragraph_format.left_indent = Pt(2 * grid.CELL_PT)
    if paper.signed_as:
        _line(document)
        _line(document)
        name, day = paper.right_pt
        for text, right in ((paper.signed_as, name), (paper.day, day)):
            line = _line(document, text, align=RIGHT)
            line.paragraph_format.right_indent = Pt(right)
            line.paragraph_format.keep_with_next = text == paper.signed_as


def _add_paragraph(document, paragraph):
    line = document.add_paragraph()
    indent = OxmlElement("w:ind")
    # In characters, so that it stays two where somebody changes the size.
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), str(round(2 * grid.CELL_PT * TWIPS)))
    line._p.get_or_add_pPr().append(indent)
    font = {1: grid.HEADING, 2: grid.SUBHEADING}.get(paragraph.level, grid.BODY)
    if paragraph.heading:
        _say(line, paragraph.heading, font)
    if paragraph.rest:
        _say(line, paragraph.rest, grid.BODY)


def _add_form(document, paper: Paper):
    """The table of a 督办单 or 整改通知单, its number and day above."""
    above = _line(document, paper.form_number, size=grid.SMALL_PT)
    above.paragraph_format.tab_stops.add_tab_stop(Pt(grid.WIDTH_PT), WD_TAB_ALIGNMENT.RIGHT)
    _say(above, f"\t{paper.day}", grid.BODY, grid.SMALL_PT)
    table = _table(document, len(paper.form), 2, (96, grid.WIDTH_PT - 96))
    for row, (label, content) in zip(table.rows, paper.form, strict=True):
        _fill(row.cells[0], label, grid.HEADING, grid.SMALL_PT, CENTRE)
        for n, text in enumerate(content.splitlines() or [""]):
            _fill(row.cells[1], text, grid.BODY, grid.SMALL_PT, is_first=not n)
    _line(document)
    signed = _line(document, f"{paper.signed_as}（公章）", align=RIGHT)
    signed.paragraph_format.right_indent = Pt(2 * grid.CELL_PT)


def _add_annex(document, label, table):
    start = _line(document, label, grid.HEADING)
    start.paragraph_format.page_break_before = True
    _line(document)
    _add_title(document, table.title_lines)
    first = FIRST_COLUMN_PT
    other = (grid.WIDTH_PT - first) / max(len(table.headings) - 1, 1)
    widths = (first, *[other] * (len(table.headings) - 1))
    filled = _table(document, len(table.rows) + 1, len(table.headings), widths)
    _set_margins(filled, 1)
    for cell, text in zip(filled.rows[0].cells, table.headings, strict=True):
        _fill(cell, text, grid.HEADING, grid.TABLE_PT, CENTRE)
    repeated = OxmlElement("w:tblHeader")
    filled.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row, cells in zip(filled.rows[1:], table.rows, strict=True):
        for n, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
            _fill(cell, text, grid.BODY, grid.TABLE_PT, CENTRE if n else LEFT)
        row.cells[0].paragraphs[0].paragraph_format.left_indent = Pt(4)
    for note in table.notes:
        _line(document, note, size=grid.TABLE_PT, pitch=20)


def _table(document, rows, columns, widths):
    table = document.add_table(rows, columns)
    table.style, table.alignment = document.styles["Table Grid"], WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Pt(width)
        for cell in column.cells:
            cell.width = Pt(width)
    for row in table.rows:
        # A row stays on one page.
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return table


def _set_margins(table, margin):
    """The margins left and right of the text in every cell."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        one = OxmlElement(f"w:{side}")
        one.set(qn("w:w"), str(margin * TWIPS))
        one.set(qn("w:type"), "dxa")
        margins.append(one)
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    look.addprevious(margins) if look is not None else table._tbl.tblPr.append(margins)


def _fill(cell, text, font, size, align=None, *, is_first=True):
    paragraph = cell.paragraphs[0] if is_first else cell.add_paragraph()
    paragraph.paragraph_format.line_spacing = Pt(size * 1.6)
    _say(paragraph, text, font, size)
    if align is not None:
        paragraph.alignment = align
        cell.vertical_alignment = 1


def _add_imprint(document, paper: Paper):
    """版记: three lines across the foot of the last page, which is an even one."""
    place = imprint_of(paper).place
    if place != Place.SAME_PAGE:
        _turn_to_even(document, is_numbered=place == Place.NEXT_PAGE)
    lines = [(f"抄送：{paper.copied}。", "")] if paper.copied else []
    if paper.printed_by:
        lines.append((paper.printed_by, f"{paper.printed_on}印发" if paper.printed_on else ""))
    table = document.add_table(len(lines), 1)
    table.autofit = False
    properties = table._tbl.tblPr
    _place_at_foot(properties, len(lines))
    _draw_lines(properties)
    right = Pt(grid.WIDTH_PT - grid.SMALL_PT - CELL_MARGIN_PT)
    for row, (text, day) in zip(table.rows, lines, strict=True):
        cell = row.cells[0]
        cell.width = Pt(grid.WIDTH_PT)
        _fill(cell, text, grid.BODY, grid.SMALL_PT)
        shape = cell.paragraphs[0].paragraph_format
        shape.left_indent = shape.right_indent = Pt(grid.SMALL_PT - CELL_MARGIN_PT)
        if day:
            shape.tab_stops.add_tab_stop(right, WD_TAB_ALIGNMENT.RIGHT)
            _say(cell.paragraphs[0], f"\t{day}", grid.BODY, grid.SMALL_PT)
    # A table that floats needs a paragraph to which it belongs.
    _line(document, pitch=1)


def _turn_to_even(document, *, is_numbered):
    """Begin a section on an even page; Word inserts an empty page if needed."""
    section = document.add_section(WD_SECTION.EVEN_PAGE)
    if not is_numbered:
        for footer in (section.footer, section.even_page_footer):
            footer.is_linked_to_previous = False


def _place_at_foot(properties, rows):
    """Place the table above the lower edge of the text, measured from the top of the page:
    LibreOffice misreads the margin of a later section."""
    above = (grid.PAGE_MM[1] - grid.BOTTOM_MM) * grid.PT_PER_MM - rows * (IMPRINT_PT + BORDER_PT)
    place = OxmlElement("w:tblpPr")
    for name, value in (
        ("leftFromText", "0"),
        ("rightFromText", "0"),
        ("vertAnchor", "page"),
        ("horzAnchor", "margin"),
        ("tblpXSpec", "left"),
        ("tblpY", str(int(above * TWIPS))),
    ):
        place.set(qn(f"w:{name}"), value)
    properties.insert(1, place)


def _draw_lines(properties):
    borders = OxmlElement("w:tblBorders")
    for side, width in (("top", THICK), ("bottom", THICK), ("insideH", THIN)):
        one = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", width), ("space", 0), ("color", "000000")):
            one.set(qn(f"w:{name}"), str(value))
        borders.append(one)
    properties.append(borders)
