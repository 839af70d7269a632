"""Pairing in the invented county."""

from demo.pairing import leading, needs, pairings, partnerships, support, weak

# Name of this chapter in the progress output.
CHAPTER = "who helps whom"


def make(county):
    """Make the chapter; needs that of outreach."""
    pairings.make(county)
    partnerships.make(county)
    needs.make(county)
    support.make(county)
    leading.make(county)
    weak.make(county)
