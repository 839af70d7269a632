"""What each role does in helping: added to its chapter of the help page, one file for each noun."""

from pairing.handbook import co_building, leading, support  # noqa: F401
