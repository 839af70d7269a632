"""软弱涣散基层党组织整顿台账: import of the running cases of the office's old register.

Closed cases are not imported: an import must not bring back a label.
"""

import re

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pairing.actions.weak_cases import take_over_case
from pairing.actions.weak_plans import add_item
from pairing.ledgers.weak import LEVELS, situation_words
from pairing.models import CaseSituation, CaseStep, RectificationItem, WeakOrganizationCase
from portal.imports import ActionLoader, Column, Kind, cells, register
from portal.models import PartyOrganization
from portal.roles import Permission

_NUMBER = re.compile(r"(?<!\d)(10|[1-9])(?!\d)")


class WeakCaseLoader(ActionLoader):
    """Imports one case a row: decided by the document of the import, with an item for each
    situation."""

    fields = {"party_organization": "organization", "due_on": "plan_due_on"}

    def __init__(self, run):
        super().__init__(run)
        self.today = timezone.localdate(run.at)
        self.words = {cells.plainly(w.partition(".")[2]): c for c, w in situation_words().items()}

    def prepare(self, row):
        organization = self._organization(row)
        situations = self._situations(row)
        if row.closed == "yes":
            row.refuse("closed", _("It is written off already; only running cases are taken over."))
        if row.decided_on and row.decided_on > self.today:
            row.refuse("decided_on", _("This day lies in the future."))
        if row.plan_due_on and row.plan_due_on < self.today:
            row.refuse("plan_due_on", _("This day lies in the past."))
        if row.problems:
            return None
        names = ("level", "decided_on", "measure", "responsible", "plan_due_on")
        facts = {name: getattr(row, name) for name in names}
        return facts | {"organization": organization, "situations": situations}

    def _organization(self, row):
        rows = PartyOrganization.objects.of_units().current(self.today)
        rows = rows.select_related("unit__host_organ", "unit__division__parent")
        found = list(rows.filter(name=row.organization))
        if row.township:
            found = [one for one in found if row.township in _where(one)] or found
        if not found:
            row.refuse("organization", _("No Party organisation of a unit has this name."))
        elif len(found) > 1:
            row.refuse("organization", _("Several have this name; add the township."))
        return found[0] if len(found) == 1 else None

    def _situations(self, row):
        text = cells.plainly(row.situations)
        found = {code for words, code in self.words.items() if words in text}
        found = found or {f"{int(n):02}" for n in _NUMBER.findall(row.situations)}
        if not found:
            row.refuse("situations", _("Name the situations by their numbers, 1 to 10."))
        return sorted(found)

    def act(self, *, measure, responsible, plan_due_on, **facts):
        told = {"by": self.run.by, "at": self.run.at}
        facts |= {"year": self.today.year, "document": self.run.batch.document}
        case = take_over_case(goal=measure, plan_due_on=plan_due_on, **told, **facts)
        item = {"measure": measure, "responsible": responsible, "due_on": plan_due_on}
        for situation in facts["situations"]:
            add_item(case=case, situation=situation, **told, **item)
        return case


def _where(organization):
    place = organization.unit.division
    names = [organization.unit.host_organ.name, organization.unit.host_organ.label]
    if place is not None and place.parent is not None:
        names.append(place.parent.name)
    return names


def _left_out(name, heading):
    return Column(name, heading, is_left_out=True)


WEAK_CASES = register(
    Kind(
        name="weak_organizations",
        title="软弱涣散基层党组织整顿台账",
        label=gettext_lazy("Register of weak Party organisations"),
        permissions=(Permission.DECIDE_WEAK_CASES,),
        loader=WeakCaseLoader,
        url_name="pairing:weak_cases",
        model=WeakOrganizationCase,
        parts=(CaseStep, CaseSituation, RectificationItem),
        notes=("注：只导入在整顿的党组织；“存在问题”填情形序号（1至10），不写个人。",),
        columns=(
            _left_out("number", "序号"),
            Column("township", "乡镇（街道）", "所在乡镇（街道） 乡镇", kind="name"),
            Column("organization", "党组织名称", "党组织", True, width=24),
            _left_out("secretary", "党组织书记"),
            _left_out("members", "党员人数"),
            Column(
                "level",
                "类型（软弱涣散/后进）",
                "类型",
                True,
                kind="choice",
                choices=lambda: {words: code.value for code, words in LEVELS.items()},
            ),
            Column(
                "situations",
                "存在问题（对应情形）",
                "存在问题 对应情形",
                True,
                width=24,
                longest=600,
                note="填情形序号，如 1、4。",
            ),
            Column("measure", "整改措施", "", True, width=30, longest=300),
            _left_out("leader", "联村县级领导"),
            _left_out("first_secretary", "第一书记"),
            _left_out("paired", "结对帮扶单位"),
            _left_out("town_leader", "包村乡镇领导"),
            Column("responsible", "责任人", "", True, longest=60, note="填职务。"),
            Column("plan_due_on", "完成时限", "整改时限", True, kind="day"),
            Column("decided_on", "认定时间", kind="day"),
            _left_out("progress", "进展情况"),
            _left_out("accepted", "验收时间"),
            _left_out("satisfied", "群众满意度"),
            Column(
                "closed", "是否销号", "", kind="choice", choices=lambda: {"是": "yes", "否": "no"}
            ),
            _left_out("remark", "备注"),
        ),
    )
)
