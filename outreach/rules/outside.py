"""Independence: neither one of the people involved nor a member of their organs."""

from portal.models import Organ
from portal.models.places import OrganKind
from portal.roles import Permission as P

# Permissions held for an organ, which may differ from that of the account.
ACTS_FOR_ITS_ORGAN = (P.HANDLE_MATTERS, P.HOST_MATTERS, P.RECORD_FOR_OTHERS)


def stands_outside(user, *, people, organs):
    """Whether neither the person nor anybody they stand in for is one of these people or belongs to
    one of these organs, or to an organ above or below one. A station counts as its parent organ."""
    if (user.identity_ids | {user.pk}) & set(people):
        return False
    theirs, own = _bodies(organs), _bodies(_organs_of(user))
    return not any(
        mine.startswith(path) or path.startswith(mine) for path in theirs for mine in own
    )


def _organs_of(user):
    """The organs of a person's account, post and grants, and of those they stand in for."""
    cadre = getattr(user, "cadre", None)
    ids = {user.organ_id, cadre and cadre.organ_id}
    for grant in user.grants_today():
        ids.add(grant.user.organ_id)
    for permission in ACTS_FOR_ITS_ORGAN:
        ids |= {grant.organ_id for grant in user.grants_with(permission)}
    return ids


def _bodies(organs):
    paths = set()
    for organ in Organ.objects.filter(pk__in=set(organs) - {None}).select_related("parent"):
        body = organ
        while body.kind == OrganKind.STATION and body.parent:
            body = body.parent
        paths.add(body.path)
    return paths
