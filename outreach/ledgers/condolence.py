"""走访慰问花名册 and its summary, with the headings of DOMAIN 2.2 (9). No ID or bank number.

The register is the one sheet with names of recipients: its making is one audit entry, and only
rows of units for which the reader lists recipients carry the name, others its first character.
"""

from dataclasses import dataclass, replace

from django.db.models import Case, CharField, Count, F, OuterRef, Subquery, Sum, Value, When
from django.utils import translation

from outreach.actions.condolence import decrypted
from outreach.filters.condolence import TABS, RecipientFilter, in_tab
from outreach.models import CondolenceName, CondolenceRecipient, CondolenceVisit
from outreach.models.condolence import (
    CATEGORY_WORDS,
    SOURCE_WORDS,
    AgeBand,
    HardshipKind,
    RecipientCategory,
    Source,
)
from portal import audit, festivals, privacy
from portal.access import reach
from portal.festivals import Festival
from portal.ledgers import Ledger, Sheet, area_of, checked, opened_by_relation, register, words_of
from portal.models.people import Gender
from portal.roles import Permission
from portal.xlsx import SheetColumn, text_column

opened_by_relation(CondolenceRecipient.objects.opened_by_relation)

ORDER = ("-campaign__festival_on", "host_organ__sort_order", "host_organ", "unit__sort_order",
         "unit", "pk")  # fmt: skip


def _filtered(user, query):
    tab = query.get("tab") if query.get("tab") in TABS else "standing"
    rows = in_tab(tab, CondolenceRecipient.objects.visible_to(user))
    return RecipientFilter(query, queryset=rows, user=user)


def _rows(user, query):
    return checked(_filtered(user, query))


def _said(user, query):
    return words_of(_filtered(user, query))


def _sealed_name(user):
    """The encrypted name where this reader lists recipients, nothing elsewhere."""
    kept = CondolenceName.objects.filter(recipient=OuterRef("pk")).values("name_cipher")
    return Case(
        When(reach(user, Permission.LIST_RECIPIENTS), then=Subquery(kept)),
        default=Value(""), output_field=CharField(),
    )  # fmt: skip


def _visit(*fields):
    made = CondolenceVisit.objects.standing().filter(recipient=OuterRef("pk"))
    return [Subquery(made.values(field)[:1]) for field in fields]


def _values(rows, user):
    return rows.order_by(*ORDER).values_list(
        "campaign__year", "campaign__festival", "unit__name", _sealed_name(user), "masked_name",
        "gender", "age_band", "category", "joined_party", "reason", "amount", "goods",
        "goods_value", "source", "removed_reason", "serial",
        *_visit("visited_on", "first_cadre__name", "second_cadre__name"),
    )  # fmt: skip


_WORDS = {}


def _words():
    if not _WORDS:
        with translation.override("zh-hans"):
            for kind in (HardshipKind, AgeBand, Gender):
                _WORDS[kind] = {str(c.value): str(c.label) for c in kind}
        _WORDS[Gender]["0"] = ""
    return _WORDS


def _cells(v):
    (year, festival, unit, cipher, masked, gender, age, category, joined, reason, amount, goods,
     goods_value, source, removed, serial, day, first, second) = v  # fmt: skip
    words = _words()
    remarks = [f"户编号{serial}"] if serial else []
    if removed:
        remarks.append(f"已取消：{removed}")
    return (
        f"{year}年{festivals.CHINESE[Festival(festival)]}",
        unit,
        decrypted(cipher) if cipher else masked,
        words[Gender].get(gender, ""),
        words[AgeBand].get(age, ""),
        CATEGORY_WORDS[RecipientCategory(category)],
        joined.replace("-", "."),
        words[HardshipKind].get(reason, ""),
        amount or None,
        f"{goods}（折价{goods_value}元）" if goods else "",
        SOURCE_WORDS[Source(source)],
        day,
        "、".join(name for name in (first, second) if name),
        "",
        "；".join(remarks),
    )


class NamedLedger(Ledger):
    """A ledger whose rows carry names: opened while they are read, and noted once."""

    def sheet(self, user, query, at):
        sheet = super().sheet(user, query, at)
        audit.record(
            "condolence.register_made", by=user, fields=["name"],
            values=[self.name, query.dict(), sheet.expected],
        )  # fmt: skip
        campaigns = self.rows(user, query).order_by().values_list("campaign", flat=True)
        return replace(sheet, rows=self._opened(sheet.rows, list(campaigns.distinct())))

    def _opened(self, rows, campaigns):
        with privacy.opened(campaigns=campaigns):
            yield from rows


