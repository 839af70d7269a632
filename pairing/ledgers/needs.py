"""未满足需求清单: what is open and nobody has met yet, the oldest of each township first."""

from django.db.models import DateField, Value
from django.utils import translation

from pairing.filters.needs import NeedFilter, needs_in
from pairing.models.needs import HelpKind, Urgency
from portal.ledgers import Ledger, checked, register, words_of
from portal.xlsx import SheetColumn, day_column, text_column


def _filtered(user, query):
    return NeedFilter(query, queryset=needs_in("open", user), user=user)


def _rows(user, query):
    return checked(_filtered(user, query))


def _values(rows, user):
    # The official order of hosts and units, then by age; of a household no name and no number.
    return rows.order_by(
        "unit__host_organ__sort_order", "unit__host_organ", "unit__sort_order", "noted_on", "pk"
    ).values_list(
        "township__name", "host_organ__name", "unit__name", "household", "kind", "what",
        "urgency", "amount", "noted_on", "until", Value(user.today, output_field=DateField()),
    )  # fmt: skip


def _cells(v):
    township, host, unit, household, kind, what, urgency, amount, noted_on, until, today = v
    with translation.override("zh-hans"):
        kind, urgency = str(HelpKind(kind).label), str(Urgency(urgency).label)
    return (
        township or host, unit, "农户（居民户）" if household else "村（社区）、单位", kind, what,
        urgency, amount, noted_on, until,
        (today - noted_on).days,
    )  # fmt: skip


UNMET_LEDGER = register(
    Ledger(
        name="unmet_needs",
        title="未满足需求清单",
        columns=(
            text_column("乡镇（街道）", 16),
            text_column("村（社区）/单位", 20),
            text_column("需求对象", 16, "center"),
            text_column("需求类别", 10, "center"),
            text_column("需求内容", 36),
            text_column("紧急程度", 10, "center"),
            SheetColumn("需求金额（元）", 14, "right", "decimal"),
            day_column("提出日期"),
            day_column("有效期至"),
            SheetColumn("未满足天数", 10, "center", "integer"),
        ),
        rows=_rows,
        values=_values,
        cells=_cells,
        said=lambda user, query: words_of(_filtered(user, query)),
        notes=("注：家庭需求只列帮扶类别，不列户名、户号。",),
        paper="A4",
    )
)
