"""12345工单: a list from the hotline, screened before anything is stored."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from neighbours import screening
from neighbours.actions import hotline as actions
from neighbours.models import HotlineTicket, HotlineVerdict
from portal.imports import ActionLoader, Column, Kind, register
from portal.imports.lookups import NotFound, Organs, Units
from portal.models import GrassrootsUnit, Organ
from portal.roles import Permission as P


class TicketLoader(ActionLoader):
    fields = {"number": "number_said"}

    def __init__(self, run):
        super().__init__(run)
        self.units, self.organs = Units(), Organs()
        self.categories, self.seen = actions.Categories(), {}

    def prepare(self, row):
        first = self.seen.setdefault(row.number_said, row.where)
        if row.number_said and first != row.where:
            row.refuse_double("number_said", first)
            return None
        told = {
            "number": row.number_said,
            "destination": row.destination,
            "batch": self.run.batch,
        }
        if row.statutory == "yes":
            # It is the task of no organ here, so it is filed under the organ of the importing user.
            return told | {"organ": self._own_organ(row), "is_statutory": True}
        unit, organ = self._place(row)
        return told | {
            "unit": unit,
            "organ": organ,
            "received_on": row.received_on,
            "category_said": row.category,
            "category": self.categories.find(row.category),
            "location": row.place,
            "summary": row.summary,
            "said": row.said,
            "given_on": row.given_on,
            "due_on": row.due_on,
        }

    def _own_organ(self, row):
        organ = self.run.by.organ
        if organ is None:
            row.refuse("", _("Your account belongs to no organ."))
        return organ

    def _place(self, row):
        """(unit or None, organ): the named unit, else the handling one; the handling organ, else
        the host of the unit."""
        unit = self._unit(row, row.unit, "unit") if row.unit else None
        if unit is None and row.handled_by and not row.problems:
            unit = self._unit(row, row.handled_by)
        organ = self._organ(row) if row.handled_by else None
        if unit is None and organ is None and not row.problems:
            column = "handled_by" if row.handled_by else "unit"
            text = row.handled_by or row.unit
            row.refuse(
                column,
                _("No unit or organ is called “%(text)s”.") % {"text": text[:40]}
                if text
                else _("Say which unit it is about, or which organ handles it."),
            )
        return unit, organ or (unit and unit.host_organ)

    def _unit(self, row, text, column=""):
        try:
            place, _group = self.units.find(text, row.township)
        except NotFound as problem:
            if column:
                row.refuse(column, problem)
            return None
        units = GrassrootsUnit.objects.select_related("host_organ__division", "division")
        return units.get(pk=place.pk)

    def _organ(self, row):
        try:
            found = self.organs.find(row.handled_by)
        except NotFound:
            return None
        return Organ.objects.select_related("division").get(pk=found.pk)

    def act(self, **facts):
        return actions.take_ticket(by=self.run.by, at=self.run.at, **facts)


def _obstacles(batch):
    """Tickets of the batch that have a matter by now."""
    tied = HotlineTicket.objects.filter(batch=batch, matter__isnull=False)
    return [
        [str(one), reverse("neighbours:ticket", args=[one.pk]), _("A matter belongs to it.")]
        for one in tied.order_by("pk")[:50]
    ]


def _before_undo(batch, ids):
    """Once its verdicts are gone, delete the tickets of the batch that have none left."""
    return lambda: HotlineTicket.objects.filter(batch=batch, verdicts=None).delete()


def _yes():
    return {"是": "yes", "否": "no"}


HOTLINE = register(
    Kind(
        name="hotline",
        title="12345工单",
        label=gettext_lazy("Tickets of the 12345 hotline"),
        permissions=(P.HOST_MATTERS, P.ASSIGN_MATTERS),
        loader=TicketLoader,
        url_name="neighbours:tickets",
        model=HotlineVerdict,
        before_undo=_before_undo,
        obstacles=_obstacles,
        scrub=screening.screened,
        columns=(
            Column("serial", "序号", is_left_out=True),
            # Screening reads the nature to decide what is kept; it is not stored.
            Column("nature", "诉求性质", "诉求类型 工单类型 性质", is_left_out=True),
            Column(
                "number_said",
                "工单号",
                "工单编号 工单编码 诉求编号 受理编号 12345工单号",
                True,
                longest=30,
                width=20,
            ),
            Column("received_on", "受理时间", "受理日期 来电时间 登记时间", kind="day", width=12),
            Column(
                "township", "所属乡镇（街道）", "所在乡镇（街道） 乡镇 街道 乡镇（街道）", width=16
            ),
            Column(
                "unit",
                "所属村（社区）",
                "村（社区） 村 社区 基层单位 所属单位",
                longest=60,
                width=18,
                note="平台中的基层单位；写不准的留空，填承办单位。",
            ),
            Column("handled_by", "承办单位", "责任单位 主办单位 办理单位", longest=60, width=20),
            Column("place", "地点", "问题地点 事发地点 发生地点 诉求地点", longest=60, width=20),
            Column("category", "诉求类别", "类别 事项类别 问题类别 诉求分类", longest=60, width=16),
            Column(
                "summary",
                "标题",
                "工单标题 诉求标题 主题 诉求内容 工单内容 内容",
                longest=60,
                width=34,
                is_private=True,
                note="只留第一句，并隐去姓名、称呼、电话、证件号码和门牌。",
            ),
            Column("due_on", "办理时限", "办结时限 处理时限 截止时间", kind="day", width=12),
            Column(
                "said",
                "中心评价",
                "办理结果评价 回访结果 满意度 评价 办理评价",
                longest=40,
                width=14,
            ),
            Column("given_on", "评价日期", "评价时间 回访时间", kind="day", width=12),
            Column("destination", "转办去向", "去向 转派单位 转办单位", longest=60, width=20),
            Column(
                "statutory",
                "属法定渠道",
                kind="choice",
                choices=_yes,
                width=12,
                note="属信访、纪检监察、政法、行政复议等渠道的填“是”，只留工单号和去向。",
            ),
        ),
        notes=(
            "来电人、电话、地址等其他列一律不读取、不保存；工单只作参考，不计时限、不进统计。",
            "属法定渠道的工单只留工单号和去向。",
        ),
    )
)
