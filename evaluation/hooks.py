"""Where the parts of evaluation join a cycle without importing each other.

Each list is filled by `evaluation.apps` and read by the actions and pages of cycles. What may
stand in the way returns a Decision; the first refusal is the one that is told.
"""

# function(cycle) -> Decision
BEFORE_COLLECTING = []
BEFORE_CLOSING = []
BEFORE_FINISH = []
# function(cycle, by), within the transaction of the act
AFTER_START = []
AFTER_CLOSE = []
# function(cycle, by), once the scores of a cycle that was being computed are there
AFTER_COMPUTED = []
# (title, name of the address, permission): parts shown on the page of a cycle, of one appraised
CYCLE_PARTS = []
APPRAISED_PARTS = []
