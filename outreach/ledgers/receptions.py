"""接访（下访）登记表, with the headings of DOMAIN 2.2 (14)."""

from django.db.models import Case, CharField, F, Func, Value, When

from outreach.filters.receptions import RECEPTIONS_AT
from outreach.ledgers import cells
from outreach.models import Matter, ReceptionItem
from outreach.models.matters import Closure, Resolution
from outreach.models.receptions import ReceptionForm
from portal.roles import Permission
from portal.sheets.ledgers import Column, Ledger, chinese, joined, register
from portal.sheets.scope import whole
from portal.trust.access import reach

_RESOLUTION = chinese(Resolution)


def _rows(user, query):
    """The matters of the listed days, if the reader may read both day and matter."""
    days = RECEPTIONS_AT.sheet_rows(user, query)
    return ReceptionItem.objects.filter(
        reception__in=days.order_by().values("pk"),
        matter__in=Matter.objects.visible_to(user).of_roles(user).order_by().values("pk"),
    )


def _visitors(user):
    """Visitors are shown to those who hold receptions there; supervisors see none."""
    nobody = Value("", output_field=CharField())
    if user.holds(Permission.INSTRUCT):
        return nobody
    names = Func(F("visitors"), Value("、"), function="array_to_string")
    named = reach(user, Permission.HOLD_RECEPTIONS, via="reception__")
    return Case(When(named, then=names), default=nobody, output_field=CharField())


# Of referred matters only channel and day are kept.
def _who(referred_to, *raised):
    return "" if referred_to else cells.raiser(*raised)


def _due_on(referred_to, due_on):
    return None if referred_to else due_on


def _result(referred_to, registered_on, resolution, closure, text):
    """The result, empty before there is one."""
    if referred_to:
        return joined("；")(f"已引导至{referred_to}（{registered_on:%Y.%m.%d}）", text)
    written_off = "（已销号）" if closure == Closure.SATISFIED else ""
    return joined("；")(f"{_RESOLUTION(resolution)}{written_off}", text)


def _matter(names):
    return tuple(f"matter__{name}" for name in names.split())


COLUMNS = (
    Column.day("日期", "reception__held_on"),
    Column.text("接访领导", 16, ("reception__leader__name", "reception__post"), joined("　")),
    Column.text("地点", 18, "reception__place"),
    Column.centred("形式", 12, "reception__form", chinese(ReceptionForm)),
    Column.text(
        "来访人",
        14,
        (*_matter("referred_to confidentiality"), _visitors, *_matter("raiser_kind")),
        _who,
        is_personal=lambda user: user.holds(Permission.HOLD_RECEPTIONS),
    ),
    Column.text("反映问题", 38, _matter("title request_text"), cells.request),
    Column.text("问题发生地", 16, _matter("township__name unit__name group"), joined(" ")),
    Column.text("接待处理意见", 26, "opinion"),
    Column.text("责任单位", 14, "matter__lead_organ__name"),
    Column.centred("包案领导", 10, "matter__lead_official__name"),
    Column.day("时限", _matter("referred_to due_on"), _due_on),
    Column.text(
        "办理结果",
        24,
        _matter("referred_to registered_on resolution closure result_text"),
        _result,
    ),
    Column.centred("备注", 14, _matter("number_year number"), cells.matter_number),
)

RECEPTION_LEDGER = register(
    Ledger(
        name="receptions",
        title="接访（下访）登记表",
        english="Register of reception days",
        columns=COLUMNS,
        rows=_rows,
        order=("reception__held_on", "reception", "pk"),
        said=RECEPTIONS_AT.said,
        day="reception__held_on",
        days=("held_from", "held_to"),
        whole=whole(ReceptionItem.objects.all, via="reception__"),
        notes=(
            "注：1.来访人只登记称谓，多人来访的代表不超过5人（《信访工作条例》第二十条）；2.引导至法定渠道的只记去向和日期。",
        ),
    )
)
