"""Random changes for tests that compare numbers with records: every move that a rule allows."""

import random
from datetime import timedelta

from django.utils import timezone

from outreach.actions import follow_ups, matters, taking_back, visits
from outreach.models import FollowUp, Matter, MatterStep, Visit
from outreach.models.matters import Category, Urgency, Word
from outreach.moves import MOVES
from outreach.rules import matters as rules
from outreach.rules import taking_back as taking_back_rules

FORWARD = {
    "take_up",
    "assign",
    "sign",
    "report",
    "pass_review",
    "confirm",
    "handle_again",
    "close_unsatisfied",
    "settle_order",
}
ACTORS = (
    "author",
    "host",
    "host2",
    "desk",
    "desk2",
    "handler",
    "support",
    "supervisor",
    "neighbour_host",
)


class Changes:
    """Reproducible for the same seed; `done` contains the moves made."""

    def __init__(self, people, seed):
        self.people, self.rng, self.done = people, random.Random(seed), set()
        self.regrets = random.Random(seed)

    def step(self):
        """Make one change (a visit, a correction, a word, a try or a move) and return which."""
        kind = self.rng.choices(
            (self.visit, self.correct, self.void, self.word, self.sample, self.move),
            (3, 1, 1, 4, 1, 14),
        )[0]
        return kind()

    def visit(self):
        people, rng = self.people, self.rng
        place = rng.choice([people.village, people.village, people.other_village])
        along = rng.sample([people.cadre2, people.neighbour], rng.randrange(3))
        people.visit(
            place=place,
            companions=along,
            visited_on=self.day(),
            matters=[
                {
                    "category": rng.choice(Category.values),
                    "urgency": rng.choice(Urgency.values),
                    "raiser_kind": rng.choice(["villager", "villager", "found"]),
                    "outcome": rng.choice(["", "", "", "on_the_spot", "referred"]),
                    "result_text": "当场答复。",
                    "referred_to": "县信访局",
                }
                for _ in range(rng.randrange(3))
            ],
        )
        return "visit"

    def day(self):
        return timezone.localdate() - timedelta(days=self.rng.randrange(75))

    def correct(self):
        visit = self.rng.choice(list(Visit.objects.standing()) or [None])
        if visit is None:
            return None
        people = self.people
        visits.correct_visit(
            visit=visit,
            by=people.author,
            at=timezone.now(),
            visited_on=self.day(),
            companions=self.rng.sample([people.cadre2, people.neighbour], self.rng.randrange(3)),
        )
        return "correct"

    def void(self):
        free = list(Visit.objects.standing().filter(matters=None))
        if not free:
            return None
        visits.void_visit(
            visit=self.rng.choice(free), by=self.people.author, reason="录错", at=timezone.now()
        )
        return "void"

    def word(self):
        calls = list(FollowUp.objects.open_on(timezone.localdate()))
        if not calls:
            return None
        call, people = self.rng.choice(calls), self.people
        by = next(
            (
                u
                for u in (people.author, people.desk2, people.office, people.host2)
                if rules.may_record_word(u, call)
            ),
            None,
        )
        if by is None:
            caller = next(
                (
                    u
                    for u in (people.desk2, people.office, people.host2, people.host)
                    if rules.may_be_called_by(u, call)
                ),
                None,
            )
            if caller is None:
                return None
            follow_ups.arrange_call(
                follow_up=call, caller=caller, by=people.desk2, at=timezone.now()
            )
            by = caller
        said = self.rng.choice([w for w in Word.values if w != Word.UNREACHABLE])
        follow_ups.record_word(follow_up=call, by=by, at=timezone.now(), word=said)
        self.done.add(f"word:{call.kind}")
        return "word"

    def sample(self):
        """Like the nightly draw, but with every result in the sample."""
        answered = MatterStep.objects.filter(move__in=["pass_review", "confirm"]).values("matter")
        for matter in Matter.objects.filter(
            pk__in=answered, status__in=["closed", "awaiting_word"]
        ):
            if matter.has_somebody_to_ask and matter.closure != "merged":
                FollowUp.objects.get_or_create(
                    matter=matter,
                    kind="sample",
                    round=matter.reopen_count,
                    side=None,
                    defaults={"starts_on": timezone.localdate(), "due_on": timezone.localdate()},
                )
        return "sample"

    def move(self):
        """Move one matter, mostly forward, so that every state is reached."""
        found = list(Matter.objects.order_by("pk"))
        if not found:
            return None
        matter = self.rng.choice(found)
        codes = [code for code in MOVES if matter.status in MOVES[code].possible_in]
        actors = list(ACTORS)
        self.rng.shuffle(codes)
        self.rng.shuffle(actors)
        if self.rng.random() < 0.8:
            codes.sort(key=lambda code: code not in FORWARD)
        for code in codes:
            for name in actors:
                if not rules.may(getattr(self.people, name), matter, code):
                    continue
                by, facts = getattr(self.people, name), self.facts(code, matter)
                try:
                    self.people.move(matter, code, by, **facts)
                except matters.RefusedValue:
                    break
                self.done.add(code)
                if self.regrets.random() < 0.2:
                    self.there_and_back(matter, code, by, facts)
                return code
        return None

    def there_and_back(self, matter, code, by, facts):
        """Take a move back if possible, and make it again."""
        matter = Matter.objects.get(pk=matter.pk)
        if taking_back_rules.may_take_back(by, matter):
            taking_back.take_back(matter=matter, by=by, at=timezone.now(), reason="点错了")
            self.people.move(Matter.objects.get(pk=matter.pk), code, by, **facts)
            self.done.add("take_back")

    def facts(self, code, matter):
        people, rng = self.people, self.rng
        soon = timezone.localdate() + timedelta(days=rng.randrange(9))
        others = Matter.objects.open().exclude(pk=matter.pk).order_by("pk")
        return {"text": "随机变化"} | {
            "assign": {
                "lead": rng.choice([people.water, people.roads]),
                "due_on": timezone.localdate() - timedelta(days=rng.randrange(-5, 12)),
                "lead_official": rng.choice([None, people.cadre]),
            },
            "report": {"resolution": "solved"},
            "answer_for": {"resolution": "partly"},
            "ask_extension": {"new_due_on": matter.due_on + timedelta(days=2)},
            "ask_referred": {"channel": "县信访局"},
            "ask_merged": {"target": others.first()},
            "order": {"due_on": soon},
            "mediate": {"agreed_a": True, "agreed_b": False},
        }.get(code, {})
