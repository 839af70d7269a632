"""What the frame of every page shows: the side list, who I am and as what."""

from django.utils.functional import SimpleLazyObject

from portal.duties.reminders import unread_count
from portal.pages.middleware import second_factor_due
from portal.pages.side_list import phone_tabs, side_list
from portal.roles import Permission, Role

P = Permission


def frame(request):
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.must_change_password:
        return {}
    return {
        "search_text": "",
        "second_factor_due": SimpleLazyObject(lambda: second_factor_due(user)),
        # Everything that is searched belongs to the business, to which this permission is the door.
        "may_search": SimpleLazyObject(lambda: user.holds(P.SEE_PEOPLE)),
        "bell": SimpleLazyObject(lambda: _bell(request, user)),
        "side_list": SimpleLazyObject(lambda: side_list(request, user)),
        "phone_tabs": SimpleLazyObject(lambda: phone_tabs(request, user)),
        "my_roles": SimpleLazyObject(
            lambda: [Role(code).label for code in Role.values if code in user.roles]
        ),
    }


def _bell(request, user):
    # A page that only says no counts nothing.
    return "" if getattr(request, "skip_counts", False) else str(unread_count(user) or "")
