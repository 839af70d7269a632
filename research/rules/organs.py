"""Whether a person's grants reach an organ, as `organ_reach` chooses rows by it."""


def holds_for(user, permission, organ):
    """Whether the person holds a permission for this organ, by its present place."""
    return any(_reaches(grant, organ) for grant in user.grants_with(permission))


def _reaches(grant, organ):
    if grant.organ_id and not organ.path.startswith(grant.organ.path):
        return False
    if not grant.division_id:
        return True
    return bool(organ.division) and organ.division.path.startswith(grant.division.path)
