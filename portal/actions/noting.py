"""Audit entries of acts for which a stand-in may borrow the permission."""

from portal.records import audit


def note(permission, event, on, by, fields=(), values=None):
    """Record the event, and the principal if `by` acts as a stand-in with this permission."""
    principal = by.principal_for(permission)
    audit.record(event, on=on, by=by, principal=principal, fields=fields, values=values)
