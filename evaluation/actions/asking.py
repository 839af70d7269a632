"""Shared steps of the actions of evaluation: lock and check, clean a text, write the audit."""

from django.core.exceptions import ValidationError

from portal.records import audit
from portal.roles import Permission
from portal.tools.locking import locked
from portal.trust.access import require


def permitted(row, rule, by, *related, **more):
    """Lock and reload the row, and require that the rule allows the act. Raises
    PermissionDenied."""
    row = locked(row, *related, no_key=True)
    require(rule(by, row, **more))
    return row


def stated(field, text, sentence):
    """Strip the text; raise ValidationError at its field if nothing is left."""
    if not (text := text.strip()):
        raise ValidationError({field: sentence})
    return text


def note(event, on, by, fields=(), values=None):
    """Write an audit entry that names whom a stand-in acts for; `by` is None for a worker."""
    principal = by.principal_for(Permission.MANAGE_EVALUATION) if by else None
    audit.record(event, on=on, by=by or "worker", principal=principal, fields=fields, values=values)
