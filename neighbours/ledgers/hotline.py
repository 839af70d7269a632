"""热线工单登记表, 热线工单办理情况表, 热线类别对照表."""

from neighbours.filters.hotline import TICKETS_AT
from neighbours.models import CategoryCode
from outreach.models.matters import Category, Resolution, Word
from portal.kinds import KINDS
from portal.models.places import UnitKind
from portal.sheets.ledgers import Column, Ledger, RecordLedger, chinese, joined, register

_CATEGORY, _RESOLUTION, _WORD = chinese(Category), chinese(Resolution), chinese(Word)
NOTES = ("注：各栏按热线工单原样填列，不作为本单位办理时限和考核依据。",)
ORDER = ("host_organ__sort_order", "host_organ", "noted_on", "pk")


class _TicketLedger(Ledger):
    def found(self, user, query):
        return super().found(user, query).with_verdict()


class _ResultLedger(_TicketLedger):
    """Only tickets with a matter."""

    def found(self, user, query):
        return super().found(user, query).filter(matter__isnull=False)


def _kept(is_statutory, text):
    return "法定渠道，不保留内容" if is_statutory else str(text)


TICKET_LEDGER = register(
    _TicketLedger(
        name="hotline_tickets",
        title="热线工单登记表",
        english="Register of hotline tickets",
        columns=(
            Column.centred("工单号", 20, "number"),
            Column.day("受理日期", "received_on"),
            Column.text(
                "单位", 18, ("unit__name", "host_organ__name"), lambda unit, host: unit or host
            ),
            Column.text("地点", 20, "location"),
            Column.text("事由", 30, ("is_statutory", "summary"), _kept),
            Column.text(
                "类别",
                16,
                ("category_said", "category"),
                lambda said, ours: said or _CATEGORY(ours),
            ),
            Column.day("时限", "due_on"),
            Column.centred("中心评价", 12, "said"),
            Column.text("去向", 18, "sent_to"),
            Column.text("备注", 12),
        ),
        address=TICKETS_AT,
        order=ORDER,
        day="noted_on",
        days=("from_day", "to_day"),
        notes=NOTES,
    )
)


RESULT_LEDGER = register(
    _ResultLedger(
        name="hotline_results",
        title="热线工单办理情况表",
        english="Results of hotline tickets",
        columns=(
            Column.centred("工单号", 20, "number"),
            Column.text("单位", 18, "unit__name"),
            Column.text(
                "办理结果",
                44,
                ("matter__resolution", "matter__result_text"),
                lambda resolution, text: joined("；")(_RESOLUTION(resolution), text),
            ),
            Column.day("答复日期", "matter__answered_on"),
            Column.centred("复核", 12, "matter__word", _WORD),
            Column.text("备注", 14),
        ),
        address=TICKETS_AT,
        order=ORDER,
        day="noted_on",
        days=("from_day", "to_day"),
        notes=("注：只列已有对应事项的工单，不含来电人信息；复核为群众本人评价。",),
    )
)


class _CodeLedger(RecordLedger):
    """One row for each category, with or without a code."""

    def found(self, user, query):
        return codes()

    def expected(self, rows):
        return len(rows)

    def records(self, rows, user):
        yield from rows


def codes():
    """[(category, its row or None)] in the order of the categories: the common ones, and any other
    that has a row."""
    known = {row.category: row for row in CategoryCode.objects.all()}
    of_all = KINDS[UnitKind.RURAL].categories
    shown = [one for one in Category if one.value in of_all or one.value in known]
    return [(one.value, known.get(one.value)) for one in shown]


def _of_row(name):
    return lambda line: getattr(line[1], name) if line[1] else ""


CODE_LEDGER = register(
    _CodeLedger(
        name="hotline_codes",
        title="热线类别对照表",
        english="Categories of the hotline",
        columns=(
            Column.centred("事项类别", 20, cell=lambda line: _CATEGORY(line[0])),
            Column.centred("热线分类代码", 14, cell=_of_row("code")),
            Column.text("热线分类名称", 26, cell=_of_row("name_said")),
            Column.text("依据", 40, cell=_of_row("basis")),
            Column.text("备注", 12, cell=lambda _line: ""),
        ),
        period=lambda query, at: "",
        notes=("注：代码由各地按12345热线分类标准自行填写，一类可对应一个代码。",),
    )
)
