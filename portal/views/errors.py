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
    """What somebody wrote into a form that is refused or gone stands on the page that says so: the
    record may have moved on while they wrote, and pages are kept by no browser."""
    request.counts_nothing = True
    request.written = []
    # A view refused it, after the check that the form is ours: nobody else puts words on our page.
    if request.method == "POST" and request.resolver_match and request.user.is_authenticated:
        fields = sorted(request.POST.lists())
        request.written = [
            text for name, texts in fields for text in texts if _is_prose(name, text)
        ]
    return request


def _is_prose(name, text):
    is_plain = text.isascii() and " " not in text.strip()
    return len(text.strip()) >= 6 and not is_plain and "password" not in name
