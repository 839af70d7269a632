"""Letters on phones that need an older key, during key rotation."""

from sync.models import Device


def letters(old):
    """Letters are sealed with the key that the phone last fetched."""
    holding = Device.objects.filter(revoked_at=None, unsent__gt=0).count() if old else 0
    if not holding:
        return []
    keys = ", ".join(old)
    return [f"{holding} phones hold letters that were perhaps sealed for {keys}: keep them."]
