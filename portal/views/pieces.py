"""Pieces that several pages share: form pages below a list, buttons, tabs, parts of other apps."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from portal import uses
from portal.pages.web import form_page
from portal.text import Text

require_form = require_http_methods(["GET", "HEAD", "POST"])
CURRENT = {"current": _("Current"), "ended": _("Ended")}


def ask(request, form, title, submit, above, *, last: Text = "", back=None, between=(), **page):
    """The page of a form below a list; `above` is (label, url name) of the list.

    Cancel leads to the record `back`, or to the list. `last` replaces the title in the crumbs,
    `between` are crumbs before it.
    """
    label, name = above
    cancel_url = back.get_absolute_url() if back else reverse(name)
    crumbs = [(label, reverse(name)), *between, (last or title, "")]
    page |= {"title": title, "submit_label": submit, "cancel_url": cancel_url, "crumbs": crumbs}
    return form_page(request, form, **page)


def button(label, decision, to, *keys, primary=False, **query):
    """A button for portal/_acts.html that leads to an address by its name."""
    address = reverse(to, args=keys) + (f"?{urlencode(query)}" if query else "")
    return {"label": label, "decision": decision, "url": address, "primary": primary}


def tabs_of(labels, tab):
    """The tabs of {code: label}, with `tab` as the current one."""
    return [{"code": c, "label": label, "current": c == tab} for c, label in labels.items()]


def parts_of(user, parts, record):
    """The parts of a record's page that this user may read, from [(title, url name, permission)];
    a fourth says whether it fits: (user, record) → bool."""
    return [
        {"title": title, "url": reverse(name, args=[record.pk])}
        for title, name, permission, *fits in parts
        if uses.is_open(name) and user.holds(permission) and all(one(user, record) for one in fits)
    ]
