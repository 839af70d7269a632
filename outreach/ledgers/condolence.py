"""走访慰问花名册 and its summary, with the headings of DOMAIN 2.2 (9). No ID or bank numbers.

Only the register names recipients. Each export is one audit entry. A row carries the full name if
the reader lists recipients for its unit, otherwise only the first character.
"""

from dataclasses import replace
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Case, CharField, Count, F, OuterRef, Subquery, Sum, Value, When

from outreach.actions.condolence import decrypted
from outreach.filters.condolence import RECIPIENTS_AT
from outreach.ledgers import cells
from outreach.models import CondolenceName, CondolenceRecipient, CondolenceVisit
from outreach.models.condolence import CATEGORY_WORDS, SOURCE_WORDS, AgeBand, HardshipKind
from portal.days import festivals
from portal.days.festivals import Festival
from portal.records import audit
from portal.roles import Permission
from portal.sheets.ledgers import (
    Column,
    Ledger,
    RecordLedger,
    Sheet,
    chinese,
    first_of,
    joined,
    numbered,
    register,
)
from portal.sheets.scope import whole
from portal.sheets.wording import worded
from portal.sheets.xlsx import Kind
from portal.trust import privacy
from portal.trust.access import reach

_PLACES = ("host_organ__sort_order", "host_organ", "unit__sort_order", "unit")
ORDER = ("-campaign__festival_on", *_PLACES, "pk")
_VISIT = CondolenceVisit.objects.standing().filter(recipient=OuterRef("pk"))


def _sealed_name(user):
    """The encrypted name where this reader lists recipients, nothing elsewhere."""
    kept = CondolenceName.objects.filter(recipient=OuterRef("pk")).values("name_cipher")
    listed = When(reach(user, Permission.LIST_RECIPIENTS), then=Subquery(kept))
    return Case(listed, default=Value(""), output_field=CharField())


def _festival(year, festival):
    return f"{year}年{festivals.CHINESE[Festival(festival)]}"


def _remarks(serial, removed):
    remarks = [f"{worded('户编号')}{serial}"] if serial else []
    if removed:
        remarks.append(f"已取消：{removed}")
    return "；".join(map(str, remarks))


class NamedLedger(Ledger):
    """A ledger with names: unlocked while the rows are read, with one audit entry."""

    is_noted = True

    def sheet(self, user, query, at):
        sheet = super().sheet(user, query, at)
        values = [self.name, query.dict(), sheet.expected]
        audit.record("condolence.register_made", by=user, fields=["name"], values=values)
        campaigns = self.found(user, query).order_by().values_list("campaign", flat=True)
        return replace(sheet, rows=self._opened(sheet.rows, list(campaigns.distinct())))

    def _opened(self, rows, campaigns):
        with privacy.opened(campaigns=campaigns):
            yield from rows


COLUMNS = (
    Column.centred("慰问节日", 11, ("campaign__year", "campaign__festival"), _festival),
    Column.text("单位", 16, "unit__name"),
    Column.centred(
        "姓名",
        9,
        (_sealed_name, "masked_name"),
        lambda cipher, masked: decrypted(cipher) if cipher else masked,
        # Other readers see only the first character.
        is_personal=lambda user: user.holds(Permission.LIST_RECIPIENTS),
    ),
    Column.centred("性别", 6, "gender", cells.gender),
    Column.centred("出生年月/年龄段", 10, "age_band", chinese(AgeBand)),
    Column.centred("慰问类别", 11, "category", CATEGORY_WORDS.__getitem__),
    Column.centred("入党时间（党员）", 10, "joined_party", lambda month: month.replace("-", ".")),
    Column.centred("困难原因（类别）", 11, "reason", chinese(HardshipKind)),
    Column.money("慰问金（元）", 11, "amount", lambda yuan: yuan or None),
    Column.text("名称", 12, "goods", group="慰问品"),
    Column.money("折价（元）", 11, "goods_value", lambda yuan: yuan or None, group="慰问品"),
    Column.centred("资金来源", 10, "source", SOURCE_WORDS.__getitem__),
    Column.day("慰问日期", first_of(_VISIT, "visited_on")),
    Column.centred(
        "慰问人（两人）",
        14,
        (first_of(_VISIT, "first_cadre__name"), first_of(_VISIT, "second_cadre__name")),
        joined("、"),
    ),
    Column.text("领取人签字", 14),
    Column.text("备注", 14, ("serial", "removed_reason"), _remarks),
)

