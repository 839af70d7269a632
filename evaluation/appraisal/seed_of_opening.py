"""The draw for cycles opened before 0.2, with the seed that was made at their opening.

Used only for cycles that have such a seed. The people served are read anew at each draw.
"""

import hashlib

from evaluation.appraisal.frames import Stratum, served


def sequence(seed, poll_id, stratum, references):
    """All references in the order of the draw."""

    def place(reference):
        text = f"{seed}|{poll_id}|{stratum}|{reference}"
        return hashlib.sha256(text.encode()).hexdigest(), reference

    return sorted(set(references), key=place)


def digest_of(references):
    return hashlib.sha256("\n".join(sorted(references)).encode()).hexdigest()


def drawn_of(poll, stratum):
    """All references of a stratum in the order of the draw."""
    everybody = served(poll) if stratum == Stratum.SERVED else range(1, poll.roster_size + 1)
    return sequence(poll.cycle.seed, poll.pk, stratum, map(str, everybody))
