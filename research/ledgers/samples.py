"""问卷应答情况表: dispositions of the drawn units of one sample, by stratum."""

from django.utils.translation import gettext as _

from portal.sheets.ledgers import (
    Column,
    LedgerProblem,
    RecordLedger,
    Sheet,
    numbered,
    register,
)
from portal.tools.asked import whole_number
from research.models import Sample
from research.models.answers import Channel
from research.responses import Line, lines_of


def _number(heading, width, value, group=""):
    return Column.number(heading, width, cell=value, group=group)


def _came(channel):
    return lambda line: line.by(channel)


class ResponseLedger(RecordLedger):
    """One line for each stratum, and 合计. Its rate is not the sum of the column, so it is computed
    separately."""

    def found(self, user, query):
        pk = whole_number(query.get("sample") or "")
        rows = Sample.objects.of_roles(user).filter(drawn_at__isnull=False)
        sample = rows.select_related("organ").filter(pk=pk).first() if pk else None
        if sample is None:
            raise LedgerProblem(_("Choose a sample that is drawn."))
        return sample

    def words(self, user, query):
        return [(_("Sample"), self.found(user, query).title)]

    def sheet(self, user, query, at):
        sample = self.found(user, query)
        lines, whole = lines_of(sample)
        whole.stratum = "合计"
        rows = [
            *numbered(self.lines(lines, user)),
            *((None, *one) for one in self.lines([whole], user)),
        ]
        return Sheet(
            title=_title(sample),
            columns=self.columns,
            expected=len(rows),
            rows=iter(rows),
            notes=self.notes,
        )

    def records(self, rows, user) -> list[Line]:
        return rows


def _title(sample):
    """Title by the questionnaire, which usually ends with 问卷; spot checks have none."""
    if sample.questionnaire_id is None:
        return f"{sample.title}应答情况表"
    return f"{sample.title.removesuffix('问卷')}问卷应答情况表"


RESPONSES = register(
    ResponseLedger(
        name="responses",
        title="问卷应答情况表",
        english="Response to questionnaires",
        columns=(
            Column.text("层", 18, cell=lambda line: str(line.stratum)),
            _number("抽样框数", 10, lambda line: line.in_frame),
            _number("抽取数", 9, lambda line: line.drawn),
            _number("启用备用数", 11, lambda line: line.from_reserve),
            _number("不符合条件", 11, lambda line: line.ineligible),
            _number("完成", 8, lambda line: line.complete),
            _number("拒访", 8, lambda line: line.refused),
            _number("未遇", 8, lambda line: line.not_met),
            Column.centred("应答率", 16, cell=lambda line: line.rate),
            _number("入户", 8, _came(Channel.VISIT), "方式"),
            _number("链接", 8, _came(Channel.LINK), "方式"),
            _number("纸质", 8, _came(Channel.PAPER), "方式"),
            Column.text("备注", 16, cell=lambda line: ""),
        ),
        notes=(
            "注：1.应答率＝完成÷（抽取数－不符合条件），启用的备用样本计入抽取数；",
            "2.空户、地址不存在或名册缺号的计入不符合条件；3.方式含部分完成的答卷。",
        ),
    )
)
