"""Stories of demo matters: a plan says how far a matter goes, its story makes the moves one by one.

A story is a generator: it yields the number of working days to wait, then acts by the same rules
and moves as the pages (held.py). Many stories run interleaved in chronological order (county.py).
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from demo.outreach.words import TOLD
from outreach.models.matters import Closure, Status
from portal.days import workdays
from portal.roles import Role

SATISFIED, BASICALLY, UNSATISFIED = "satisfied", "basically", "unsatisfied"
DECLINED, UNREACHABLE = "declined", "unreachable"
# Share of matters, closed by plan, that are answered too late: about nine in ten are in time.
LATE_SHARE = 0.12
HAPPY = (SATISFIED, SATISFIED, SATISFIED, BASICALLY)


@dataclass(frozen=True)
class Plan:
    """One way that a matter can go: the route, how far, and what happens on it."""

    code: str
    # Number of matters of the county with this plan; a small county has one.
    count: int
    route: str
    # The stage at which the story stops; empty: it runs to its end.
    until: str = ""
    # Range of the working days between registration and today.
    since: tuple[int, int] = (30, 235)
    # The people's word on each result; empty: satisfied or basically satisfied.
    words: tuple[str, ...] = ()
    happens: frozenset[str] = frozenset()
    outcome: str = ""
    category: str = ""
    organ: str = ""
    # The remedy (works, money …) that an issue must need to get this plan; empty: any.
    remedy: str = ""

    def drawn(self, rng):
        """Draw the number of working days between registration and today."""
        first, last = self.since
        if last <= 100:
            return rng.randint(first, last)
        # More in recent months, as if the programme had to become known first.
        return first + int((last - first) * rng.random() ** 1.3)

    @property
    def must_be_late(self):
        return self.code.endswith("_late") or self.code == "dragging"

    @property
    def may_take_long(self):
        return self.must_be_late or self.words.count(UNSATISFIED) > 1


def _plan(code, count, route, *happens, **more):
    return Plan(code, count, route, happens=frozenset(happens), **more)


LONG = (60, 235)
PLANS = (
    # Closed by the people's word.
    _plan("spot", 109, "spot", outcome="on_the_spot", since=(15, 235)),
    _plan("host", 171, "host"),
    _plan("desk", 165, "desk"),
    _plan("support", 42, "desk", "support"),
    _plan("returned", 20, "desk", "return", since=LONG),
    _plan("paper", 8, "desk", category="13", organ="县气象站", since=LONG),
    _plan("extended", 25, "desk", "extension", since=LONG),
    _plan("not_extended", 6, "desk", "refused_extension", since=LONG),
    _plan("dispute", 20, "host", "mediate", category="12"),
    _plan("ordered", 11, "desk", "order", since=LONG),
    _plan("urged", 17, "desk", "urge", since=LONG),
    _plan("suspended_then_done", 6, "desk", "suspend", remedy="工程", since=(90, 235)),
    _plan("reopened", 22, "desk", words=(UNSATISFIED, SATISFIED), since=(90, 235)),
    _plan("reopened_by_host", 8, "host", words=(UNSATISFIED, BASICALLY), since=(90, 235)),
    _plan("explained", 17, "desk", "explain", words=(BASICALLY,), since=LONG),
    _plan("sent_back", 11, "desk", "send_back", since=LONG),
    _plan("transferred", 14, "desk", "transfer", since=LONG),
    # Closed without a rating.
    _plan("anonymous", 34, "host", "anonymous"),
    _plan("organisation_only", 22, "desk", "organisation"),
    _plan("found", 31, "host", "found"),
    _plan("declined", 20, "desk", words=(DECLINED,)),
    _plan("unreachable", 17, "host", words=(UNREACHABLE,), since=LONG),
    # Closed otherwise.
    _plan("unsatisfied", 14, "desk", words=(UNSATISFIED, UNSATISFIED), since=(110, 235)),
    _plan("referred", 17, "spot", outcome="referred", since=(8, 235)),
    _plan("referred_later", 8, "desk", "refer", since=LONG),
    _plan("withdrawn", 21, "host", "withdraw", since=(15, 235)),
    _plan("merged", 12, "merge", since=(4, 14)),
    # Open.
    _plan("registered", 10, "host", until="registered", since=(0, 2)),
    _plan("registered_late", 2, "host", until="registered", since=(8, 12)),
    _plan("escalated", 5, "desk", until="escalated", since=(2, 5)),
    _plan("assigned", 6, "desk", until="assigned", since=(4, 6)),
    _plan("assigned_late", 2, "desk", until="assigned", since=(8, 12)),
    _plan("half_signed", 2, "desk", "support", until="half_signed", since=(6, 9)),
    _plan("at_the_host", 9, "host", until="in_progress", since=(2, 5)),
    _plan("host_late", 4, "host", "urge", until="in_progress", since=(13, 18)),
    _plan("at_an_organ", 12, "desk", until="in_progress", since=(6, 10)),
    _plan("organ_late", 5, "desk", "urge", until="in_progress", since=(17, 25)),
    # Open for more than a month; becomes a prominent problem (demo.pairing.leading).
    _plan(
        "dragging",
        4,
        "desk",
        until="in_progress",
        category="02",
        organ="县水利局",
        since=(31, 36),
    ),
    _plan("due_tomorrow", 3, "desk", "due_tomorrow", until="in_progress", since=(7, 14)),
    _plan("reopened_open", 3, "desk", until="reopened", words=(UNSATISFIED,), since=(16, 22)),
    _plan("final", 2, "desk", "return", until="in_progress", since=(14, 18)),
    _plan("extension_asked", 2, "desk", "extension", until="extension_asked", since=(9, 13)),
    _plan("extension_granted", 3, "desk", "extension", until="extended", since=(11, 15)),
    _plan("order_open", 2, "desk", "order", until="ordered", since=(10, 13)),
    _plan("order_answered", 2, "desk", "order", until="order_answered", since=(15, 20)),
    _plan("order_settled", 2, "desk", "order", until="order_settled", since=(18, 24)),
    _plan("asked_on_the_spot", 3, "spot", until="asked", outcome="on_the_spot", since=(0, 2)),
    _plan("asked_explained", 2, "desk", "explain", until="asked", since=(9, 14)),
    _plan("asked_suspended", 2, "desk", "suspend", until="asked", remedy="工程", since=(9, 14)),
    _plan("asked_referred", 2, "desk", "refer", until="asked", since=(9, 14)),
    _plan("asked_merged", 2, "merge", until="asked", since=(3, 6)),
    _plan("asked_withdrawn", 2, "host", "withdraw", until="asked", since=(3, 8)),
    _plan("suspended", 3, "desk", "suspend", until="suspended", remedy="工程", since=(24, 60)),
    _plan("reported_by_host", 3, "host", until="reported", since=(8, 10)),
    _plan("reported", 4, "desk", until="reported", since=(10, 15)),
    _plan(
        "paper_waiting", 2, "desk", until="assigned", category="13", organ="县气象站", since=(4, 7)
    ),
    _plan("awaiting_word", 9, "desk", until="awaiting", since=(22, 30)),
    _plan("tried_twice", 2, "host", until="tried", words=(UNREACHABLE,), since=(24, 30)),
    _plan("mediating", 2, "host", "mediate", until="mediated", category="12", since=(6, 9)),
    _plan("one_side_spoke", 2, "host", "mediate", until="one_side", category="12", since=(24, 30)),
    _plan("twice", 2, "desk", until="twice", words=(UNSATISFIED, UNSATISFIED), since=(28, 34)),
    _plan(
        "twice_reviewed",
        2,
        "desk",
        until="twice_reviewed",
        words=(UNSATISFIED, UNSATISFIED),
        since=(30, 38),
    ),
)

# Together these create every kind of row that belongs to a matter.
TINY_PLANS = tuple(
    plan
    for plan in PLANS
    if plan.code
    in {"desk", "order_open", "tried_twice", "one_side_spoke", "asked_on_the_spot", "registered"}
)


class Stop(Exception):
    """Raised when the story has reached the stage at which its plan ends."""


class Story:
    """One matter on its way. The county provides the time, as it runs all stories in order."""

    def __init__(self, county, matter, plan, issue, scene):
        self.county, self.matter, self.plan = county, matter, plan
        self.issue, self.scene = issue, scene
        self.rng, self.words, self.year = county.rng, county.words, county.year
        self.is_late = plan.must_be_late or not plan.until and self.rng.random() < LATE_SHARE

    def run(self):
        try:
            if self.plan.until == "registered":
                return
            yield from getattr(self, f"_{self.plan.route}")()
        except Stop:
            return

    # --- Helpers -----------------------------------------------------------------------

    def _reached(self, stage):
        if self.plan.until == stage:
            raise Stop

    def _move(self, code, by, text="", **facts):
        self.scene.day = timezone.localdate(self.county.now)
        self.matter = self.year.move(
            self.matter, code, by=by, at=self.county.now, text=text, **facts
        )

    def _say(self, *slots):
        return self.words.say(self.scene, *slots)

    def _soon(self, longest=2):
        """Return a short wait, shorter still if the plan ends at an early stage."""
        days = self.rng.randint(0, 1) if self.plan.until else self.rng.randint(1, longest)
        return self._in_time(days, still=2)

    def _left(self):
        """Return the working days up to the deadline."""
        today = timezone.localdate(self.county.now)
        return workdays.working_days_between(today, self.matter.due_on)

    def _in_time(self, days, still=0):
        """Limit a wait so that `still` days remain up to the deadline, unless the matter is to be
        late."""
        return days if self.is_late else max(min(days, self._left() - still), 0)

    def _host(self):
        yield self._in_time(self.rng.randint(1, 2), still=1)
        if "withdraw" in self.plan.happens:
            yield from self._ask("ask_withdrawn", self._registrar(), self._say("withdrawn"))
            return
        stations = self.county.places.stations.get(self.matter.unit.host_organ_id, [])
        organ = self.rng.choice([None, None, *stations])
        self._move(
            "take_up",
            self.county.host(self.matter),
            organ=organ,
            officer=self.rng.choice(("", self.words.rng.choice(self.county.names))),
        )
        yield from self._handle(lambda: self.county.host(self.matter))

    def _desk(self):
        self.scene.told("县办")
        yield self._in_time(self.rng.randint(0, 1), still=1)
        self._move("pass_up", self.county.host(self.matter), self._say("pass_up"))
        self._reached("escalated")
        yield self.rng.randint(0, 1)
        lead = self.county.organ_for(self.plan, self.issue)
        supports = self.county.other_organs(lead) if "support" in self.plan.happens else ()
        if supports:
            self.scene.told("协办")
        if "return" in self.plan.happens:
            wrong = self.county.other_organs(lead)[0]
            self._assign(wrong, ())
            yield 1
            self.scene.other_organ = lead.short_name
            self._move("return", self.county.handler(wrong), self._say("return"))
            yield 1
        self._assign(lead, supports)
        self._reached("assigned")
        if self.county.handler(lead) is None:
            yield self._in_time(self.rng.randint(4, 9))
            self._answer_on_paper()
            yield from self._review()
            return
        for organ in supports:
            yield 0
            self._move("sign", self.county.handler(organ))
            self._reached("half_signed")
        yield self._soon(1)
        self._move("sign", self.county.handler(lead), officer=self.rng.choice(self.county.names))
        yield from self._handle(lambda: self.county.handler(self.matter.lead_organ))

    def _assign(self, lead, supports):
        """Assign the matter. The desk often sets a new deadline, counted from the day of
        assignment; plans that must be late keep the first one."""
        due_on = None
        if "due_tomorrow" in self.plan.happens:
            due_on = self.county.anchor + timedelta(days=1)
        elif not self.plan.must_be_late and self.issue.urgency in {"simple", "normal"}:
            today = timezone.localdate(self.county.now)
            due_on = workdays.add_working_days(today, self.rng.choice((9, 10, 12, 15)))
        official = self.county.official() if self.rng.random() < 0.15 else None
        self._move(
            "assign",
            self.county.desk(),
            self._say("requirement", "requirement_more"),
            lead=lead,
            supports=supports,
            due_on=due_on,
            lead_official=official,
        )

    # --- Handling ----------------------------------------------------------------------

    def _handle(self, handler):
        """Go from in progress to a result, with the events of the plan."""
        happens = self.plan.happens
        if self.rng.random() < 0.7 or self.plan.until in {"in_progress", "extended"}:
            yield self._soon(3)
            self._move("note", handler(), self._say("note", "note_more"))
        if "urge" in happens:
            yield self._in_time(self.rng.randint(8, 12), still=1)
            self._move("urge", self.county.desk(), self._say("urge"))
        self._reached("in_progress")
        if "transfer" in happens:
            yield 1
            self._move(
                "transfer",
                handler(),
                self._say("transfer"),
                officer=self.rng.choice(self.county.names),
            )
        if {"extension", "refused_extension"} & happens:
            yield from self._extension(handler)
        if "order" in happens:
            yield from self._order(handler)
        if "suspend" in happens:
            yield from self._ask("ask_suspended", handler(), self._say("suspended"))
            self._reached("suspended")
            yield self.rng.randint(10, 20)
            self._move("resume", handler())
        if "explain" in happens:
            why = self.words.fill(self.issue.explained, self.scene, self.scene.numbers)
            yield from self._ask("ask_explained", handler(), why)
            yield from self._word()
            return
        if "refer" in happens:
            channel = self.words.draw("referred", self.scene)[0]
            yield from self._ask(
                "ask_referred", handler(), f"经与反映人沟通，引导到{channel}。", channel=channel
            )
            return
        if "mediate" in happens:
            yield from self._mediate(handler)
        yield from self._result(handler)

    def _result(self, handler):
        is_sent_back = "send_back" in self.plan.happens
        days = self.rng.randint(2, 5) if self.plan.until else self.rng.randint(3, 14)
        yield self._wait_for_result(days, still=4 if is_sent_back else 0)
        self._report(handler())
        self._reached("reported")
        if is_sent_back:
            yield 1
            self._move("send_back", self.county.reviewer(self.matter), self._say("send_back"))
            yield self._in_time(self.rng.randint(1, 4))
            self._report(handler())
        yield from self._review()

    def _wait_for_result(self, days, still=0):
        """Return a wait within the deadline; for late matters, one until a few days after it."""
        if self.is_late and not self.plan.until:
            return max(self._left(), 0) + self.rng.randint(1, 6)
        return self._in_time(days, still)

    def _report(self, by):
        resolution = self.rng.choices(("solved", "partly", "planned"), (86, 9, 5))[0]
        method = self._method("person", "person", "phone", "phone", "writing")
        text = self.words.result(self.issue, self.scene, resolution)
        self._move("report", by, text, resolution=resolution, method=method)

    def _method(self, *methods):
        """Choose how the raiser is told; "" if nobody can be asked."""
        if not self.matter.has_somebody_to_ask:
            return ""
        method = self.rng.choice(methods)
        self.scene.told(TOLD[method])
        return method

    def _answer_on_paper(self):
        """Let the desk enter the result for an organ without a handler in the portal."""
        method = self._method("writing")
        self._move(
            "answer_for",
            self.county.desk(),
            self.words.result(self.issue, self.scene),
            resolution="solved",
            method=method,
            organ_person=self.rng.choice(self.county.names),
        )

    def _review(self):
        yield self._soon(2)
        self._move("pass_review", self.county.reviewer(self.matter), self._say("review_ok"))
        yield from self._word()

    def _extension(self, handler):
        yield self._in_time(self.rng.randint(1, 2), still=1)
        since = timezone.localdate(self.matter.created_at)
        length = max(self.matter.original_due_on - since, timedelta(days=3))
        self._move(
            "ask_extension",
            handler(),
            self._say("extension", "extension_more"),
            new_due_on=self.matter.due_on + length * 2 // 3,
        )
        self._reached("extension_asked")
        yield 1
        if "refused_extension" in self.plan.happens:
            self._move("refuse", self.county.desk(), self._say("refuse"))
        else:
            self._move("confirm", self.county.desk(), self._say("confirm"))
        self._reached("extended")

    def _order(self, handler):
        yield self._in_time(self.rng.randint(1, 3), still=4)
        leader = self.county.people.holding(Role.SUPERVISOR)[0]
        self._move(
            "order",
            leader,
            self._say("order"),
            due_on=timezone.localdate(self.county.now) + timedelta(days=7),
        )
        self._reached("ordered")
        yield self._in_time(self.rng.randint(1, 3), still=2)
        self._move("answer_order", handler(), self._say("order_answer"))
        self._reached("order_answered")
        yield 1
        self._move("settle_order", leader, "同意。")
        self._reached("order_settled")

    def _mediate(self, handler):
        yield self._in_time(1, still=1)
        mediator = self.rng.choice(self.county.names)
        if self.rng.random() < 0.5 and not self.plan.until:
            self._move("mediate", handler(), self._say("mediate"), mediator=mediator)
            yield self._in_time(self.rng.randint(2, 4), still=1)
        agreed = self.plan.until != "mediated"
        self._move(
            "mediate",
            handler(),
            self._say("mediate"),
            mediator=mediator,
            agreed_a=agreed or None,
            agreed_b=agreed or None,
        )
        self._reached("mediated")

    def _ask(self, code, by, text, **facts):
        """Make a request, and have a second person confirm it."""
        self._move(code, by, text, **facts)
        self._reached("asked")
        yield self._soon(2)
        self._move("confirm", self.county.confirmer(self.matter), self._say("confirm"))

    def _spot(self):
        """Have the host confirm what was settled on the spot or referred at once."""
        self._reached("asked")
        yield self.rng.randint(0, 2)
        self._move("confirm", self.county.confirmer(self.matter), self._say("confirm"))
        if not self.matter.is_closed:
            yield from self._word()

    def _merge(self):
        yield 1
        target = self.county.twin_of(self.matter)
        yield from self._ask(
            "ask_merged", self.county.host(self.matter), self._say("merged"), target=target
        )

    def _registrar(self):
        return self.county.user_of(self.matter.registered_by) or self.matter.typed_by

    # --- The people's word ---------------------------------------------------------------

    def _word(self):
        """Ask for the word on each result until the matter closes."""
        self.county.note_result(self)
        if self.matter.is_closed:
            return
        self._reached("awaiting")
        words = self.plan.words or (self.rng.choice(HAPPY),)
        for word in words:
            yield self.rng.randint(1, 4)
            yield from self._hear(word)
            if self.matter.status == Status.TWICE_UNSATISFIED:
                yield from self._twice()
                return
            if self.matter.status == Status.IN_PROGRESS:
                self._reached("reopened")
                yield self._in_time(self.rng.randint(2, 4), still=1)
                yield from self._second_result()

    def _second_result(self):
        """Handle the matter again after “not satisfied”, up to the second call-back."""
        handler = self._handler_again()
        if handler:
            self._move("note", handler, self._say("note", "note_more"))
        yield self._in_time(self.rng.randint(2, 6))
        if handler:
            self._report(handler)
        else:
            self._answer_on_paper()
        yield 1
        self._move("pass_review", self.county.reviewer(self.matter), self._say("review_ok"))
        self.county.note_result(self)

    def _handler_again(self):
        if self.matter.assigned_by_desk:
            return self.county.handler(self.matter.lead_organ)
        return self.county.host(self.matter)

    def _hear(self, word):
        for follow_up in self.year.open_calls(self.matter):
            caller = self._caller(follow_up)
            if word == UNREACHABLE:
                for number in (1, 2, 3):
                    self.year.note_try(
                        follow_up, by=caller, at=self.county.now, note=self._say("try")
                    )
                    if number == 2:
                        self._reached("tried")
                    yield 1
                continue
            self.year.record_word(
                follow_up,
                by=caller,
                at=self.county.now,
                word=word,
                comment=self._say(f"word_{word}", "word_how"),
                method="phone",
            )
            self._reached("one_side")
            if follow_up.side_id:
                yield self.rng.randint(0, 1)
        self.matter = self.year.fresh(self.matter)

    def _caller(self, follow_up):
        if follow_up.caller_id:
            return self.county.user(follow_up.caller_id)
        host = self.county.host(self.matter)
        asked = [host, *self.county.people.holding(Role.DESK), *self.county.outsiders()]
        caller = next(u for u in asked if self.county.may_call(u, follow_up))
        self.year.arrange_call(follow_up, caller=caller, by=host, at=self.county.now)
        return caller

    def _twice(self):
        self._reached("twice")
        yield self.rng.randint(1, 3)
        self._move(
            "review_unsatisfied", self.county.reviewer(self.matter), self._say("review_unsatisfied")
        )
        self._reached("twice_reviewed")
        yield self.rng.randint(1, 3)
        official = self.county.user_of(self.matter.lead_official)
        leader = official or self.county.people.holding(Role.SUPERVISOR)[0]
        self._move("close_unsatisfied", leader, self._say("close_unsatisfied"))

    # --- The sample ------------------------------------------------------------------------

    def sample(self, follow_up, *, is_left_open):
        """Have somebody outside the chain ask; rarely, the word reopens a matter closed as
        satisfied."""
        yield self.rng.randint(0, 2)
        outsiders = self.county.outsiders()
        # Take the first one allowed, in random order: checking all took a tenth of the whole run.
        by_lot = self.rng.sample(outsiders, len(outsiders))
        caller = next(u for u in by_lot if self.county.may_call(u, follow_up))
        arranger = self.county.office()
        self.year.arrange_call(follow_up, caller=caller, by=arranger, at=self.county.now)
        if is_left_open:
            return
        yield self.rng.randint(1, 4)
        self.matter = self.year.fresh(self.matter)
        word = self.rng.choices((SATISFIED, BASICALLY, DECLINED), (66, 26, 8))[0]
        may_open_again = (
            not self.plan.until
            and self.plan.route in {"host", "desk"}
            and not self.plan.happens
            and self.matter.closure == Closure.SATISFIED
            and self.matter.reopen_count == 0
        )
        if may_open_again and not self.county.is_small and self.rng.random() < 0.08:
            word = UNSATISFIED
        self.year.record_word(
            follow_up,
            by=caller,
            at=self.county.now,
            word=word,
            comment=self._say(f"word_{word}", "word_how"),
            method="phone",
        )
        if word == UNSATISFIED:
            self.matter = self.year.fresh(self.matter)
            yield self.rng.randint(2, 6)
            yield from self._second_result()
            yield self.rng.randint(1, 4)
            yield from self._hear(SATISFIED)
