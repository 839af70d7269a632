"""What each role does in helping: added to its chapter of the help page."""

from pairing.handbook import co_building, leading, needs, pairings, support, weak  # noqa: F401
