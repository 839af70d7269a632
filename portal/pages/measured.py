"""Response times and the numbers of `/metrics/`. Active only where METRICS_TOKEN or METRICS_ALLOW
is set; elsewhere the address does not exist."""

import hmac
import time
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotFound

from portal.pages.middleware import Middleware
from portal.pages.request_ids import method_of
from portal.run import metrics


class Measured(Middleware):
    """Measures response times, and answers `/metrics/` for the monitoring.

    It precedes all other middleware: the monitoring has no session, and addresses a node by its IP
    address, which is not in ALLOWED_HOSTS.
    """

    PATH = "/metrics/"

    def __call__(self, request):
        if request.path_info == self.PATH:
            return self._answer(request)
        began = time.perf_counter()
        response = self.get_response(request)
        metrics.note(
            seconds=time.perf_counter() - began,
            app=_app_of(request),
            method=method_of(request),
            status=response.status_code,
        )
        return response

    def _answer(self, request):
        # Refuse as if the page did not exist.
        if request.method != "GET" or not may_read_metrics(request):
            return HttpResponseNotFound()
        return HttpResponse(metrics.page(), content_type=metrics.CONTENT_TYPE)


# Headers that a proxy adds: the monitoring never comes through one.
_OF_PROXIES = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")


def may_read_metrics(request):
    """Return whether the request reaches this node directly, from an allowed address and with the
    token, as far as these are set."""
    if any(name in request.headers for name in _OF_PROXIES):
        return False
    networks, token = settings.METRICS_NETWORKS, settings.METRICS_TOKEN
    if networks:
        try:
            address = ip_address(request.META.get("REMOTE_ADDR") or "")
        except ValueError:
            return False
        if not any(address in network for network in networks):
            return False
    if token:
        said = request.headers.get("Authorization", "")
        if not hmac.compare_digest(said.encode(), f"Bearer {token}".encode()):
            return False
    return bool(networks or token)


def _app_of(request):
    match = getattr(request, "resolver_match", None)
    if match is None:
        return "none"
    return match.app_name or match.func.__module__.partition(".")[0]
