"""Pages of the practice area (docs/adr/0077), where everybody uses the same accounts."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from portal.pages.middleware import Middleware

# What one person would change for all others: passwords, second factors, sessions, channels of
# reminders.
CLOSED = frozenset(
    {
        "account_change_password",
        *("usersessions_list", "end_session"),
        "set_channel",
        "confirm_channel",
        "test_channel",
        "remove_channel",
    }
)


class SharedAccounts(Middleware):
    """Closes the pages on which one person would change something for all who share the account."""

    def process_view(self, request, view_func, view_args, view_kwargs):
        name = request.resolver_match.url_name or ""
        # Practising administrators may create an account, and sign in with its slip.
        must_change = getattr(request.user, "must_change_password", False)
        if name.startswith("mfa_") or (name in CLOSED and not must_change):
            raise PermissionDenied(
                _(
                    "The accounts of the practice area are everybody's: passwords, second factors "
                    "and ways of reminding are not set here."
                )
            )
