"""The year of a demo county, built in memory by the code of the actions and stored at once.

Rules, moves and audit entries are those of the actions, which normally read and write each row in
the database (tests/outreach/test_held_year.py makes a year both ways and compares them). Here each
matter carries its papers with it, and nothing is read back. Ids are allocated beforehand, so that
rows and entries can refer to each other.
"""

from collections import Counter, defaultdict, deque

from django.db import transaction
from django.utils import timezone

from outreach import papers
from outreach.actions import follow_ups, matters, visits
from outreach.models import (
    FollowUp,
    FollowUpTry,
    Matter,
    MatterAssignment,
    MatterContact,
    MatterNumber,
    MatterRequest,
    MatterSide,
    MatterStep,
    Reflection,
    SupervisionOrder,
    Visit,
    VisitCompanion,
)
from outreach.models.matters import Status
from outreach.rules import matters as matter_rules
from outreach.rules import visits as visit_rules
from portal.pages import search
from portal.sheets import figures
from portal.tools.copying import copy_records, next_ids
from portal.trust import privacy
from portal.trust.access import require

AT_ONCE = 500
# Models in an order that satisfies their foreign keys.
NOUNS = (
    Visit,
    VisitCompanion,
    Visit.households.through,
    Matter,
    MatterNumber,
    MatterSide,
    MatterStep,
    MatterAssignment,
    MatterRequest,
    SupervisionOrder,
    FollowUp,
    FollowUpTry,
)


