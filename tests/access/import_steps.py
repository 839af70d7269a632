"""The steps of an import: sheets, words, known rows, and the list of what came in."""

from tests.sheets import bring, workbook

OFFICE = frozenset({"office"})
PAGES = {
    ("get", "portal:import_sheets"): (OFFICE, 200, 404, {}),
    ("get", "portal:import_values"): (OFFICE, 200, 404, {}),
    ("get", "portal:import_rows"): (OFFICE, 200, 404, {}),
    ("post", "portal:update_known"): (OFFICE, 302, 404, {}),
}


def records(people):
    headings = ["单位名称", "单位类型", "所在区划"]
    batch = bring(
        "organs",
        workbook(headings, ["县林草局", "政府机关", "云岭县"], ["县农机局", "机关", "云岭县"]),
        people.office,
    )
    return {name.removeprefix("portal:"): [batch.pk] for _method, name in PAGES}
