"""谈心谈话登记表: of the organs that the reader hosts. It has no column for what was said."""

from portal.sheets.ledgers import Column, Ledger, chinese, register
from portal.sheets.scope import whole
from works.filters.talks import TALKS_AT
from works.models import Talk
from works.models.talks import TalkTopic

TALK_LEDGER = register(
    Ledger(
        name="talks",
        title="谈心谈话登记表",
        english="Register of talks",
        columns=(
            Column.day("日期", "talked_on"),
            Column.centred("谈话人", 11, "cadre__name"),
            Column.text("职务", 24, "cadre__post"),
            Column.centred(
                "谈话对象",
                11,
                ("other__name", "other_name"),
                lambda cadre, name: cadre or name,
                is_personal=True,
            ),
            Column.text(
                "所在单位",
                20,
                ("unit__name", "other__organ__name"),
                lambda unit, organ: unit or organ or "",
            ),
            Column.centred("类别", 14, "topic", chinese(TalkTopic)),
            Column.text("备注", 24),
        ),
        address=TALKS_AT,
        order=("organ__sort_order", "organ", "talked_on", "pk"),
        day="talked_on",
        days=("from_day", "to_day"),
        whole=whole(Talk.objects.standing),
        notes=("注：只登记时间、双方和类别，不记录谈话内容。",),
    )
)
