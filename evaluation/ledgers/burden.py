"""轻车简从和减负情况统计表: by organ, in the official order, never ranked."""

from django.utils.translation import gettext as _

from evaluation import burden
from evaluation.forms.figures import EvaluationForm
from evaluation.models.ballots import Question
from evaluation.rules import figures as rules
from outreach.dashboard_forms import scope_label
from portal.ledgers import Ledger, LedgerProblem, Sheet, area_of, register
from portal.xlsx import SheetColumn, text_column

CHUNK = 200
WORDS = {
    Question.DINING: "接受吃请", Question.GIFTS: "收受礼品", Question.RETINUE: "层层陪同",
    Question.BURDEN: "增加群众负担",
}  # fmt: skip


def _count(heading, width=10):
    return SheetColumn(heading, width, "center", "integer")


def share(part, whole):
    return f"{100 * part / whole:.1f}%" if whole else ""


def cells(organ, line):
    said = [
        f"{line['answers'][one.value][0]}/{line['answers'][one.value][1]}"
        if one.value in line["answers"] else "—"
        for one in WORDS
    ]  # fmt: skip
    return (
        organ.name, line["visits"], line["followed"], share(line["followed"], line["visits"]),
        line["weeks"], line["none"], line["paid"], line["treated"], *said,
    )  # fmt: skip


class BurdenLedger(Ledger):
    """Counted by organ as it is written; its rows are organs."""

    def _asked(self, user, query):
        if not rules.may_see_numbers(user):
            raise LedgerProblem(rules.may_see_numbers(user).refusal)
        form = EvaluationForm(query, user=user)
        if not form.is_valid():
            raise LedgerProblem(next(iter(form.errors.values()))[0])
        return form.scope, form.days

    def check(self, user, query):
        scope, days = self._asked(user, query)
        return [(_("Area"), scope_label(scope)), (_("Period"), f"{days.first} – {days.last}")]

    def sheet(self, user, query, at):
        scope, days = self._asked(user, query)
        visits = burden.visits_of(scope, days)
        organs = burden.organs(visits).order_by("sort_order", "pk")
        return Sheet(
            title=f"{days.first}至{days.last}{area_of(user)}{self.title}", columns=self.columns,
            expected=organs.count(), rows=self._lines(visits, days, organs, user.today),
            notes=self.notes, paper=self.paper,
        )  # fmt: skip

    def _lines(self, visits, days, organs, today):
        organs = list(organs)
        for start in range(0, len(organs), CHUNK):
            chunk = organs[start : start + CHUNK]
            counted = burden.lines(visits, days, chunk, on=today)
            for number, one in enumerate(chunk, start=start + 1):
                yield (number, *cells(one, counted[one.pk]))


BURDEN_LEDGER = register(
    BurdenLedger(
        name="burden",
        title="轻车简从和基层负担情况统计表",
        columns=(
            text_column("单位", 24),
            _count("走访次数"),
            _count("陪同超过规定次数"),
            text_column("占比", 9, "center"),
            _count("所到村当周走访超限（村周）", 14),
            _count("未用餐"),
            _count("自付餐费"),
            _count("接受用餐"),
            *(text_column(f"群众反映{words}（有/答）", 14, "center") for words in WORDS.values()),
        ),
        rows=None,
        values=None,
        cells=None,
        notes=(
            "注：1.按单位顺序排列，不作排名；2.用餐情况由干部自愿填报；",
            "3.群众反映来自已公示或已结束的考核周期的评议票，作答不足5张的不列。",
        ),
    )
)
