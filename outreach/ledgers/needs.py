"""社区需求认领表, with the headings of DOMAIN 2.2 (16)."""

from django.utils import translation

from outreach.filters.needs import PledgeFilter
from outreach.models import NeedPledge
from outreach.models.needs import Job
from portal.ledgers import Ledger, checked, register, words_of
from portal.xlsx import day_column, text_column


def _filtered(user, query):
    return PledgeFilter(query, queryset=NeedPledge.objects.visible_to(user).standing(), user=user)


def _rows(user, query):
    return checked(_filtered(user, query))


def _values(rows, user):
    # In the official order of organs and posts; what was given back stands nowhere.
    return rows.order_by(
        "organ__sort_order", "organ", "cadre__sort_order", "cadre", "need__until", "pk"
    ).values_list(
        "cadre__name", "organ__name", "need__unit__name", "need__job", "need__title", "served_on",
        "need__details", "feedback",
    )  # fmt: skip


def _cells(v):
    name, organ, unit, job, title, served_on, details, feedback = v
    with translation.override("zh-hans"):
        job = str(Job(job).label)
    return (name, organ, "", "", f"{unit}：{title}（{job}）", served_on, details, feedback)


# 居住社区 and 特长 are not recorded here; their columns stand empty, for a pen or to be left out.
NEED_LEDGER = register(
    Ledger(
        name="needs",
        title="社区需求认领表",
        columns=(
            text_column("姓名", 10, "center"),
            text_column("单位", 18),
            text_column("居住社区", 14),
            text_column("特长", 12),
            text_column("认领岗位/需求", 34),
            day_column("服务日期"),
            text_column("内容", 34),
            text_column("社区反馈", 24),
        ),
        rows=_rows,
        values=_values,
        cells=_cells,
        said=lambda user, query: words_of(_filtered(user, query)),
        notes=("注：认领出于自愿，不计时长，不作排名。",),
        paper="A4",
    )
)