class HeldYear:
    """All visits and matters of the year being simulated."""

    def __init__(self):
        self._rows = defaultdict(list)
        # Ids allocated beforehand, by model.
        self._ids, self._numbers = defaultdict(deque), Counter()
        # (visit, owner, text); only the owner may read a reflection.
        self._reflections = []
        self._concerned = set()

    # --- Visits and their matters --------------------------------------------------------

    def record_visit(
        self, *, by, at, companions=(), households=(), reflection="", reported_matters=(), **fields
    ):
        """Do what visits.record_visit does, in memory; return the matters."""
        require(visit_rules.may_record_visit(by, fields["author"], fields["unit"]))
        visit, along, content = visits.compose(
            **fields,
            by=by,
            at=at,
            companions=companions,
            households=households,
            reflection=reflection,
            reported_matters=reported_matters,
        )
        self.hold(visit)
        self._rows[VisitCompanion] += [VisitCompanion(visit=visit, cadre=c) for c in along]
        doors = Visit.households.through
        self._rows[doors] += [doors(visit=visit, household=h) for h in households]
        if reflection:
            self._reflections.append((visit, by, reflection))
        principal = matters.principal_of(
            by, lambda own: visit_rules.may_record_visit(own, visit.author, visit.unit)
        )
        registered = self._register(
            reported_matters, **matters.raised_on(visit), by=by, at=at, principal=principal
        )
        figures.count_new(visit)
        self._concerned |= {visit.author_id, *(c.pk for c in along)}
        visits.note_recorded(visit, content, by=by, principal=principal)
        return registered

    def register_matter(self, *, unit, by, at, **form):
        """Do what matters.register_matter does, in memory."""
        require(matter_rules.may_register_matter(by, unit))
        matter, origin = matters.read_form(unit=unit, by=by, **form)
        principal = matters.principal_of(
            by, lambda own: matter_rules.may_register_matter(own, unit)
        )
        return self._register([matter], **origin, by=by, at=at, principal=principal)[0]

    def _register(self, reported, *, unit, by, at, principal, **origin):
        if not reported:
            return []
        registered = [
            self._begin(
                matters.begin(
                    given,
                    self._next_number(unit, at),
                    unit=unit,
                    by=by,
                    at=at,
                    principal=principal,
                    **origin,
                )
            )
            for given in reported
        ]
        return matters.count_registered(registered, by=by, principal=principal)

    def _next_number(self, unit, at):
        area, year = matters.area_of(unit), timezone.localdate(at).year
        self._numbers[area, year] += 1
        return {
            "pk": self._next_id(Matter),
            "number_area": area,
            "number_year": year,
            "number": self._numbers[area, year],
        }

    def _begin(self, begun):
        matter = begun.matter
        self._rows[Matter].append(matter)
        held = matter.held_papers = HeldPapers(matter, self)
        for row in (begun.step, begun.request, *begun.sides):
            if row:
                held.add(row)
        held.contacts = [
            matters.sealed_contact(MatterContact(matter=matter, side=side), name, phone)
            for _matter, side, name, phone in begun.contacts
        ]
        return matter

    # --- Moves and call-backs --------------------------------------------------------------

    def move(self, matter, code, **facts):
        matters.make_move(matter, code, **facts)
        return matter

    def arrange_call(self, follow_up, **facts):
        follow_ups.arrange(follow_up, **facts)

    def note_try(self, follow_up, **facts):
        follow_ups.try_to_reach(_remembered(follow_up), **facts)

    def record_word(self, follow_up, **facts):
        follow_ups.write_word_down(_remembered(follow_up), **facts)

    def draw(self, matter, *, round, starts_on, due_on):
        """Return the sample call-back of a result, or None if there is one already."""
        held = matter.held_papers
        if any(f.kind == FollowUp.Kind.SAMPLE and f.round == round for f in held.follow_ups):
            return None
        return held.add(
            FollowUp(
                matter=matter,
                kind=FollowUp.Kind.SAMPLE,
                round=round,
                starts_on=starts_on,
                due_on=due_on,
            )
        )

    # --- Reading ---------------------------------------------------------------------------

    def fresh(self, matter):
        """Return the matter as it is now; in memory it is always current."""
        return matter

    def in_progress(self, known):
        """Return those of the given matters that are in progress now."""
        now = [m for m in known if m.status == Status.IN_PROGRESS]
        return sorted(now, key=lambda m: m.pk)

    def open_calls(self, matter):
        """Return the open call-backs that ask for the word on the present result."""
        return [
            f
            for f in matter.held_papers.follow_ups
            if f.kind == FollowUp.Kind.WORD
            and f.round == matter.reopen_count
            and f.answered_at is None
            and f.given_up_at is None
        ]

    def has_samples(self):
        return any(f.kind == FollowUp.Kind.SAMPLE for f in self._rows[FollowUp])

    # --- Storing ---------------------------------------------------------------------------

    def hold(self, row):
        row.pk = self._next_id(type(row))
        self._rows[type(row)].append(row)
        return row

    def _next_id(self, model):
        if not self._ids[model]:
            self._ids[model].extend(next_ids(model, AT_ONCE))
        return self._ids[model].popleft()

    @transaction.atomic
    def store(self):
        """Store everything in the database; from then on, papers are read from there."""
        registered = self._rows[Matter]
        self._rows[MatterNumber] = [
            MatterNumber(area=area, year=year, last=last)
            for (area, year), last in self._numbers.items()
        ]
        for visit in self._rows[Visit]:
            visit.search = search.literal(*visits.searched_in(visit))
        for matter in registered:
            matter.search = search.literal(*papers.searched_in(matter))
        for model in NOUNS:
            copy_records(self._rows[model])
        with privacy.opened(matter=",".join(str(matter.pk) for matter in registered)):
            MatterContact.objects.bulk_create(
                contact for matter in registered for contact in matter.held_papers.contacts
            )
        for owner, written in self._reflections_by_owner():
            with privacy.opened(user=owner):
                Reflection.objects.bulk_create(written)
        visits.visits_changed(sorted(self._concerned))
        for matter in registered:
            del matter.held_papers
        self._rows.clear()

    def _reflections_by_owner(self):
        found = defaultdict(list)
        for visit, owner, text in self._reflections:
            kept = Reflection(visit=visit, owner=owner, cipher=Reflection.sealed(text))
            found[owner].append(kept)
        return found.items()


def _remembered(follow_up):
    """Note which figures the call-back and its matter count in, as the actions do before a
    change."""
    figures.remember(follow_up.matter)
    return figures.remember(follow_up)


