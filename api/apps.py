"""Interfaces as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _


class ApiConfig(AppConfig):
    name = "api"

    def ready(self):
        # Importing these modules registers them.
        from api import acts, duties, events  # noqa: F401
        from api.acts import tokens  # noqa: F401
        from portal.pages.side_list import Area, Entry, add_lists
        from portal.roles import Permission as P

        def entry(label, page, *held, only_if=None):
            return Entry(label, f"api:{page}", held, only_if=only_if)

        add_lists(
            Area.ADMINISTRATION,
            _("Other systems"),
            entry(
                _("Interfaces"),
                "services",
                P.MANAGE_ACCOUNTS,
                P.GIVE_GRANTS,
                P.SEE_PEOPLE,
                only_if=_knows_of_one,
            ),
            entry(_("Tokens"), "tokens", P.MANAGE_ACCOUNTS, P.GIVE_GRANTS),
            entry(_("Messages to other systems"), "deliveries", P.MANAGE_ACCOUNTS, P.GIVE_GRANTS),
            entry(
                _("Document of the API"),
                "docs",
                P.MANAGE_ACCOUNTS,
                P.GIVE_GRANTS,
                P.SEE_PEOPLE,
                only_if=_knows_of_one,
            ),
        )
        add_lists(
            Area.GOING_DOWN,
            _("Deadlines"),
            entry(_("Calendar of deadlines"), "my_calendar", P.SEE_PEOPLE),
        )


def _knows_of_one(user):
    """Administrators, and those responsible for another system."""
    from api.models import ServiceAccount
    from api.models.tokens import sees_all

    return sees_all(user) or ServiceAccount.objects.visible_to(user).exists()
