"""Scores, ballots and their sums, though they hold figures alone, are about somebody who is named:
they stand behind the second wall too (docs/adr/0084)."""

from importlib import import_module

from django.db import migrations

from portal.migrations._walls import both, either, lowered, raised

wall = import_module("evaluation.migrations.0007_second_wall")

OF_ITS_POLL = both(wall.COUNTS, wall.of_poll("evaluation_poll poll", "poll.id = poll_id"))
WALLS = {
    "evaluation_score": wall.OF_APPRAISED,
    "evaluation_scoreevidence": wall.OF_APPRAISED,
    "evaluation_tally": wall.OF_APPRAISED,
    "evaluation_ballot": either(wall.OF_APPRAISED, OF_ITS_POLL),
    "evaluation_meetingcount": either(wall.OF_APPRAISED, OF_ITS_POLL),
    "evaluation_paperentry": both(
        wall.COUNTS,
        wall.of_poll(
            "evaluation_paperbatch batch JOIN evaluation_poll poll ON poll.id = batch.poll_id",
            "batch.id = batch_id",
        ),
    ),
    "evaluation_hint": both(wall.KEEPS, wall.of_poll("evaluation_poll poll", "poll.id = poll_id")),
}


class Migration(migrations.Migration):
    dependencies = [
        ("evaluation", "0007_second_wall"),
        ("portal", "0020_second_wall_of_careers"),
    ]

    operations = [migrations.RunSQL(raised(WALLS), lowered(WALLS))]
