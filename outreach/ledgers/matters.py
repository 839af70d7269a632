"""民情台账, with the headings of DOMAIN 2.2 (2)."""

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import F, Func, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from outreach.filters.matters import MATTERS_AT, TABS, VIEWS
from outreach.ledgers import cells
from outreach.models import Matter, MatterAssignment, MatterStep
from outreach.models.matters import Category, Closure, Resolution, Source, Status, Urgency, Word
from outreach.moves import MOVES
from portal.models.text import MaskedTextField
from portal.roles import Permission
from portal.sheets.ledgers import (
    Column,
    Ledger,
    chinese,
    first_of,
    joined,
    opened_by_relation,
    register,
)
from portal.sheets.scope import whole

opened_by_relation(Matter.objects.opened_by_relation)

METHODS = {"person": "当面", "phone": "电话", "writing": "书面", "none": "", "": "", None: ""}
_LEAD = MatterAssignment.objects.filter(matter=OuterRef("pk"), part="lead").order_by("-pk")
_TOLD = MatterStep.objects.standing().filter(
    matter=OuterRef("pk"), move__in=["report", "answer_for"]
)
_TOLD = _TOLD.order_by("-at", "-pk")
_CLOSURE, _RESOLUTION, _STATUS, _WORD = map(chinese, (Closure, Resolution, Status, Word))


def _said(user, query):
    tab, view = query.get("tab"), MATTERS_AT.at(user, query).view
    said = [("", str(TABS[tab]))] if tab in TABS else []
    return [*said, ("", str(VIEWS[view])), *MATTERS_AT.said(user, query)]


def _raiser(user):
    """A supervisor reads the ledger without names (DOMAIN 8.3)."""
    return Value("") if user.holds(Permission.INSTRUCT) else F("raiser_display")


def _steps(user):
    noting = [move.code for move in MOVES.values() if move.is_progress]
    steps = MatterStep.objects.standing().filter(matter=OuterRef("pk"), move__in=noting)
    steps = steps.exclude(text="").order_by().values("matter")
    return Subquery(
        steps.annotate(
            all=StringAgg("text", "；", order_by="at", output_field=MaskedTextField())
        ).values("all")
    )


def _progress(status, *texts):
    """What was done; for an open matter preceded by its status."""
    said = "；".join(filter(None, ("" if status == Status.CLOSED else _STATUS(status), *texts)))
    return said.replace("。；", "；")


def _result(resolution, closure, referred_to, merged_number):
    if closure == Closure.REFERRED:
        return f"转有关渠道（{referred_to}）"
    if closure == Closure.MERGED:
        return f"并入第{merged_number}号"
    if closure == Closure.WITHDRAWN:
        # The remark says so, and an earlier reported result no longer applies.
        return ""
    return _RESOLUTION(resolution)


def _assigned_on(at, is_imported, told_on):
    if at is None or is_imported:
        return told_on
    return timezone.localdate(at)


def _told(facts, at):
    if at is None:
        return ""
    day = facts.get("day", "") if "import" in facts else str(timezone.localdate(at))
    return f"{METHODS.get(facts.get('method'), '')} {day.replace('-', '.')}".strip()


def _remarks(old_number, first_due_on, due_on, reopened, closure):
    remarks = [f"原编号{old_number}"] if old_number else []
    if due_on and first_due_on is None:
        remarks.append("时限自补录之日起算")
    if reopened:
        remarks.append(f"重办{reopened}次")
    if closure in {Closure.UNSATISFIED, Closure.WITHDRAWN, Closure.UNRATED}:
        remarks.append(_CLOSURE(closure))
    return "；".join(map(str, remarks))


def _written_off(closure):
    """是 or 否 by the people's word alone; — if they gave none or need not give one."""
    if closure == Closure.SATISFIED:
        return "是"
    return "否" if closure in {"", Closure.UNSATISFIED} else "—"


# Read with the owner's rights: the reader may not see the matter it was merged into.
NUMBER_MERGED_INTO = Func(
    "merged_into_id", function="outreach_number_of_matter", output_field=IntegerField()
)

COLUMNS = (
    Column.centred("台账编号", 15, ("number_year", "number"), cells.matter_number),
    Column.day("登记日期", "registered_on"),
    Column.centred("来源", 8, "source", chinese(Source)),
    Column.text("所在乡镇（街道）", 11, ("township__name", "host_organ__name"), cells.under),
    Column.text("村（社区）/单位", 14, ("unit__name", "group"), joined(" ")),
    Column.text("反映人/户别", 11, ("confidentiality", _raiser, "raiser_kind"), cells.raiser),
    Column.text("事项类别", 13, "category", chinese(Category)),
    Column.text("反映问题或诉求", 34, ("title", "request_text"), cells.request),
    Column.centred("紧急程度", 9, "urgency", chinese(Urgency)),
    Column.centred("登记干部", 9, "registered_by__name"),
    Column.text(
        "承办（责任）单位", 14, Coalesce("lead_organ__name", first_of(_LEAD, "organ__name"))
    ),
    Column.centred("责任人", 9, first_of(_LEAD, "officer")),
    Column.centred("包案/牵头领导", 10, "lead_official__name"),
    Column.day(
        "交办日期",
        tuple(first_of(_LEAD, name) for name in ("assigned_at", "is_imported", "told_on")),
        _assigned_on,
    ),
    Column.day("办理时限", "due_on"),
    Column.text("办理措施及进展", 32, ("status", _steps, "result_text"), _progress),
    Column.text(
        "办理结果",
        12,
        ("resolution", "closure", "referred_to", NUMBER_MERGED_INTO),
        _result,
    ),
    Column.centred("转办单号", 16, "referred_number", is_off=True),
    Column.day("办结日期", "closed_on"),
    Column.centred("答复方式及日期", 13, (first_of(_TOLD, "facts"), first_of(_TOLD, "at")), _told),
    Column.centred(
        "群众评价",
        10,
        ("word", "closure"),
        lambda word, closure: _WORD(word) or ("未评价" if closure else ""),
    ),
    Column.centred("是否销号", 7, "closure", _written_off),
    Column.text(
        "备注",
        14,
        ("old_number", "original_due_on", "due_on", "reopen_count", "closure"),
        _remarks,
    ),
)

MATTER_LEDGER = register(
    Ledger(
        name="matters",
        title="民情台账",
        english="Matter ledger",
        columns=COLUMNS,
        address=MATTERS_AT,
        order=("organ__sort_order", "organ", "registered_on", "pk"),
        day="registered_on",
        days=("registered_from", "registered_to"),
        whole=whole(Matter.objects.all),
        said=_said,
        notes=(
            "注：1.反映人按本人选择的保密方式填列；2.“是否销号”以群众认可为准，未评价、无须评价的填“—”；",
            "　　3.办理结果在报送结果后填列，未报送的见“办理措施及进展”。",
        ),
    )
)
