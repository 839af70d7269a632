"""Fills in a questionnaire as a browser without script does: each page is sent with its fields."""

from django.http import QueryDict

from research.questionnaires import drawing

TODAY = "2026-03-01"


def questions(blocks):
    """The questions of a page by place, including those in groups and rows."""
    found = {}
    for block in blocks:
        if block.kind == "question":
            found[block.place] = block
        elif block.kind == "group":
            found |= questions(block.blocks)
        else:
            for row in block.rows:
                found |= questions(row.blocks)
    return found


class Filler:
    """Fills in a questionnaire: `step` is the server's last answer, `fill(place=…)` types,
    `press(…)` submits the page."""

    def __init__(self, definition, *, language="", whole=False, today=TODAY):
        self.definition, self.whole, self.today = definition, whole, today
        self.step = drawing.begin(definition, today=today, language=language, whole=whole)

    @property
    def page(self):
        return self.step.page

    @property
    def shown(self):
        return [one.place for one in questions(self.page.blocks).values() if one.is_shown]

    @property
    def errors(self):
        return {one.place: one.said for one in self.page.errors}

    def fields(self, answers):
        page, sent = self.page, QueryDict(mutable=True)
        sent.update({"page": page.key, "carried": page.carried, "language": page.language})
        for place, one in questions(page.blocks).items():
            if one.is_ask and not one.is_fixed:
                said = answers.get(place, one.value)
                said = said.split() if one.control == "several" else [said]
                sent.setlist(f"a:{place}", said)
        return sent

    def press(self, go="next", answers=(), **typed):
        sent = self.fields(dict(answers) | typed)
        sent["go"] = go
        self.step = drawing.proceed(self.definition, sent, today=self.today, whole=self.whole)
        return self.step
