"""Middleware of every page of the door."""

from django.conf import settings
from django.urls import get_script_prefix, set_script_prefix
from django.utils import translation

from outreach.door.words import LANGUAGES


class DoorPages:
    """Read the language from the address, `/en/…`, since there are no cookies. Browsers must not
    store the pages, and search engines must not index them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        code, slash, rest = request.path_info[1:].partition("/")
        prefix = get_script_prefix()
        if slash and code in LANGUAGES:
            request.path_info = f"/{rest}"
            set_script_prefix(f"/{code}/")
        else:
            code = settings.LANGUAGE_CODE
        request.door_language = code
        try:
            with translation.override(LANGUAGES[code].page):
                response = self.get_response(request)
        finally:
            set_script_prefix(prefix)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        response.headers.setdefault("Content-Language", code)
        return response
