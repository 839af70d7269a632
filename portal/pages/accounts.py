"""Whose session a request belongs to. How somebody signs in stands in portal/sign_in/."""

from allauth.account.auth_backends import AuthenticationBackend
from django.utils import timezone

from portal.models import User
from portal.tools.prepared import Prepared

# Runs in every request.
USER = Prepared(lambda pk: User.objects.filter(pk=pk), pk=-1)


class ActingToday(AuthenticationBackend):
    """Users act on today's date, set at sign-in and at each request. Sessions name this class: at
    another address, everybody would have to sign in again."""

    def get_user(self, user_id):
        found = USER.rows(pk=user_id)
        if found and self.user_can_authenticate(found[0]):
            return found[0].acting(on=timezone.localdate())
        return None

    def authenticate(self, request, **credentials):
        user = super().authenticate(request, **credentials)
        return user.acting(on=timezone.localdate()) if isinstance(user, User) else None
