"""The nation's totals of a year as a sheet: a row for each place and month."""

from django.utils import timezone, translation

from nation import folding, reading
from portal.sheets import xlsx
from portal.tools import languages


def write(target, cells, within, year):
    with translation.override(languages.chinese()):
        _write(target, cells, within, year)


def _write(target, cells, within, year):
    columns = reading.headings(folding.published())
    frame = xlsx.SheetFrame(
        name="汇总",
        title="各省汇总数据",
        columns=[
            xlsx.SheetColumn("省份", 14),
            xlsx.SheetColumn("地区", 22),
            xlsx.SheetColumn("区划代码", 10),
            xlsx.SheetColumn("月份", 10),
            *(
                xlsx.SheetColumn(str(one.title), 12, align="right", kind="integer")
                for one in columns
            ),
            xlsx.SheetColumn("数据截至", 18),
        ],
        paper="A3",
        notes=("不足5的数并入上一级“其他”，不单独列出；“<5”表示合计不足5。",),
    )
    xlsx.write_sheet(target, frame, _rows(cells, within, year, columns))


def _rows(cells, within, year, columns):
    by_code = {one.code: one for one in cells}
    key = "cell || ' ' || division_code || ' ' || to_char(day, 'YYYY-MM')"
    sums = reading.sums(cells, within, year, [one.code for one in columns], key)
    keys = sorted(key.split(" ") for key in sums.of)
    names = reading.names_of({code for _cell, code, _month in keys})
    for cell, code, month in keys:
        one = by_code[cell]
        moment = f"{timezone.localtime(one.as_of):%Y-%m-%d %H:%M:%S}"
        cells_of = sums.cells(f"{cell} {code} {month}", columns)
        values = ["<5" if value is None else value for value in cells_of]
        yield [one.name, names.get(code, code), code, month, *values, moment]
