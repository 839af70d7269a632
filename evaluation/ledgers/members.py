"""民主评议党员测评汇总表, with the headings of DOMAIN 2.2 (21)."""

from django.utils.translation import gettext as _

from evaluation.models import AppraisedMember, MemberAppraisal
from portal.sheets.ledgers import Column, Ledger, LedgerProblem, register
from portal.tools.asked import whole_number

GRADES = {1: "优秀", 2: "合格", 3: "基本合格", 4: "不合格"}


def _appraisal(user, query):
    """The appraisal of one branch; a sheet of several would rank branches."""
    pk = whole_number(query.get("appraisal", ""))
    found = MemberAppraisal.objects.visible_to(user).filter(pk=pk).first() if pk else None
    if found is None:
        raise LedgerProblem(_("Say whose appraisal: appraisal=…, one that you may read."))
    return found


def _rows(user, query):
    return AppraisedMember.objects.filter(appraisal=_appraisal(user, query))


def _turnout(*numbers):
    return "/".join("" if n is None else str(n) for n in numbers)


def _grade(grade, is_probationary):
    return "预备党员，不定等次" if is_probationary else GRADES.get(grade, "")


def _said(user, query):
    appraisal = _appraisal(user, query)
    return [("党组织", appraisal.party_organization.name)]


def _period(query, at):
    pk = whole_number(query.get("appraisal", ""))
    row = MemberAppraisal.objects.filter(pk=pk).values_list("year", "party_organization__name")
    year, name = row.first() or (at.year, "")
    return f"{name}{year}年度"


def _ballots(mark):
    # Wide enough for the line above the table, which shares the columns.
    heading = GRADES[mark]
    return Column.number(heading, 13, "ballots", lambda sums: sums[mark - 1] if sums else None)


class _OfBranch(Ledger):
    """The title names the branch and not the reader's area."""

    def full_title(self, user, query, at, rows):
        return f"{_period(query, at)}{self.title}"


_TURNOUT = ("appraisal__expected", "appraisal__present", "appraisal__valid")
MEMBER_LEDGER = register(
    _OfBranch(
        name="member_appraisal",
        title="民主评议党员测评汇总表",
        english="Summary of the appraisal of Party members",
        columns=(
            Column.centred("姓名", 14, "name", is_personal=True),
            Column.centred("应到/实到/有效票", 18, _TURNOUT, _turnout),
            *map(_ballots, GRADES),
            Column.centred("组织评定等次", 20, ("grade", "is_probationary"), _grade),
        ),
        rows=_rows,
        order=("place",),
        said=_said,
        notes=(
            "注：1.本表只列测评合计数，不反映单张票；2.预备党员参加评议，不定等次；",
            "3.评为优秀的一般不超过参加评定的正式党员的三分之一。",
        ),
    )
)
