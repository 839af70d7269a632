"""Letters open only with their key and purpose; letters from before HPKE still open."""

import base64

import pytest

from portal.trust import sealing

pytestmark = pytest.mark.each_run

PRIVATE = bytes(range(32))
PUBLIC = sealing.public_part(PRIVATE)
TEXT = "水渠塌了两处"
# Sealed for PRIVATE before HPKE.
OLD = (
    "tZDeuiOAToPJ6TT2tdGagN9WfpFvAuzFTJlODu8u/hT3EDXtaRxV9DbHCSgDTS8xXLrDWvRSc0fGz/uGAU73rIlKB11nJu86"
    "QuEUtag3"
)


@pytest.mark.parametrize(
    "letter", [OLD, sealing.seal(TEXT, PUBLIC, "door.raise")], ids=["before", "h1"]
)
def test_a_letter_opens_for_its_key_and_purpose_alone(letter):
    assert sealing.unseal(letter, PRIVATE, "door.raise") == TEXT
    for key, purpose in ((PRIVATE, "door.word"), (b"x" * 32, "door.raise")):
        with pytest.raises(sealing.Unopenable):
            sealing.unseal(letter, key, purpose)


@pytest.mark.parametrize(
    "letter", [OLD, sealing.seal(TEXT, PUBLIC, "door.raise")], ids=["before", "h1"]
)
def test_an_altered_letter_does_not_open(letter):
    mark = sealing.MARK if letter.startswith(sealing.MARK) else ""
    raw = bytearray(base64.b64decode(letter.removeprefix(mark)))
    for place in (0, len(raw) // 2, len(raw) - 1):
        altered = raw.copy()
        altered[place] ^= 1
        with pytest.raises(sealing.Unopenable):
            sealing.unseal(mark + base64.b64encode(altered).decode(), PRIVATE, "door.raise")
    for broken in ("", "?", sealing.MARK, letter[:40], letter + "A", "h1.????"):
        with pytest.raises(sealing.Unopenable):
            sealing.unseal(broken, PRIVATE, "door.raise")


def test_two_letters_of_one_text_differ_and_are_equally_long():
    one, other = (sealing.seal(TEXT, PUBLIC, "door.raise") for _time in range(2))

    assert one != other and len(one) == len(other)
