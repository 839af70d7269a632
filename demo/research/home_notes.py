"""Two home notes: one private to its author, one given to the office."""

from demo.texts import rows
from demo.told import Storyteller
from research.actions import home_notes


def make(county):
    told = Storyteller(county)
    by = told.user("wangjianguo")
    for ago, given, (place, situation, suggestion) in zip(
        (50, 22), (False, True), rows("research.txt", "home notes"), strict=True
    ):
        said = {"place": place, "situation": situation, "suggestion": suggestion}
        note = told.do(home_notes.write_home_note, by, ago, seen_on=told.day(ago), **said)
        if given:
            told.do(home_notes.give_home_note, by, ago - 2, note=note)
