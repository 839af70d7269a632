"""Middleware of the nation."""

from django.http import Http404

# Apps that keep records, of which a nation has none.
OF_CELLS = frozenset(
    {"outreach", "neighbours", "works", "research", "sync", "pairing", "evaluation", "oversight"}
)


class NationOnly:
    """In a nation an address of records is none."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if OF_CELLS.intersection(request.resolver_match.namespaces):
            raise Http404
