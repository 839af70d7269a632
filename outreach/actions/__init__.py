"""The verbs of going down: every change to its records. One function is one act.

Keyword-only, `by=` always, the clock from the caller. Body in five beats: lock and re-read,
require the rule, change, audit, queue after commit.
"""
