"""The authentication backend: whose session a request belongs to. Sign-in is in portal/sign_in/."""

from allauth.account.auth_backends import AuthenticationBackend
from django.utils import timezone

from portal.models import User
from portal.tools.prepared import Prepared

# Runs in every request.
USER = Prepared(lambda pk: User.objects.filter(pk=pk), pk=-1)


class ActingToday(AuthenticationBackend):
    """Users act on today's date, set at sign-in and at each request. Sessions store the path of
    this class: moving it would sign everybody out."""

    def get_user(self, user_id):
        found = USER.rows(pk=user_id)
        if found and self.user_can_authenticate(found[0]):
            return found[0].acting(on=timezone.localdate())
        return None

    def authenticate(self, request, **credentials):
        user = super().authenticate(request, **credentials)
        return user.acting(on=timezone.localdate()) if isinstance(user, User) else None
