"""Pages for what went wrong, each with what to do next."""

from django.shortcuts import render
from django.views import defaults


def csrf_failure(request, reason=""):
    return render(request, "403_csrf.html", status=403)


def not_found(request, exception):
    request.counts_nothing = True
    return defaults.page_not_found(request, exception)


def refused(request, exception):
    request.counts_nothing = True
    return defaults.permission_denied(request, exception)
