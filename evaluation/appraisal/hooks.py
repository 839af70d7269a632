"""Hooks by which parts of evaluation join a cycle without importing each other.

`evaluation.apps` fills the lists; actions and pages of cycles read them. Checks return a Decision;
the first refusal is shown.
"""

from portal.trust.access import Decision


class StillOpen(Decision):
    """A refusal of BEFORE_CLOSING that the user can override by closing everything still open:
    CLOSING then does so, and all checks run again."""


# function(cycle) -> Decision
BEFORE_COLLECTING = []
BEFORE_CLOSING = []
BEFORE_FINISH = []
# function(cycle, by), within the transaction of the act
AFTER_START = []
AFTER_CLOSE = []
# function(cycle, by, at), within the transaction of the act
CLOSING = []
AFTER_CANCEL = []
# function(cycle, by, at), after the scores of a cycle are computed
AFTER_COMPUTED = []
# function(appraised, by), when somebody left out is taken in again during collecting
AFTER_TAKING_IN = []
# function(poll) -> Decision, before one poll is closed
BEFORE_POLL_CLOSES = []
# function(poll, by) -> (issued, returned): adds ballots not cast by code through
# `evaluation.actions.polls.add_ballots`, within the transaction that closes the poll
WHEN_A_POLL_CLOSES = []
# (title, URL name, permission or function(user, record) -> bool): parts of the page of a cycle or
# of an appraised.
CYCLE_PARTS = []
APPRAISED_PARTS = []
# (title, URL name, permission): links on a scheme's page for those who manage it.
SCHEME_LINKS = []


def parts_for(user, parts, record):
    """[(title, URL name)] of the parts this person sees."""
    return [
        (title, name)
        for title, name, permission in parts
        if (permission(user, record) if callable(permission) else user.holds(permission))
    ]
