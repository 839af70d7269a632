"""Refusals that a page shows in ways of their own."""

from portal.access import Decision


class NotYours(Decision):
    """A refusal because of the person: the button is not shown at all."""


class NotNow(Decision):
    """A refusal because of the state that needs no dashed button: the state itself says it."""
