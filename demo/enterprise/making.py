"""Builds the group, chapter by chapter."""

from functools import partial
from importlib import import_module

from demo import MORE_OF_AN_ENTERPRISE
from demo.enterprise import telling
from demo.outreach.county import tell_chapters

SCALES = ("enterprise", "enterprise-tiny")


def make(scale, seed, anchor, settle=lambda: None, say=lambda line: None):
    """Fill an empty database with a group and its year up to the anchor, and return the group."""
    chapters = (
        ("visits and matters", partial(telling.tell, say=say)),
        *((part.CHAPTER, part.make) for part in map(import_module, MORE_OF_AN_ENTERPRISE)),
    )
    begin = partial(telling.begin, scale, seed, anchor)
    return tell_chapters("enterprise", begin, chapters, settle=settle, say=say)
