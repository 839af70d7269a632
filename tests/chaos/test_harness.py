"""The harness against a fake server: it must notice each kind of misbehaviour."""

import random

import pytest

from chaos import plan, run
from chaos.phone import Pace
from chaos.toxics import DEEDS, LINE, Dealer
from tests.chaos import in_its_own_loop
from tests.chaos.fake import Fake

PACE = Pace(first=0.005, most=0.1, silence=0.2)


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(run, "BAD_SECONDS", 1)
    monkeypatch.setattr(run, "CALM_SECONDS", 20)
    # A machine that stalls for a moment must not count as a phone that gives up.
    monkeypatch.setattr(run, "LONGEST_STEP", 0.3)


def judged(flaw="", seed="1", **more):
    async def whole():
        async with Fake(flaw, random.Random(seed)) as fake:
            return await run.run(seed, fake, phones=3, entries=60, pace=PACE, deeds={}, **more)

    return in_its_own_loop(whole)


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_a_good_server_passes_on_a_bad_line(seed):
    result = judged(seed=seed, line_share=1.5)

    assert result.verdict.counts == dict.fromkeys(result.verdict.counts, 0)
    assert result.entries == 60
    # The line was as bad as intended; a slow machine sends more entries at once.
    assert sum(result.dealt.values()) > result.requests / 3 > 3


# {what is wrong with the server: what the verdict must say about it}
FLAWS = {
    "forgets": "lost",
    "doubles": "doubled",
    "hides": "unseen",
    "alters": "altered",
    "spoils photos": "altered",
    "refuses": "astray",
    "names no parts": "stuck",
    "turns away": "astray",
    "invents": "doubled",
    "trusts all": "astray",
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_bad_server_is_caught(flaw, monkeypatch):
    monkeypatch.setattr(run, "CALM_SECONDS", 1)

    verdict = judged(flaw, line_share=1.5).verdict

    assert verdict.counts[FLAWS[flaw]] > 0, verdict.counts
    assert not verdict.is_good


def test_a_seed_writes_the_same_again_and_another_seed_does_not():
    first, again, other = (written_by(seed) for seed in ("1", "1", "2"))

    assert first == again
    assert not {one["id"] for one in first} & {one["id"] for one in other}


def written_by(seed):
    writers = [plan.Writer("a", "1"), plan.Writer("b", "2")]
    lives = plan.lives(seed, writers, 40, Fake.today)
    return [step.write for life in lives for step, _requests, _ends in life.steps]


def test_a_seed_deals_the_same_again_however_the_phones_take_turns():
    def dealt(order):
        dealer = Dealer("7", at_most={})
        return {at: dealer.deal(*at) for at in order}

    requests = [(phone, number) for phone in range(3) for number in range(40)]

    assert dealt(requests) == dealt(requests[::-1])


def test_every_toxic_and_every_deed_is_dealt():
    dealer = Dealer("1", at_most={"die": 9e9, "cut": 9e9, "database": 9e9})
    for number in range(4000):
        dealer.deal(0, number)

    assert set(dealer.dealt) >= set(LINE)
    assert {name.partition(":")[0] for name in dealer.dealt} >= set(DEEDS)


def test_kills_are_bounded():
    dealer = Dealer("1", at_most={"die": 2, "cut": 0, "database": 1})
    deeds = [dealer.deal(0, number).deed for number in range(4000)]

    assert [sum(deed.startswith(word) for deed in deeds) for word in ("die", "cut", "data")] == [
        2,
        0,
        1,
    ]
