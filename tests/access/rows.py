"""What rows of the access tables consist of: statuses, and what those get who are not let in."""

# Let in: a page (A), a POST that was done (R), a POST whose empty form was not enough (V). Not let
# in: refused with the reason (N), not found (X).
A, R, N, X, V = 200, 302, 403, 404, 422


def others(people, status=N):
    """The end of a row: what these users get instead of the status of the rest."""
    return dict.fromkeys(people, status)


def only(who, status, of):
    """A row: of those who see the record, `who` are let in with this status and the others refused;
    for the rest it is not found."""
    return who, status, X, others(of - who)
