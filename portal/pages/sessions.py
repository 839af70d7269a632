"""Sessions whose cookie is not stored on the server: a copy of the database signs nobody in.

The cookie is a random value. The database, the cache and the list of one's own sessions hold only
its digest, which is the `session_key`.
"""

import hashlib

from django.conf import settings
from django.contrib.sessions.backends import cached_db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.middleware import SessionMiddleware
from django.utils.crypto import get_random_string

COOKIE_CHARACTERS = 32


def digest(cookie):
    """Return 160 bits, as many as the column holds."""
    return hashlib.sha256(cookie.encode(errors="backslashreplace")).hexdigest()[:40]


class SessionStore(cached_db.SessionStore):
    """Django's own store. Opened by a `session_key` instead of a cookie, it only serves to manage
    the session."""

    # Value of the browser's cookie; None if the store was opened by its key.
    cookie: str | None = None

    @classmethod
    def of_cookie(cls, cookie):
        if not cookie:
            return cls()
        store = cls(digest(cookie))
        store.cookie = cookie
        return store

    def _get_new_session_key(self):
        while True:
            cookie = get_random_string(COOKIE_CHARACTERS, VALID_KEY_CHARS)
            if not self.exists(key := digest(cookie)):
                self.cookie = cookie
                return key


class DigestedSessions(SessionMiddleware):
    """Opens the session by its cookie, and sends the browser the cookie instead of the key."""

    def process_request(self, request):
        request.session = SessionStore.of_cookie(request.COOKIES.get(settings.SESSION_COOKIE_NAME))

    def process_response(self, request, response):
        response = super().process_response(request, response)
        given = response.cookies.get(settings.SESSION_COOKIE_NAME)
        # Empty when the cookie is deleted.
        if given is not None and given.value:
            # Keeps the attributes of the cookie.
            session: SessionStore = request.session  # pyright: ignore[reportAssignmentType]  # made above
            response.cookies[settings.SESSION_COOKIE_NAME] = session.cookie or ""
        return response
