"""Compares what was written with what the server has stored in the end."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from chaos import plan
from chaos.letters import sha256


@dataclass(frozen=True)
class Stored:
    """One entry as stored on the server."""

    id: str
    hash: str
    state: str
    # The reason in the server's words.
    said: str = ""
    # Number of records made by this id: one for an accepted entry.
    records: int = 0
    # Texts of these records.
    texts: tuple = ()
    matters: int = 0
    # Usernames of those who can read it.
    seen_by: frozenset = frozenset()
    # {SHA-256 of a photo as sent: whether the stored photo is the same}
    photos: dict = field(default_factory=dict)


@dataclass
class Verdict:
    """Ids by what went wrong; all sets must be empty. All except `stuck` are about the server."""

    lost: set = field(default_factory=set)
    doubled: set = field(default_factory=set)
    unseen: set = field(default_factory=set)
    # The text or a photo differs.
    altered: set = field(default_factory=set)
    # Stored, but in a state in which the entry must not end.
    astray: set = field(default_factory=set)
    # Not sent completely when time was over.
    stuck: set = field(default_factory=set)
    states: Counter = field(default_factory=Counter)

    @property
    def is_good(self):
        return not any(self.counts.values())

    @property
    def counts(self):
        names = ("lost", "doubled", "unseen", "altered", "astray", "stuck")
        return {name: len(getattr(self, name)) for name in names}


@dataclass(frozen=True)
class Case:
    """One entry as its author remembers it, and how it must end."""

    planned: plan.Planned
    written: object
    username: str
    # When the phone was revoked: "before" the entry was written or "later"; "" if never.
    revoked: str = ""

    @property
    def may_end(self):
        """The states in which it may end."""
        expected = self.planned.expected
        if not self.revoked:
            return {expected}
        if expected == plan.DIFFERS:
            return {plan.QUARANTINED, plan.DIFFERS}
        if self.revoked == "before":
            return {plan.QUARANTINED}
        return {expected, plan.QUARANTINED}

    @property
    def may_say(self):
        texts = {self.planned.text}
        return texts | {self.planned.before} if self.revoked else texts


def judge(cases, stored, phones, extra=()):
    """Compare; `extra` are records of these authors that no entry accounts for."""
    verdict = Verdict(doubled=set(extra))
    rows, of_id = defaultdict(list), defaultdict(list)
    for one in stored:
        rows[one.id, one.hash].append(one)
        of_id[one.id].append(one)
        verdict.states[one.state] += 1
    kept = {(id, hash): why for phone in phones for id, hash, why in phone.unsent}
    known = {(case.written.id, case.written.hash) for case in cases}
    verdict.doubled |= {id for id, hash in rows if (id, hash) not in known}
    verdict.stuck |= {id for (id, _hash), why in kept.items() if not why}
    for case in cases:
        key = case.written.id, case.written.hash
        if case.planned.expected == plan.KEPT:
            # It cannot be opened: its author sees it on the phone, with a backup file.
            if key not in kept:
                verdict.lost.add(key[0])
            continue
        if why := kept.get(key):
            verdict.astray.add(f"{key[0]} ({why})")
        _judge_one(verdict, case, rows[key], of_id[key[0]])
    return verdict


def _judge_one(verdict, case, rows, of_id):
    id = case.written.id
    if not rows:
        verdict.lost.add(id)
        return
    if len(rows) > 1:
        verdict.doubled.add(id)
    row = rows[0]
    accepted = [one for one in of_id if one.state == plan.ACCEPTED]
    if row.state == plan.ACCEPTED:
        if row.records == 0:
            verdict.lost.add(id)
        elif row.records > 1 or len(accepted) > 1:
            verdict.doubled.add(id)
        elif not set(row.texts) <= case.may_say or row.matters != case.planned.matters:
            verdict.altered.add(id)
    else:
        if row.records and not accepted:
            verdict.doubled.add(id)
        if case.username not in row.seen_by:
            verdict.unseen.add(id)
    if row.state not in case.may_end and not _is_one_of_twins(case, of_id):
        verdict.astray.add(f"{id} ({row.state} {row.said})")
    for sha, content in case.written.photos.items():
        if sha256(content) != sha or not row.photos.get(sha):
            verdict.altered.add(id)


def _is_one_of_twins(case, of_id):
    """Whether, of two contents under one id, one is carried out and the other differs."""
    states = sorted(one.state for one in of_id)
    return case.planned.expected == plan.DIFFERS and states == [plan.ACCEPTED, plan.DIFFERS]
