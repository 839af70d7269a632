"""Restricts administrators to named networks, if the installation names any."""

from datetime import timedelta
from ipaddress import ip_address

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.models import BreakGlass
from portal.pages.middleware import Middleware, client_address
from portal.roles import ADMINISTRATORS
from portal.trust import wall
from portal.trust.access import ALLOWED, Decision, require

# An account opened on the server is accepted from anywhere for this long, so that a wrong list
# locks nobody out.
OPENED_FOR = timedelta(days=1)


def refused_here(request, user):
    """Return why this account may not be used from this address, or an empty string."""
    if not settings.ADMIN_NETWORKS or not user.roles & ADMINISTRATORS:
        return ""
    address = client_address(request)
    if address and any(ip_address(address) in network for network in settings.ADMIN_NETWORKS):
        return ""
    since = timezone.now() - OPENED_FOR
    with wall.as_system("whether an account was opened on the server"):
        was_opened = BreakGlass.objects.filter(user=user.pk, at__gt=since).exists()
    if was_opened:
        return ""
    return _(
        "Administrators' accounts are used from named networks only, and %(address)s is in none of "
        "them. Go to a computer of the administration, or have whoever runs the server correct "
        "the list (ADMIN_NETWORKS) or open the account (manage.py break_glass)."
    ) % {"address": address or _("your address")}


class FromNamedNetworks(Middleware):
    """Refuses pages to an administrator whose session has moved to another network, or who has
    become one since signing in."""

    OPEN = frozenset({"account_login", "account_logout", "set_language", "large_type"})

    def process_view(self, request, view_func, view_args, view_kwargs):
        user = request.user
        if user.is_authenticated and request.resolver_match.url_name not in self.OPEN:
            refusal = refused_here(request, user)
            require(Decision(refusal) if refusal else ALLOWED)