REGISTER = register(
    NamedLedger(
        name="condolence",
        title="走访慰问花名册",
        columns=(
            text_column("慰问节日", 11, "center"),
            text_column("单位", 16),
            text_column("姓名", 9, "center"),
            text_column("性别", 6, "center"),
            text_column("出生年月/年龄段", 10, "center"),
            text_column("慰问类别", 11, "center"),
            text_column("入党时间（党员）", 10, "center"),
            text_column("困难原因（类别）", 11, "center"),
            SheetColumn("慰问金（元）", 10, "center", "decimal"),
            text_column("慰问品（名称、折价）", 18),
            text_column("资金来源", 10, "center"),
            SheetColumn("慰问日期", 12, "center", "date"),
            text_column("慰问人（两人）", 14, "center"),
            text_column("领取人签字", 14),
            text_column("备注", 14),
        ),
        rows=_rows,
        values=_values,
        cells=_cells,
        notes=(
            "注：1.慰问金一般由单位账户转账发放，不登记身份证号和银行账号；2.本表含个人信息，不得外传。",
        ),
        said=_said,
    )
)  # fmt: skip


# --- The summary ----------------------------------------------------------------------------------

_CATEGORIES = tuple(CATEGORY_WORDS)


@dataclass(frozen=True)
class _Summary:
    """By unit and category, 人 and 元, the sum of all first."""

    name: str
    title: str
    columns: tuple
    days: tuple = ()
    kept: tuple = ()

    def check(self, user, query):
        _rows(user, query)
        return _said(user, query)

    def sheet(self, user, query, at):
        found = (
            _rows(user, query)
            .order_by()
            .values_list("unit", "category")
            .annotate(n=Count("pk"), value=Sum(F("amount") + F("goods_value")))
        )
        units, whole = {}, {}
        for unit, category, n, value in found:
            units.setdefault(unit, {})[category] = (n, value)
            people, yuan = whole.get(category, (0, 0))
            whole[category] = people + n, yuan + value
        names = _rows(user, query).order_by(
            "host_organ__sort_order", "host_organ", "unit__sort_order", "unit"
        )
        # A unit stands once, by the host of the day on which it was put forward first.
        order = names.values_list("unit", "unit__name")
        rows = [(None, "合计", *_both(whole))]
        rows += [
            (number, name, *_both(units.get(unit, {})))
            for number, (unit, name) in enumerate(_once(order), start=1)
        ]
        return Sheet(
            title=f"{at.year}年{area_of(user)}{self.title}", columns=self.columns,
            expected=len(rows), rows=iter(rows), notes=("注：元为慰问金与慰问品折价之和。",),
        )  # fmt: skip


def _once(pairs):
    seen = {}
    for unit, name in pairs:
        seen.setdefault(unit, name)
    return seen.items()


def _both(numbers):
    """“3/1500” under each category, as the head of the column says: persons and yuan."""
    people, yuan = (sum(pair[place] for pair in numbers.values()) for place in (0, 1))
    pairs = [*(numbers.get(category) for category in _CATEGORIES), (people, yuan)]
    return ["" if pair is None else f"{pair[0]}/{_plain(pair[1])}" for pair in pairs]


def _plain(yuan):
    return f"{yuan:.2f}".removesuffix(".00")


SUMMARY = register(
    _Summary(
        name="condolence_summary",
        title="走访慰问情况汇总表",
        columns=(
            text_column("单位", 18),
            *(text_column(f"{word}（人/元）", 13, "center") for word in CATEGORY_WORDS.values()),
            text_column("合计（人/元）", 14, "center"),
        ),
    )
)


# --- For signatures -------------------------------------------------------------------------------


def register_for_signatures(*, campaign, by):
    """[{recipient, name, visit}] of the units for which this person lists; noted once."""
    rows = (
        campaign.recipients.standing()
        .filter(reach(by, Permission.LIST_RECIPIENTS))
        .select_related("unit")
        .order_by(*ORDER)
        .for_list()
    )
    audit.record("condolence.register_made", on=campaign, by=by, fields=["name"])
    with privacy.opened(campaigns=[campaign.pk]):
        names = dict(
            CondolenceName.objects.filter(recipient__in=rows.order_by()).values_list(
                "recipient", "name_cipher"
            )
        )
    return [
        {"recipient": one, "name": decrypted(names.get(one.pk, "")) or one.masked_name,
         "category": CATEGORY_WORDS[RecipientCategory(one.category)],
         "visit": one.made[0] if one.made else None}
        for one in rows
    ]  # fmt: skip
