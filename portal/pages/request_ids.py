"""Request ids in the log, and one log line for each request. Active only with LOG_FORMAT=json."""

import logging
import time
import uuid

from django.conf import settings

from portal.pages.middleware import Middleware
from portal.run import logs

logger = logging.getLogger(__name__)

# An invented method must not reach the log, nor become a label.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def method_of(request):
    return request.method if request.method in _METHODS else "other"


class RequestIds(Middleware):
    """Gives each request an id (our proxy's, if well formed) and writes one log line about it."""

    def __call__(self, request):
        given = request.headers.get("X-Request-ID", "") if settings.SECURE_PROXY_SSL_HEADER else ""
        if not logs.WELL_FORMED.fullmatch(given):
            given = uuid.uuid4().hex
        began = time.perf_counter()
        with logs.of_request(given):
            response = self.get_response(request)
            logger.info(
                "Answered",
                extra={
                    "fields": {
                        "method": method_of(request),
                        "route": logs.route_of(request),
                        "status": response.status_code,
                        "ms": round((time.perf_counter() - began) * 1000),
                    }
                },
            )
        response.headers["X-Request-ID"] = given
        return response
