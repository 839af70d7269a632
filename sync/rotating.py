"""What phones hold for an older key while the keys of the portal are rotated."""

from sync.models import Device


def letters(old):
    """Letters are sealed for the key that was in use when the phone last fetched it."""
    holding = Device.objects.filter(revoked_at=None, unsent__gt=0).count() if old else 0
    if not holding:
        return []
    keys = ", ".join(old)
    return [f"{holding} phones hold letters that were perhaps sealed for {keys}: keep them."]
