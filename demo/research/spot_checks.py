"""A running batch of random spot checks in households drawn from the villages' lists."""

from demo.research import drawing
from research.actions import samples
from research.models.samples import FrameSource
from research.models.topics import Method
from research.rules import samples as rules


def make(topic, villages):
    """Make the batch in villages of one township, which are not told."""
    batch = topic.plan(20, villages, 8, -10, [Method.SPOT_CHECK])
    batch = topic.arrange(batch, 13)
    sample = topic.do(
        samples.prepare_sample,
        12,
        batch=batch,
        **drawing.plan(
            title="农机作业托管入户抽查",
            source=FrameSource.ROSTERS,
            area=villages[0].division.parent,
            described="石桥镇各行政村户名册编号，不含社区",
            number=2,
            households=4,
        ),
    )
    sample = drawing.draw(topic.told, sample, topic.by, frozen=11, seeded=10)
    drawing.give_to(topic.told, sample, topic.by, 9, topic.people[:2])
    drawn = list(sample.drawn.order_by("position"))
    checked = [one for one in drawn if one.unit_id == drawn[0].unit_id and one.asked_by_id]
    for one in checked:
        became = rules.Disposition.COMPLETE
        topic.do(samples.note_disposition, 4, drawn=one, disposition=became)
    if checked:
        unit = next(village for village in villages if village.pk == checked[0].unit_id)
        topic.check(batch, 4, unit, sample, len(checked), len(checked))
