"""接访（下访）登记表, with the headings of DOMAIN 2.2 (14)."""

from django.db.models import Case, CharField, F, Func, Value, When
from django.utils import translation

from outreach.filters.receptions import in_tab, receptions_at
from outreach.ledgers.codes import chinese_words
from outreach.models import Matter, ReceptionItem
from outreach.models.matters import Closure, Confidentiality
from outreach.models.receptions import ReceptionForm
from portal.access import reach
from portal.ledgers import Ledger, checked, register, words_of
from portal.roles import Permission
from portal.xlsx import day_column, text_column


def _rows(user, query):
    """The matters of the days that the list shows, as far as the reader reads both."""
    filtered, tab = receptions_at(user, query)
    days = in_tab(checked(filtered), tab)
    return ReceptionItem.objects.filter(
        reception__in=days.order_by().values("pk"),
        matter__in=Matter.objects.visible_to(user).order_by().values("pk"),
    )


def _said(user, query):
    return words_of(receptions_at(user, query)[0])


def _values(rows, user):
    # Who came stands on the sheet of those who hold receptions there; supervisors read without.
    who = Value("", output_field=CharField())
    if not user.holds(Permission.INSTRUCT):
        names = Func(F("visitors"), Value("、"), function="array_to_string")
        named = reach(user, Permission.HOLD_RECEPTIONS, via="reception__")
        who = Case(When(named, then=names), default=who, output_field=CharField())
    return rows.order_by("reception__held_on", "reception", "pk").values_list(
        "reception__held_on", "reception__leader__name", "reception__post", "reception__place",
        "reception__form", who, "matter__confidentiality", "matter__raiser_kind",
        "matter__title", "matter__request_text", "matter__township__name", "matter__unit__name",
        "matter__group", "opinion", "matter__lead_organ__name", "matter__lead_official__name",
        "matter__due_on", "matter__resolution", "matter__result_text", "matter__closure",
        "matter__status", "matter__referred_to", "matter__number_year", "matter__number",
        "matter__registered_on",
    )  # fmt: skip


def _cells(v):
    (day, leader, post, place, form, who, confidentiality, raiser_kind, title, details, township,
     unit, group, opinion, organ, official, due_on, resolution, result_text, closure, status,
     referred_to, year, number, registered_on) = v  # fmt: skip
    words = chinese_words()
    if confidentiality == Confidentiality.ANONYMOUS:
        who = "匿名"
    elif confidentiality == Confidentiality.ORGANISATION_ONLY:
        who = "（姓名保密）"
    else:
        who = who or words["raiser"][raiser_kind]
    result = words["resolution"].get(resolution) or words["status"][status]
    if referred_to:
        # Of what was referred only the channel and the day are kept.
        who, due_on = "", None
        result = f"已引导至{referred_to}（{registered_on:%Y.%m.%d}）"
    elif closure == Closure.SATISFIED:
        result = f"{result}（已销号）"
    with translation.override("zh-hans"):
        form = str(ReceptionForm(form).label)
    return (
        day,
        f"{leader}　{post}".strip(),
        place,
        form,
        who,
        f"{title}。{details}" if details else title,
        " ".join(part for part in (township, unit, group) if part),
        opinion,
        organ or "",
        official or "",
        due_on,
        "；".join(part for part in (result, result_text) if part),
        f"MQ{year}-{number:04d}",
    )


RECEPTION_LEDGER = register(
    Ledger(
        name="receptions",
        title="接访（下访）登记表",
        columns=(
            day_column("日期"),
            text_column("接访领导", 16),
            text_column("地点", 18),
            text_column("形式", 12, "center"),
            text_column("来访人", 14),
            text_column("反映问题", 38),
            text_column("问题发生地", 16),
            text_column("接待处理意见", 26),
            text_column("责任单位", 14),
            text_column("包案领导", 10, "center"),
            day_column("时限"),
            text_column("办理结果", 24),
            text_column("备注", 14, "center"),
        ),
        rows=_rows,
        values=_values,
        cells=_cells,
        said=_said,
        days=("held_from", "held_to"),
        notes=(
            "注：1.来访人只登记称谓，多人来访的代表不超过5人（《信访工作条例》第二十条）；2.引导至法定渠道的只记去向和日期。",
        ),
    )
)
