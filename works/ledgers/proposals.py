"""职工代表大会提案登记表: what was proposed, and the outcome of its matter."""

from django.db.models import OuterRef
from django.db.models.functions import Coalesce

from outreach.models import MatterAssignment
from outreach.models.matters import Category, Closure, Word
from portal.sheets.ledgers import Column, Ledger, chinese, first_of, register
from portal.sheets.scope import whole
from works.filters.proposals import PROPOSALS_AT
from works.models import CongressProposal, CongressStep
from works.models.proposals import ProposalState

_CATEGORY, _WORD, _STATE = chinese(Category), chinese(Word), chinese(ProposalState)
_LEAD = MatterAssignment.objects.filter(matter=OuterRef("matter"), part="lead").order_by("-pk")
_REFUSED = CongressStep.objects.filter(
    proposal=OuterRef("pk"), move__in=("not_filed", "withdrawn")
).order_by("-at", "-pk")
FILED = {ProposalState.FILED: "是", ProposalState.TAKEN_UP: "是", ProposalState.COLLECTED: ""}


def number(year, number):
    return f"TA{year}-{number:04}"


def _word(word, closure):
    return _WORD(word) or ("未评价" if closure else "")


def _is_over(state, closure):
    if state != ProposalState.TAKEN_UP:
        return ""
    return "是" if closure else "否"


def _remark(state, year, merged, closure, reason):
    if state == ProposalState.MERGED:
        return f"并入{number(year, merged)}"
    if state in (ProposalState.NOT_FILED, ProposalState.WITHDRAWN):
        return f"{_STATE(state)}：{reason}"
    return "提案人撤回" if closure == Closure.WITHDRAWN else ""


PROPOSAL_LEDGER = register(
    Ledger(
        name="congress_proposals",
        title="职工代表大会提案登记表",
        english="Register of proposals to the workers' congress",
        columns=(
            Column.centred("编号", 12, ("number_year", "number"), number),
            Column.text("届次", 14, "session"),
            Column.text("提案题目", 28, "title"),
            Column.text("类别", 12, "category", _CATEGORY),
            Column.text("代表团", 12, "delegation"),
            Column.centred("附议人数", 8, "seconders", str),
            Column.centred("是否立案", 8, "state", lambda state: FILED.get(state, "否")),
            Column.text(
                "承办单位",
                14,
                Coalesce("matter__lead_organ__name", first_of(_LEAD, "organ__name")),
            ),
            Column.day("答复日期", "matter__answered_on"),
            Column.centred("提案人评价", 10, ("matter__word", "matter__closure"), _word),
            Column.centred("办结", 7, ("state", "matter__closure"), _is_over),
            Column.text(
                "备注",
                18,
                (
                    "state",
                    "merged_into__number_year",
                    "merged_into__number",
                    "matter__closure",
                    first_of(_REFUSED, "text"),
                ),
                _remark,
            ),
        ),
        address=PROPOSALS_AT,
        order=("organ__sort_order", "organ", "created_at", "pk"),
        day="created_at",
        days=("from_day", "to_day"),
        whole=whole(CongressProposal.objects.all),
        notes=(
            "注：立案后转入职工诉求台账承办，承办单位、答复、评价按台账填列；附议人数不作排名。",
        ),
    )
)
