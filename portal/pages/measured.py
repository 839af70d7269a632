"""How long answers take, and the numbers of `/metrics/`. It runs only where METRICS_TOKEN or
METRICS_ALLOW is set; elsewhere the address is not there."""

import hmac
import time
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotFound

from portal.pages.middleware import Middleware
from portal.pages.request_ids import method_of
from portal.run import metrics


class Measured(Middleware):
    """Counts how long answers take, and answers `/metrics/` to the monitoring.

    It stands before everything else: the monitoring has no session, and names a node by its
    address, which is none of ALLOWED_HOSTS.
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
        # Refused as if it were not there.
        if request.method != "GET" or not may_read_metrics(request):
            return HttpResponseNotFound()
        return HttpResponse(metrics.page(), content_type=metrics.CONTENT_TYPE)


# Whatever a proxy adds: what came through one is never the monitoring.
_OF_PROXIES = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")


def may_read_metrics(request):
    """Who asks the node itself, from an allowed address and with the token, where they are set."""
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
