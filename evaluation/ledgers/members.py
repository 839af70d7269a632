"""民主评议党员测评汇总表, with the headings of DOMAIN 2.2 (21)."""

from dataclasses import replace

from django.utils.translation import gettext as _

from evaluation.models import AppraisedMember, MemberAppraisal
from portal.asked import whole_number
from portal.ledgers import Ledger, LedgerProblem, register
from portal.xlsx import SheetColumn, text_column

GRADES = {1: "优秀", 2: "合格", 3: "基本合格", 4: "不合格"}
TITLE = "民主评议党员测评汇总表"
NOTES = (
    "注：1.本表只列测评合计数，不反映单张票；2.预备党员参加评议，不定等次；",
    "3.评为优秀的一般不超过参加评定的正式党员的三分之一。",
)


def _appraisal(user, query):
    """One branch's; every year's in one sheet would be a ranking of branches."""
    pk = whole_number(query.get("appraisal", ""))
    found = MemberAppraisal.objects.visible_to(user).filter(pk=pk).first() if pk else None
    if found is None:
        raise LedgerProblem(_("Say whose appraisal: appraisal=…, one that you may read."))
    return found


def _rows(user, query):
    return AppraisedMember.objects.filter(appraisal=_appraisal(user, query))


def _values(rows, user):
    return rows.order_by("place").values_list(
        "name", "appraisal__expected", "appraisal__present", "appraisal__valid", "ballots",
        "grade", "is_probationary",
    )  # fmt: skip


def cells(v):
    name, expected, present, valid, ballots, grade, is_probationary = v
    turnout = "/".join("" if n is None else str(n) for n in (expected, present, valid))
    words = "预备党员，不定等次" if is_probationary else GRADES.get(grade, "")
    return (name, turnout, *(ballots or [None] * 4), words)


def _said(user, query):
    appraisal = _appraisal(user, query)
    return [("党组织", appraisal.party_organization.name)]


def _period(query, at):
    pk = whole_number(query.get("appraisal", ""))
    row = MemberAppraisal.objects.filter(pk=pk).values_list("year", "party_organization__name")
    year, name = row.first() or (at.year, "")
    return f"{name}{year}年度"


def _count(heading):
    # Wide enough for the line above the table, which shares the columns.
    return SheetColumn(heading, 13, "center", "integer")


class _OfBranch(Ledger):
    """The title names the branch and not the reader's area."""

    def sheet(self, user, query, at):
        return replace(super().sheet(user, query, at), title=f"{_period(query, at)}{TITLE}")


MEMBER_LEDGER = register(
    _OfBranch(
        name="member_appraisal",
        title=TITLE,
        columns=(
            text_column("姓名", 14, "center"),
            text_column("应到/实到/有效票", 18, "center"),
            _count("优秀"),
            _count("合格"),
            _count("基本合格"),
            _count("不合格"),
            text_column("组织评定等次", 20, "center"),
        ),
        rows=_rows,
        values=_values,
        cells=cells,
        said=_said,
        paper="A4",
        notes=NOTES,
    )
)
