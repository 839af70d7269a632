"""Actions of outreach: every change to its records. Each function is one act.

Arguments are keyword-only, with `by=` always and the clock from the caller. The body takes five
steps: lock and reload, require the rule, change, audit, queue after commit.
"""
