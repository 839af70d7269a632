"""Pages for what went wrong, each with what to do next."""

from django.shortcuts import render
from django.views import defaults


def csrf_failure(request, reason=""):
    return render(request, "403_csrf.html", status=403)


def not_found(request, exception):
    return defaults.page_not_found(_kept(request), exception)


def refused(request, exception):
    return defaults.permission_denied(_kept(request), exception)


def _kept(request):
    """Put the texts of a refused form on the error page: the record may have changed while they
    were typed, and browsers do not keep our pages."""
    request.skip_counts = True
    request.written = []
    # A view refused it, so the CSRF check has passed: nobody else can put text on our page.
    if request.method == "POST" and request.resolver_match and request.user.is_authenticated:
        fields = sorted(request.POST.lists())
        request.written = [
            text for name, texts in fields for text in texts if _is_prose(name, text)
        ]
    return request


def _is_prose(name, text):
    is_plain = text.isascii() and " " not in text.strip()
    return len(text.strip()) >= 6 and not is_plain and "password" not in name
