"""轻车简从和减负情况统计表: by organ, in the official order, never ranked."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from evaluation import burden
from evaluation.forms.figures import BurdenForm
from evaluation.models.ballots import Question
from evaluation.rules import figures as rules
from outreach.overview.dashboard_forms import scope_label
from portal.sheets.ledgers import (
    Column,
    LedgerProblem,
    RecordLedger,
    Sheet,
    numbered,
    register,
)
from portal.sheets.periods import Period
from portal.sheets.scope import area_of, empty_words

CHUNK = 200
WORDS = {
    Question.DINING: "接受吃请",
    Question.GIFTS: "收受礼品",
    Question.RETINUE: "层层陪同",
    Question.BURDEN: "增加群众负担",
}


def share(part, whole):
    return f"{100 * part / whole:.1f}%" if whole else ""


class _Line(NamedTuple):
    organ: Any
    counted: dict


def _counted(heading, name, width=10):
    return Column.number(heading, width, cell=lambda line: line.counted[name])


def _said(question):
    def cell(line):
        answers = line.counted["answers"].get(question.value)
        return f"{answers[0]}/{answers[1]}" if answers else "—"

    return cell


class BurdenLedger(RecordLedger):
    """Rows are organs, counted in chunks while writing."""

    def _asked(self, user, query):
        if not rules.may_see_numbers(user):
            raise LedgerProblem(rules.may_see_numbers(user).refusal)
        form = BurdenForm(query, user=user)
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
        period = Period(days.first, days.last).on_paper
        return Sheet(
            title=f"{period}{area_of(user)}{self.title}",
            columns=self.columns,
            expected=organs.count(),
            rows=numbered(self.lines((visits, days, list(organs)), user)),
            notes=self.notes,
            empty=empty_words(period, scope_label(scope), [], False),
        )

    def records(self, rows, user):
        visits, days, organs = rows
        for start in range(0, len(organs), CHUNK):
            chunk = organs[start : start + CHUNK]
            counted = burden.lines(visits, days, chunk, on=user.today)
            for one in chunk:
                yield _Line(one, counted[one.pk])


BURDEN_LEDGER = register(
    BurdenLedger(
        name="burden",
        title="轻车简从和基层负担情况统计表",
        english="Statistics of travelling light and of burdens",
        columns=(
            Column.text("单位", 24, cell=lambda line: line.organ.name),
            _counted("走访次数", "visits"),
            _counted("陪同超过规定次数", "followed"),
            Column.centred(
                "占比", 9, cell=lambda line: share(line.counted["followed"], line.counted["visits"])
            ),
            _counted("所到村当周走访超限（村周）", "weeks", 14),
            _counted("未用餐", "none"),
            _counted("自付餐费", "paid"),
            _counted("接受用餐", "treated"),
            *(
                Column.centred(f"群众反映{words}（有/答）", 14, cell=_said(question))
                for question, words in WORDS.items()
            ),
        ),
        notes=(
            "注：1.按单位顺序排列，不作排名；2.用餐情况由干部自愿填报；",
            "3.群众反映来自已公示或已结束的考核周期的评议票，作答不足5张的不列。",
        ),
    )
)