class HeldPapers(papers.Papers):
    """The papers of one matter, kept in lists."""

    # The demo never takes a step back.
    is_noting = False

    def __init__(self, matter, year):
        super().__init__(matter)
        self.year = year
        self.steps, self.given, self.requests, self.orders = [], [], [], []
        self.parties, self.follow_ups, self.tries, self.contacts = [], [], [], []
        self._kept = {
            MatterStep: self.steps,
            MatterAssignment: self.given,
            MatterRequest: self.requests,
            SupervisionOrder: self.orders,
            MatterSide: self.parties,
            FollowUp: self.follow_ups,
            FollowUpTry: self.tries,
        }

    # --- Reading -------------------------------------------------------------------------

    def care(self):
        return None

    def was_in_care_of(self, ids):
        return False

    def assignments(self):
        return sorted(self._live(), key=lambda a: (a.part, a.pk))

    def _live(self):
        return [a for a in self.given if a.ended_at is None]

    def was_returned(self):
        return any(a.returned_reason for a in self.given)

    def organ_paths(self):
        return [a.organ.path for a in self.given if not a.returned_reason]

    def open_request(self):
        return next((r for r in self.requests if r.decided_at is None), None)

    def was_extended(self):
        return any(r.kind == MatterRequest.Kind.EXTENSION and r.approved for r in self.requests)

    def open_orders(self):
        return [o for o in self.orders if o.settled_at is None]

    def last_report(self):
        told = [s for s in self.steps if s.move in papers.RESULTS]
        return max(told, key=lambda s: (s.at, s.pk), default=None)

    def was_urged_on(self, day):
        return any(s.move == "urge" and timezone.localdate(s.at) == day for s in self.steps)

    def deadline_set_on(self):
        steps = [s for s in self.steps if s.move in papers.SETTING_DEADLINES]
        return papers.runs_from(self.matter, sorted(steps, key=lambda s: (s.at, s.pk)))

    def was_reviewed(self):
        round = self.matter.reopen_count
        return any(
            s.move == "review_unsatisfied" and s.facts.get("round") == round for s in self.steps
        )

    def was_settled_by(self, ids):
        registrar = self.matter.registered_by
        return any(
            s.move in {*papers.RESULTS, "settle_on_spot"}
            and _is_by(s, ids)
            or s.move == "settle_on_spot"
            and registrar
            and registrar.user_id in ids
            for s in self.steps
        )

    def was_moved_by(self, ids, *, besides):
        return any(s.move not in besides and _is_by(s, ids) for s in self.steps)

    def was_put_right(self, round):
        return False

    def sides(self):
        return sorted(self.parties, key=lambda side: side.label)

    def count_tries(self, follow_up):
        return sum(one.follow_up_id == follow_up.pk for one in self.tries)

    # --- Writing -------------------------------------------------------------------------

    def add(self, row):
        self._kept[type(row)].append(self.year.hold(row))
        return row

    def change(self, row, **values):
        for name, value in values.items():
            setattr(row, name, value)

    def save(self, fields):
        """Do nothing: `store` saves all matters."""

    def end_assignments(self, at, **changes):
        self._change_each(self._live(), ended_at=at, **changes)

    def end_assignment_of(self, organ, at):
        self._change_each([a for a in self._live() if a.organ_id == organ.pk], ended_at=at)

    def change_assignment(self, assignment, **values):
        self.change(assignment, **values)

    def sign(self, assignment, *, by, at, officer):
        if assignment.signed_at is None:
            self.change(assignment, signed_at=at, signed_by=by, officer=officer)

    def change_sides(self, only=None, **values):
        named = (only or {}).items()
        chosen = [s for s in self.parties if all(getattr(s, k) == v for k, v in named)]
        self._change_each(chosen, **values)

    def give_up_calls(self, at):
        open_calls = [
            f
            for f in self.follow_ups
            if f.kind == FollowUp.Kind.WORD and f.answered_at is None and f.given_up_at is None
        ]
        self._change_each(open_calls, given_up_at=at)

    def erase(self):
        referred_to = self.matter.referred_to
        self._change_each(self.steps, text="")
        self._change_each([s for s in self.steps if s.move == "mediate"], facts={})
        self._change_each(self.requests, reason=referred_to)
        self._change_each(self.orders, instruction="", answer="")
        self._change_each(self.given, requirement="")
        self._change_each([a for a in self.given if a.returned_reason], returned_reason=referred_to)
        self._change_each(self.parties, display="", statement="")
        self._change_each(self.follow_ups, comment="", reason="")
        self._change_each(self.tries, note="")
        self.contacts = []
        return []

    def _change_each(self, rows, **values):
        for row in rows:
            self.change(row, **values)


def _is_by(step, ids):
    return step.by_id in ids or step.on_behalf_of_id in ids
