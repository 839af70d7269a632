"""社区需求认领表, with the headings of DOMAIN 2.2 (16)."""

from outreach.filters.needs import PLEDGES_AT
from outreach.models.needs import Job
from portal.sheets.ledgers import Column, Ledger, chinese, register

_JOB = chinese(Job)


def _pledged(unit, title, job):
    return f"{unit}：{title}（{_JOB(job)}）"


# 居住社区 and 特长 are not recorded here; their columns stand empty, for a pen or to be left out.
NEED_LEDGER = register(
    Ledger(
        name="needs",
        title="社区需求认领表",
        columns=(
            Column.centred("姓名", 10, "cadre__name"),
            Column.text("单位", 18, "organ__name"),
            Column.text("居住社区", 14),
            Column.text("特长", 12),
            Column.text(
                "认领岗位/需求", 34, ("need__unit__name", "need__title", "need__job"), _pledged
            ),
            Column.day("服务日期", "served_on"),
            Column.text("内容", 34, "need__details"),
            Column.text("社区反馈", 24, "feedback"),
        ),
        rows=PLEDGES_AT.sheet_rows,
        # The official order of organs and posts; what was given back stands nowhere.
        order=("organ__sort_order", "organ", "cadre__sort_order", "cadre", "need__until", "pk"),
        said=PLEDGES_AT.said,
        notes=("注：认领出于自愿，不计时长，不作排名。",),
        paper="A4",
    )
)
