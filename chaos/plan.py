"""What is written on which phone, and how it must end, all derived from the seed."""

import io
import json
import random
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

from PIL import Image

# How an entry must end. "kept": on the phone, which reports that it needs help.
ACCEPTED, QUARANTINED, DIFFERS, KEPT = "accepted", "quarantined", "differs", "kept"

# Shares per thousand entries; the rest are visits, which also replace kinds for which a writer has
# nothing left.
STEPS = 60
ANSWERS = 25
LEAVES = 20
REPLIES = 15
MONTHS = 10
WITH_PHOTOS = 60
WITH_MATTER = 60
# A correction that is sent before the visit it corrects.
CORRECTED_FIRST = 20
# Two contents under one id, as from a phone restored from a backup.
TWINS = 10
TOMORROWS = 20  # the form refuses a future day
SPOILED = 10  # the outbox was damaged: the letter cannot be opened

# One in this many phones is revoked while it writes.
REVOKED = 12

THINGS = ("东支渠淤积，秧田缺水", "路灯坏了三盏", "垃圾清运不及时", "水压不够", "桥面有坑")


@dataclass
class Planned:
    """One entry: the arguments for the phone, and how it must end."""

    write: dict
    expected: str
    # A unique text, which the record must contain.
    text: str
    is_spoiled: bool = False
    # Number of matters of the visit that it writes or corrects.
    matters: int = 0
    # The text of the record until its correction is carried out.
    before: str = ""


@dataclass
class Life:
    """The life of one phone: its entries in the order of writing, possibly with a revocation.

    Each step holds an entry, how many requests the phone may send before the next, and whether its
    process ends afterwards. The phone is revoked before step `revoked_at`.
    """

    steps: list = field(default_factory=list)
    revoked_at: int | None = None


@dataclass(frozen=True)
class Writer:
    """The author of a phone's entries, and what the phone knows to write about (chaos/work.py)."""

    username: str
    unit: str
    # A matter that the writer handles.
    matter: str = ""
    # A stay, the stand-in, days without leave so far, and [(month, its text)].
    stay: str = ""
    stand_in: str = ""
    free_days: tuple = ()
    months: tuple = ()
    # (notice, addressee) of notices that wait for a reply.
    notices: tuple = ()
    # People to interview, and the version of the questionnaire.
    drawn: tuple = ()
    version: str = ""


class Supply:
    """What a writer has left to write about; items that take only one entry are used once."""

    def __init__(self, writer):
        self.writer, self.unit = writer, writer.unit
        self.left = {
            name: list(getattr(writer, name))
            for name in ("free_days", "months", "notices", "drawn")
        }

    def take(self, name):
        return self.left[name].pop(0) if self.left[name] else None


@cache
def _picture(number):
    """Return a photo of up to some forty kilobytes; noise does not compress."""
    rng = random.Random(f"picture {number}")
    width, height = rng.randrange(40, 200), rng.randrange(40, 200)
    image = Image.frombytes("RGB", (width, height), rng.randbytes(width * height * 3))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=60)
    return out.getvalue()


def photo(rng):
    """Return a photo with unique bytes, by a random comment within the JPEG."""
    picture, words = _picture(rng.randrange(24)), rng.randbytes(16)
    return picture[:2] + b"\xff\xfe" + (len(words) + 2).to_bytes(2) + words + picture[2:]


def entry_id(rng):
    """Return a UUID of version 4 from the seed."""
    return str(uuid.UUID(bytes=rng.randbytes(16), version=4))


