"""Where the parts of evaluation join a cycle without importing each other.

Each list is filled by `evaluation.apps` and read by the actions and pages of cycles. What may
stand in the way returns a Decision; the first refusal is the one that is told.
"""

from portal.trust.access import Decision


class StillOpen(Decision):
    """Of BEFORE_CLOSING: a refusal that ends when whoever closes says that what is open is to be
    closed as it stands; then CLOSING does it, and everything is asked again."""


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
# function(cycle, by, at), once the scores of a cycle that was being computed are there
AFTER_COMPUTED = []
# function(appraised, by): somebody who was left out is appraised again while it is collected.
AFTER_TAKING_IN = []
# function(poll) -> Decision, before one poll is closed
BEFORE_POLL_CLOSES = []
# function(poll, by) -> (issued, returned): writes the ballots that came otherwise than by code
# with `evaluation.actions.polls.add_ballots`, within the transaction that closes the poll
WHEN_A_POLL_CLOSES = []
# (title, name of the address, permission): parts shown on the page of a cycle, of one appraised.
# In place of the permission may stand a function(user, record) -> bool.
CYCLE_PARTS = []
APPRAISED_PARTS = []
# (title, name of the address, permission): links on the page of a scheme, for who keeps it.
SCHEME_LINKS = []


def parts_for(user, parts, record):
    """[(title, name of the address)] of the parts that this person is shown."""
    return [
        (title, name)
        for title, name, permission in parts
        if (permission(user, record) if callable(permission) else user.holds(permission))
    ]
