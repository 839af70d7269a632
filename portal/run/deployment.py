"""Checks of our own settings for `manage.py check --deploy`."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Tags, Warning, register

NOWHERE = {"127.0.0.1", "localhost", "::1", None}
ADDRESSES = {
    "PORTAL_ADDRESS": "links in messages",
    "PUBLIC_BASE_URL": "cards and slips of villagers",
}


@register(Tags.security, deploy=True)
def addresses(app_configs, **kwargs):
    """Report addresses given to others that point to the recipient's own machine."""
    if settings.DOOR:
        return []
    # Nobody gets a card or a slip from a nation.
    names = [name for name in ADDRESSES if settings.MODE == "cell" or name != "PUBLIC_BASE_URL"]
    return [
        Warning(
            f"{name} is not set: {ADDRESSES[name]} would lead to {getattr(settings, name)}, which"
            " nobody else reaches. Set it before the first one goes out.",
            id="portal.W001",
        )
        for name in names
        if urlsplit(getattr(settings, name)).hostname in NOWHERE
    ]
