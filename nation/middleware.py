"""Middleware of the nation."""

from django.conf import settings
from django.http import Http404


class NationOnly:
    """Answer 404 for addresses of records in a nation."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if settings.CLOSED_APPS.intersection(request.resolver_match.namespaces):
            raise Http404
