"""Addresses of the REST API, made from its operations."""

from django.urls import path, re_path

from api.v1.document import MODULES  # noqa: F401 (its operations)
from api.v1.gate import gated, nothing, v1
from api.views import services


def _addresses():
    """One URL for each path, whose view handles all its methods. Leaves out the framework's root,
    which would show nothing of ours."""
    found = {one.pattern._route: one for one in v1.urls[0] if one.name != "api-root"}
    for route, one in found.items():
        yield path(f"api/v1/{route}", gated(one.callback), name=one.name)


urlpatterns = [
    path("api/v1/openapi.json", services.openapi, name="openapi"),
    *_addresses(),
    re_path(r"^api/v1/(?P<rest>.*)$", nothing, name="nothing"),
]
