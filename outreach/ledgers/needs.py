"""社区需求认领表, with the headings of DOMAIN 2.2 (16)."""

from outreach.filters.needs import PLEDGES_AT
from outreach.models import NeedPledge
from outreach.models.needs import Job
from portal.sheets.ledgers import Column, Ledger, chinese, register
from portal.sheets.scope import whole

_JOB = chinese(Job)


def _pledged(unit, title, job):
    return f"{unit}：{title}（{_JOB(job)}）"


# 居住社区 and 特长 are not recorded here: off by default, and blank for handwriting if shown.
NEED_LEDGER = register(
    Ledger(
        name="needs",
        title="社区需求认领表",
        english="Needs of communities taken up",
        columns=(
            Column.centred("姓名", 10, "cadre__name"),
            Column.text("单位", 18, "organ__name"),
            Column.text("居住社区", 14, is_off=True),
            Column.text("特长", 12, is_off=True),
            Column.text(
                "认领岗位/需求", 34, ("need__unit__name", "need__title", "need__job"), _pledged
            ),
            Column.day("服务日期", "served_on"),
            Column.text(
                "内容", 34, ("need__details", "need__title"), lambda said, title: said or title
            ),
            Column.text("社区反馈", 24, "feedback"),
        ),
        address=PLEDGES_AT,
        # The official order of organs and posts; pledges given back are left out.
        order=("organ__sort_order", "organ", "cadre__sort_order", "cadre", "need__until", "pk"),
        whole=whole(NeedPledge.objects.not_given_back, via="need__"),
        day="pledged_at",
        notes=("注：认领出于自愿，不计时长，不作排名。",),
    )
)