REGISTER = register(
    NamedLedger(
        name="condolence",
        title="走访慰问花名册",
        english="Register of recipients of festival visits",
        columns=COLUMNS,
        address=RECIPIENTS_AT,
        order=ORDER,
        day="campaign__festival_on",
        whole=whole(CondolenceRecipient.objects.standing),
        notes=(
            "注：1.慰问金一般由单位账户转账发放，不登记身份证号和银行账号；2.本表含个人信息，不得外传。",
        ),
    )
)


# --- The summary ----------------------------------------------------------------------------------


class _Line(NamedTuple):
    name: str
    numbers: dict  # {category: (persons, yuan)}


class SummaryLedger(RecordLedger):
    """人 and 元 by unit and category; the total comes first."""

    def sheet(self, user, query, at):
        found = self.found(user, query)
        whole, *units = self.lines(found, user)
        rows = [(None, *whole), *numbered(units)] if units else []
        sheet = Sheet(
            title=self.full_title(user, query, at, found),
            columns=self.columns,
            expected=len(rows),
            rows=iter(rows),
            notes=self.notes,
        )
        return self.scoped(sheet, user, query, at)

    def records(self, rows, user):
        found = rows.order_by().values_list("unit", "category")
        units, whole = {}, {}
        for unit, category, n, value in found.annotate(n=Count("pk"), value=_YUAN):
            units.setdefault(unit, {})[category] = (n, value)
            people, yuan = whole.get(category, (0, 0))
            whole[category] = people + n, yuan + value
        yield _Line("合计", whole)
        # A unit appears once, under its host on the day its first recipient was put forward.
        names = {}
        for unit, name in rows.order_by(*_PLACES).values_list("unit", "unit__name"):
            names.setdefault(unit, name)
        for unit, name in names.items():
            yield _Line(name, units.get(unit, {}))


_YUAN = Sum(F("amount") + F("goods_value"))
_BOTH: tuple[tuple[str, Kind, int], ...] = (("人", "integer", 6), ("元", "decimal", 10))


def _columns_of(word, numbers):
    """Columns 人 and 元 of a category; `numbers` maps a line to (persons, yuan) or None."""
    for place, (unit, kind, width) in enumerate(_BOTH):

        def cell(line, place=place):
            pair = numbers(line)
            return pair and pair[place]

        yield Column(unit, width, "center", kind, word, code=f"{word}{unit}", cell=cell)


def _of(category):
    return lambda line: line.numbers.get(category)


def _together(line):
    return [sum(pair[place] for pair in line.numbers.values()) for place in (0, 1)]


SUMMARY = register(
    SummaryLedger(
        name="condolence_summary",
        title="走访慰问情况汇总表",
        english="Summary of festival visits",
        columns=(
            Column.text("单位", 18, cell=attrgetter("name")),
            *(
                column
                for category, word in CATEGORY_WORDS.items()
                for column in _columns_of(word, _of(category))
            ),
            *_columns_of("合计", _together),
        ),
        address=RECIPIENTS_AT,
        whole=whole(CondolenceRecipient.objects.standing),
        day="campaign__festival_on",
        notes=("注：元为慰问金与慰问品折价之和。",),
    )
)


# --- For signatures -------------------------------------------------------------------------------


def register_for_signatures(*, campaign, by):
    """Return [{recipient, name, category, visit}] for the units where this person lists recipients;
    one audit entry."""
    rows = campaign.recipients.standing().filter(reach(by, Permission.LIST_RECIPIENTS))
    rows = rows.select_related("unit").order_by(*ORDER).for_list()
    audit.record("condolence.register_made", on=campaign, by=by, fields=["name"])
    names = CondolenceName.objects.filter(recipient__in=rows.order_by())
    with privacy.opened(campaigns=[campaign.pk]):
        names = dict(names.values_list("recipient", "name_cipher"))
    return [
        {
            "recipient": one,
            "name": decrypted(names.get(one.pk, "")) or one.masked_name,
            "category": CATEGORY_WORDS[one.category],
            "visit": one.made[0] if one.made else None,
        }
        for one in rows
    ]