def lives(seed, writers, entries, today):
    """Return the life of each phone, with `entries` divided as evenly as possible."""
    shares = [entries // len(writers)] * len(writers)
    for n in range(entries % len(writers)):
        shares[n] += 1
    made = [
        _life(random.Random(f"{seed} life {n}"), writer, share, today)
        for n, (writer, share) in enumerate(zip(writers, shares, strict=True))
    ]
    rng = random.Random(f"{seed} revoked")
    for life in rng.sample(made, max(1, len(made) // REVOKED) if len(made) > 2 else 0):
        life.revoked_at = int(len(life.steps) * rng.uniform(0.25, 0.75))
    return made


def _life(rng, writer, share, today):
    life, supply = Life(), Supply(writer)
    while len(life.steps) < share:
        some = _some(rng, supply, today, room=share - len(life.steps))
        for planned in some:
            # Often nothing is sent for a while, and then much at once.
            requests = rng.choice((*[0] * 10, 1, 2, 6))
            life.steps.append((planned, requests, rng.random() < 0.02))
    return life


def _some(rng, supply, today, *, room):
    """Return one entry, or two that belong together."""
    at = rng.randrange(1000)
    for most, make, size in (
        (WITH_PHOTOS, _with_photos, 1),
        (WITH_MATTER, _with_matter, 1),
        (CORRECTED_FIRST, _corrected_first, 2),
        (TWINS, _twins, 2),
        (TOMORROWS, _tomorrow, 1),
        (SPOILED, _spoiled, 1),
        (STEPS, _step, 1),
        (ANSWERS, _answers, 1),
        (LEAVES, _leave, 1),
        (REPLIES, _reply, 1),
        (MONTHS, _month, 1),
    ):
        at -= most
        if at < 0 and size <= room and (made := make(rng, supply, today)):
            return made
        if at < 0:
            break
    return [_visit(rng, supply, today)]


def _own_words(id):
    """Return text unique to this entry, without digits, which in a row might look like a phone
    number."""
    return "".join(chr(ord("a") + int(one, 16)) for one in id.replace("-", "")[:12])


def _visit(rng, writer, today, expected=ACCEPTED, **more):
    id = entry_id(rng)
    text = f"走访{rng.randrange(2, 9)}户，反映{rng.choice(THINGS)}。记录{_own_words(id)}。"
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
    """Return a correction that is held until its visit arrives, which then has the text of the
    correction."""
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
    first.before, first.text = first.text, text
    return [correction, first]


def _twins(rng, writer, today):
    """Return two entries with one id. Exactly one is carried out; the connection decides which."""
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


# --- Entries other than visits --------------------------------------------------------------------


def _about(rng, kind, text, about, today, /, *, id=None, photos=(), **fields):
    write = {
        "id": id or entry_id(rng),
        "kind": kind,
        "about": about,
        "fields": {name: [value] for name, value in fields.items()},
        "made": f"{today}T16:00:00+08:00",
    }
    return Planned(write | ({"photos": photos} if photos else {}), ACCEPTED, text)


def _step(rng, supply, today):
    if not supply.writer.matter:
        return None
    id = entry_id(rng)
    text = f"已到场查看，{rng.choice(THINGS)}。进展{_own_words(id)}。"
    photos = [photo(rng)] if rng.random() < 0.2 else []
    about = supply.writer.matter
    return [_about(rng, "step", text, about, today, id=id, photos=photos, move="note", text=text)]


def _answers(rng, supply, today):
    if (drawn := supply.take("drawn")) is None:
        return None
    id = entry_id(rng)
    text = f"希望{rng.choice(THINGS)}有人管。答{_own_words(id)}。"
    fields = {
        "version": supply.writer.version,
        "answers": json.dumps({"satisfied": rng.choice(("yes", "no")), "words": text}),
        "salt": rng.randbytes(16).hex(),
    }
    return [_about(rng, "answers", text, drawn, today, id=id, **fields)]


def _leave(rng, supply, today):
    if (day := supply.take("free_days")) is None:
        return None
    fields = {"starts_on": day, "ends_on": day, "stand_in": supply.writer.stand_in}
    kind = rng.choice(("personal", "annual"))
    return [_about(rng, "leave", day, supply.writer.stay, today, kind=kind, **fields)]


def _reply(rng, supply, today):
    if (notice := supply.take("notices")) is None:
        return None
    id = entry_id(rng)
    text = f"已核实，{rng.choice(THINGS)}。回{_own_words(id)}。"
    return [_about(rng, "reply", text, notice[0], today, id=id, addressee=notice[1], text=text)]


def _month(rng, supply, today):
    if (month := supply.take("months")) is None:
        return None
    id = entry_id(rng)
    text = f"走访农户，协调{rng.choice(THINGS)}。月{_own_words(id)}。"
    planned = _about(
        rng, "month", text, supply.writer.stay, today, id=id, month=month[0], work=text
    )
    planned.write["base"] = {"work": [month[1]]}
    return [planned]
