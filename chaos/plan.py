"""What is written on which phone, and what must become of it: all of it follows from the seed."""

import io
import random
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

from PIL import Image

# Where an entry must end. "kept": on the phone, which says that it needs help.
ACCEPTED, QUARANTINED, DIFFERS, KEPT = "accepted", "quarantined", "differs", "kept"

# Of a thousand entries.
VISITS = 780
WITH_PHOTOS = 100
WITH_MATTER = 60
# A correction that is sent before the visit that it corrects.
CORRECTED_FIRST = 20
# Two contents under one id, as a phone writes that was restored from a copy.
TWINS = 10
TOMORROWS = 20  # the form refuses a day that has not come
SPOILED = 10  # the outbox was damaged: nobody can open the letter

THINGS = ("东支渠淤积，秧田缺水", "路灯坏了三盏", "垃圾清运不及时", "水压不够", "桥面有坑")


@dataclass
class Planned:
    """One entry: what is given to the phone, and where it must end."""

    write: dict
    expected: str
    # A text that no other entry has; the record must say it.
    text: str
    is_spoiled: bool = False
    # Of the visit that it writes or corrects.
    matters: int = 0


@dataclass
class Life:
    """Of one phone: entries in the order of writing, each with how many requests the phone may send
    before the next, and whether its process ends after it."""

    steps: list = field(default_factory=list)


@dataclass(frozen=True)
class Writer:
    """Who writes, and where."""

    username: str
    unit: str


@cache
def _picture(number):
    """A photo of a few to forty kilobytes; noise does not get smaller."""
    rng = random.Random(f"picture {number}")
    width, height = rng.randrange(40, 200), rng.randrange(40, 200)
    image = Image.frombytes("RGB", (width, height), rng.randbytes(width * height * 3))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=60)
    return out.getvalue()


def photo(rng):
    """Never twice the same bytes: a comment within the JPEG says a number of its own."""
    picture, words = _picture(rng.randrange(24)), rng.randbytes(16)
    return picture[:2] + b"\xff\xfe" + (len(words) + 2).to_bytes(2) + words + picture[2:]


def entry_id(rng):
    """A UUID of version 4, from the seed."""
    return str(uuid.UUID(bytes=rng.randbytes(16), version=4))


def lives(seed, writers, entries, today):
    """The life of each phone; `entries` in all, shared out as evenly as they go."""
    shares = [entries // len(writers)] * len(writers)
    for n in range(entries % len(writers)):
        shares[n] += 1
    return [
        _life(random.Random(f"{seed} life {n}"), writer, share, today)
        for n, (writer, share) in enumerate(zip(writers, shares, strict=True))
    ]


def _life(rng, writer, share, today):
    life = Life()
    while len(life.steps) < share:
        some = _some(rng, writer, today, room=share - len(life.steps))
        for planned in some:
            # Often nothing is sent for a while, and then many at once.
            requests = rng.choice((*[0] * 10, 1, 2, 6))
            life.steps.append((planned, requests, rng.random() < 0.02))
    return life


def _some(rng, writer, today, *, room):
    """One entry, or two that belong together."""
    at = rng.randrange(1000)
    for most, make, size in (
        (WITH_PHOTOS, _with_photos, 1),
        (WITH_MATTER, _with_matter, 1),
        (CORRECTED_FIRST, _corrected_first, 2),
        (TWINS, _twins, 2),
        (TOMORROWS, _tomorrow, 1),
        (SPOILED, _spoiled, 1),
    ):
        at -= most
        if at < 0:
            return make(rng, writer, today) if size <= room else [_visit(rng, writer, today)]
    return [_visit(rng, writer, today)]


def _visit(rng, writer, today, expected=ACCEPTED, **more):
    id = entry_id(rng)
    # Its own words for every entry, without a digit: a row of them might pass for a phone number.
    mark = "".join(chr(ord("a") + int(one, 16)) for one in id.replace("-", "")[:12])
    text = f"走访{rng.randrange(2, 9)}户，反映{rng.choice(THINGS)}。记录{mark}。"
    day = today - timedelta(days=rng.randrange(0, 5))
    fields = {"unit": [writer.unit], "visited_on": [f"{day}"], "summary": [text]}
    fields["mode"] = [rng.choice(("home", "meeting", "field"))]
    write = {"id": id, "kind": "visit", "fields": fields, "made": f"{day}T09:30:00+08:00"}
    return Planned(write | more, expected, text)


def _with_photos(rng, writer, today):
    return [_visit(rng, writer, today, photos=[photo(rng) for _n in range(rng.randrange(1, 4))])]


def _with_matter(rng, writer, today):
    planned = _visit(rng, writer, today)
    planned.write["fields"] |= {
        "matters-TOTAL_FORMS": ["1"],
        "matters-INITIAL_FORMS": ["0"],
        "matters-0-title": [rng.choice(THINGS)],
        "matters-0-category": ["02"],
        "matters-0-urgency": ["normal"],
        "matters-0-request_text": [f"希望尽快处理：{rng.choice(THINGS)}。"],
        "matters-0-nature": ["help"],
        "matters-0-raiser_kind": ["villager"],
        "matters-0-confidentiality": ["anonymous"],
    }
    planned.matters = 1
    return [planned]


def _corrected_first(rng, writer, today):
    """Held until the visit comes. The visit then says what the correction says."""
    first = _visit(rng, writer, today)
    id = entry_id(rng)
    text = f"更正后：{first.text}"
    correction = Planned(
        {
            "id": id,
            "kind": "visit",
            "corrects": first.write["id"],
            "fields": {"summary": [text]},
            "base": {"summary": [first.text]},
            "made": first.write["made"],
        },
        ACCEPTED,
        text,
    )
    first.text = text
    return [correction, first]


def _twins(rng, writer, today):
    """Which of the two is carried out is up to the line: exactly one is."""
    one, other = _visit(rng, writer, today), _visit(rng, writer, today)
    other.write["id"] = one.write["id"]
    other.expected = one.expected = DIFFERS
    return [one, other]


def _tomorrow(rng, writer, today):
    planned = _visit(rng, writer, today, QUARANTINED)
    planned.write["fields"]["visited_on"] = [f"{today + timedelta(days=3)}"]
    if rng.random() < 0.5:
        planned.write["photos"] = [photo(rng)]
    return [planned]


def _spoiled(rng, writer, today):
    planned = _visit(rng, writer, today, KEPT)
    planned.is_spoiled = True
    return [planned]
