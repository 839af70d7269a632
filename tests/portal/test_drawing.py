"""Random values that must be unique are retried if one is taken."""

import itertools
import random

import pytest
from django.db import IntegrityError

from outreach.actions import cards, door
from outreach.door import codes
from outreach.models import ContactArea, ContactCard, MatterSlip
from outreach.models.cards import is_well_formed, with_check_digit
from pairing.actions import support
from pairing.models import SupportSlip
from portal.tools.drawing import save_drawn
from tests.day import TODAY, now
from tests.pairing.test_support import promised

# The last number that a card may have, without its check digit.
LAST = 10**7 - 1
# Tokens for tests that only draw numbers.
TOKENS = itertools.count()


def card_of(area, by, **fields):
    return ContactCard(
        area=area,
        issued_by=by,
        holder="王建国",
        organ_name="县农业农村局",
        phone="100-0000-0017",
        unit_name="柳湾村",
        issued_on=TODAY,
        printed_on=TODAY,
        **fields,
    )


def numbered(seed, last):
    """Return draw(card), which takes numbers from a generator that can be restarted."""
    lot = random.Random(seed)

    def draw(card):
        card.token = f"{lot.getrandbits(96):024x}"[:20]
        card.short_code = with_check_digit(str(lot.randint(10**6, last)))

    return draw


def test_a_generator_that_repeats_itself_costs_no_row(people):
    """Each value comes three times in a row, and the first ones are taken already."""
    numbers = [with_check_digit(str(n)) for n in range(5_000_000, 5_000_030)]
    save_drawn([card_of(people.area, people.host)], _giving(iter(numbers)))
    repeated = (number for number in itertools.cycle(numbers) for _n in range(3))

    rows = save_drawn([card_of(people.area, people.host) for _n in range(20)], _giving(repeated))

    assert len({row.short_code for row in rows}) == 20 == len({row.pk for row in rows})
    assert ContactCard.objects.count() == 21
    assert not any(row._state.adding for row in rows)


def _giving(numbers):
    def draw(card):
        card.short_code = next(numbers)
        card.token = f"t{next(TOKENS)}"

    return draw


@pytest.mark.parametrize(
    ("count", "beside", "last"),
    # The short case has as many collisions with fewer cards, since it has fewer numbers.
    [(300, 2_000, 10**6 + 90_000), pytest.param(3_000, 20_000, LAST, marks=pytest.mark.long)],
)
def test_many_cards_are_issued_beside_many_others(people, count, beside, last):
    lot = random.Random(12)
    taken = set()
    while len(taken) < beside:
        taken.add(with_check_digit(str(lot.randint(10**6, last))))
    ContactCard.objects.bulk_create(
        card_of(people.area, people.host, short_code=number, token=f"old{number}")
        for number in sorted(taken)
    )
    probe, clashes = numbered(7, last), 0
    for _n in range(count):
        card = card_of(people.area, people.host)
        probe(card)
        clashes += card.short_code in taken
    # Without retries, these collisions would have aborted the whole issue.
    assert clashes > 1

    cards_to_draw = [card_of(people.area, people.host) for _n in range(count)]
    made = save_drawn(cards_to_draw, numbered(7, last))

    assert len(made) == count and ContactCard.objects.count() == beside + count
    assert all(is_well_formed(card.short_code, 8) for card in made)


def test_what_is_no_chance_is_said(people):
    """A row that another constraint refuses must not be retried forever."""
    card = card_of(people.area, people.host)
    card.phone = ""
    with pytest.raises(IntegrityError):
        save_drawn([card], ContactCard.draw)


def test_a_card_draws_again_when_its_number_is_taken(people, monkeypatch):
    people.cadre.public_phone = "100-0000-0017"
    people.cadre.save()
    drawn = iter([1, 1, 1, 2])
    monkeypatch.setattr("secrets.randbelow", lambda _below: next(drawn))
    other = ContactArea.objects.create(
        cadre=people.cadre, unit=people.other_village, starts_on="2020-01-01"
    )
    first, _new = cards.issue_card(area=people.area, by=people.office, at=now())

    second, _new = cards.issue_card(area=other, by=people.office, at=now())

    assert first.short_code == with_check_digit("1000001")
    assert second.short_code == with_check_digit("1000002")


def test_slips_draw_again(people, monkeypatch):
    tokens = iter(["a", "a", "b", "b", "b", "c"])
    monkeypatch.setattr("secrets.token_hex", lambda _size: next(tokens))
    matter = people.matter()
    one, other = (door.print_slip(matter=matter, by=people.author, at=now()) for _n in range(2))
    assert one == codes.of_form("a") and other == codes.of_form("b")
    item = promised(people)
    first, second = (support.print_slip(item=item, by=people.author, at=now()) for _n in range(2))
    assert (first, second) == (codes.of_form("b"), codes.of_form("c"))
    assert MatterSlip.objects.count() == SupportSlip.objects.count() == 2
