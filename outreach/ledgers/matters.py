"""民情台账, with the headings of DOMAIN 2.2 (2)."""

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from outreach.filters.matters import TABS, VIEWS, in_tab, matters_at
from outreach.ledgers.codes import chinese_words
from outreach.models import Matter, MatterAssignment, MatterStep
from outreach.models.matters import (
    Closure,
    Confidentiality,
)
from outreach.moves import MOVES
from portal.ledgers import Ledger, checked, opened_by_relation, register, words_of
from portal.roles import Permission
from portal.xlsx import day_column, text_column

opened_by_relation(Matter.objects.opened_by_relation)

METHODS = {"person": "当面", "phone": "电话", "writing": "书面", "none": "", "": ""}


def _matter_rows(user, query):
    filtered, tab, _view = matters_at(user, query)
    return in_tab(checked(filtered), tab, user)


def _said_of_matters(user, query):
    filtered, tab, view = matters_at(user, query)
    said = [("", str(TABS[tab]))] if tab else []
    return said + [("", str(VIEWS[view]))] + words_of(filtered)


def _matter_values(rows, user):
    # A supervisor reads the ledger without names (DOMAIN 8.3).
    raiser = Value("") if user.holds(Permission.INSTRUCT) else F("raiser_display")
    lead = MatterAssignment.objects.filter(matter=OuterRef("pk"), part="lead").order_by("-pk")
    noting = [move.code for move in MOVES.values() if move.is_progress]
    progress = (
        MatterStep.objects.filter(matter=OuterRef("pk"), move__in=noting)
        .exclude(text="")
        .order_by()
        .values("matter")
        .annotate(all=StringAgg("text", "；", order_by="at"))
        .values("all")
    )
    told = MatterStep.objects.filter(
        matter=OuterRef("pk"), move__in=["report", "answer_for"]
    ).order_by("-at", "-pk")
    return rows.order_by("organ__sort_order", "organ", "registered_on", "pk").values_list(
        "number_year", "number", "registered_on", "source", "township__name", "unit__name",
        "group", "raiser_kind", "confidentiality", raiser, "category", "title",
        "request_text", "urgency", "registered_by__name",
        Coalesce("lead_organ__name", Subquery(lead.values("organ__name")[:1])),
        Subquery(lead.values("officer")[:1]), "lead_official__name",
        Subquery(lead.values("assigned_at")[:1]), "due_on", Subquery(progress), "result_text",
        "resolution", "closure", "closed_on", Subquery(told.values("facts__method")[:1]),
        Subquery(told.values("at")[:1]), "word", "status", "reopen_count",
        F("merged_into__number"), "referred_to", "old_number",
    )  # fmt: skip


def _matter_cells(v):
    """One row of the sheet from one `values` tuple; labels are looked up, never queried."""
    (year, number, registered_on, source, township, unit, group, raiser_kind, confidentiality,
     raiser, category, title, details, urgency, cadre, organ, officer, official, assigned_at,
     due_on, progress, result_text, resolution, closure, closed_on, method, told_at, word, status,
     reopened, merged_number, referred_to, old_number) = v  # fmt: skip
    words = chinese_words()
    if confidentiality == Confidentiality.ANONYMOUS:
        who = "匿名"
    elif confidentiality == Confidentiality.ORGANISATION_ONLY:
        who = "（姓名保密）"
    else:
        who = raiser or words["raiser"][raiser_kind]
    result = words["resolution"].get(resolution, "")
    if closure == Closure.REFERRED:
        result = f"转有关渠道（{referred_to}）"
    elif closure == Closure.MERGED:
        result = f"并入第{merged_number}号"
    told = ""
    if told_at:
        local = timezone.localtime(told_at)
        told = f"{METHODS.get(method or '', '')} {local:%Y.%m.%d}".strip()
    remarks = [f"原编号{old_number}"] if old_number else []
    if reopened:
        remarks.append(f"重办{reopened}次")
    if closure in {Closure.UNSATISFIED, Closure.WITHDRAWN, Closure.UNRATED}:
        remarks.append(words["closure"][closure])
    return (
        f"MQ{year}-{number:04d}",
        registered_on,
        words["source"][source],
        township or "",
        f"{unit} {group}".strip(),
        who,
        words["category"][category],
        f"{title}。{details}" if details else title,
        words["urgency"][urgency],
        cadre or "",
        organ or "",
        officer or "",
        official or "",
        timezone.localdate(assigned_at) if assigned_at else None,
        due_on,
        "；".join(part for part in (progress, result_text) if part),
        result or words["status"][status],
        closed_on,
        told,
        words["word"].get(word, "") or ("未评价" if closure else ""),
        "是" if closure == Closure.SATISFIED else "否",
        "；".join(remarks),
    )


MATTER_LEDGER = register(
    Ledger(
        name="matters",
        title="民情台账",
        columns=(
            text_column("台账编号", 15, "center"),
            day_column("登记日期"),
            text_column("来源", 8, "center"),
            text_column("所在乡镇（街道）", 11),
            text_column("村（社区）/单位", 14),
            text_column("反映人/户别", 11),
            text_column("事项类别", 13),
            text_column("反映问题或诉求", 40),
            text_column("紧急程度", 9, "center"),
            text_column("登记干部", 9, "center"),
            text_column("承办（责任）单位", 14),
            text_column("责任人", 9, "center"),
            text_column("包案/牵头领导", 10, "center"),
            day_column("交办日期"),
            day_column("办理时限"),
            text_column("办理措施及进展", 36),
            text_column("办理结果", 12),
            day_column("办结日期"),
            text_column("答复方式及日期", 13, "center"),
            text_column("群众评价", 10, "center"),
            text_column("是否销号", 7, "center"),
            text_column("备注", 14),
        ),
        rows=_matter_rows,
        values=_matter_values,
        cells=_matter_cells,
        days=("registered_from", "registered_to"),
        said=_said_of_matters,
        notes=(
            "注：1.反映人按本人选择的保密方式填列；2.“是否销号”以群众认可为准，未评价不计入满意。",
        ),
    )
)
