"""Template tags and filters: states, deadlines, dates, addresses."""

import re

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from portal import wordings
from portal.pages import acts, cells, lists, side_list
from portal.pages.onward import query_of, query_of_row
from portal.pages.renderer import drawn
from portal.pages.web import address_with
from portal.sheets import wording
from portal.tools import languages

register = template.Library()
for one in (cells.state, cells.matter_state, cells.deadline, cells.until):
    register.simple_tag(one)
register.filter(cells.day)
register.filter(cells.moment)


# Context variables that the parts of the frame read.
_OF_THE_FRAME = (
    *("user", "may_search", "search_text"),
    *("bell", "side_list", "my_roles"),
)


@register.simple_tag
def portal_name():
    """The name that the office gives the portal."""
    name = wordings.portal_name(on=timezone.localdate())
    return _("%(portal)s (practice area)") % {"portal": name} if settings.PRACTICE else name


@register.simple_tag
def single_sign_on():
    """The name of the organ's own sign-in; empty if there is none."""
    return settings.OIDC_NAME if settings.OIDC_ISSUER else ""


@register.simple_tag
def practice_banner():
    """The banner of each page and slip of the practice area, also in print; empty elsewhere."""
    if not settings.PRACTICE:
        return ""
    return format_html(
        '<link rel="stylesheet" href="{}">'
        '<aside class="practice-banner" aria-label="{}">{}{}</aside>',
        static("css/practice.css"),
        _("Practice area"),
        _("Practice area: emptied every night, counted in no figure"),
        format_html(' <a href="{}">{}</a>', settings.PORTAL_ADDRESS, _("Back to the portal"))
        if settings.PORTAL_ADDRESS
        else "",
    )


@register.simple_tag
def worded(text):
    """A Chinese text of a slip in the wording of the page."""
    return wording.worded(text)


@register.simple_tag(takes_context=True)
def frame_part(context, name):
    """A part of the frame of every page, of templates/frame/."""
    given = {one: context.get(one) for one in _OF_THE_FRAME} | {
        "portal_name": portal_name(),
        "is_practice": settings.PRACTICE,
        "practice_address": settings.PRACTICE_ADDRESS,
    }
    if name == "side" and given["side_list"] and (way := context.get("crumbs")):
        side_list.mark_above(given["side_list"], way)
    return drawn(f"{name}.html", context.get("request"), **given)


@register.filter
def stands_on(record, day):
    """The state of a record on a day: a choice with code and label."""
    return record.stands(day)


@register.filter
def moment_to_seconds(value):
    """2026-11-18 09:12:05 in local time, for data as of a moment."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"


@register.filter
def beside(line, columns):
    """(heading, n) of each column of a line."""
    return line.beside(columns)


@register.filter
def long_day(value):
    """2026 年 11 月 18 日, for slips and sheets."""
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


@register.filter
def unbroken(text):
    """A text whose periods (8:30—17:30) stay on one line of a narrow card."""
    return re.sub(r"(?<=\d)([—–～~-]+)(?=\d)", "\u2060\\1\u2060", text)


@register.filter
def day_in_words(value):
    """11月18日, for the public; with the year if it is not the current one."""
    if hasattr(value, "hour"):
        value = timezone.localtime(value)
    same_year = value.year == timezone.localdate().year
    if languages.is_english():
        return date_format(value, "j F" if same_year else "j F Y")
    return f"{value.month}月{value.day}日" if same_year else long_day(value)


@register.simple_tag(takes_context=True)
def kept_query(context, *dropped):
    """The page's query as hidden fields of a form, without paging and the `dropped` parameters.

    A template cannot use `request.GET.items`: a parameter may be called `items`.
    """
    left_out = {"after", "before", "jump", *dropped}
    return format_html_join(
        "",
        '<input type="hidden" name="{}" value="{}">',
        (one for one in context["request"].GET.items() if one[0] not in left_out),
    )


@register.simple_tag(takes_context=True)
def query(context, **changes):
    """The page's address with some parameters changed, at its first page; None removes one."""
    return address_with(context["request"].GET, **changes)


@register.simple_tag(takes_context=True)
def onward(context, act=None):
    """The query that addresses of this page's acts end with, so that they lead to the next row of
    the to-do list; the act of a message has its own row."""
    if act and "row" in act:
        return query_of_row(act["row"])
    request = context.get("request")
    return query_of(request) if request else ""


@register.simple_tag(takes_context=True)
def undo_buttons(context, message):
    """The buttons that take back the act a message reports, for portal/_acts.html."""
    return acts.undo_buttons(context["request"].user, message.extra_tags)


NOUGHT = format_html('<span class="nought">{}</span>', "·")


@register.simple_tag
def number_cells(cells):
    """Table cells whose numbers link to their lists; much faster than a template for hundreds."""
    link = '<a href="{}" data-n="{}">{}</a>'
    shown = (format_html(link, one.url, one.n, one.n) if one.n else NOUGHT for one in cells)
    return format_html_join("", "<td>{}</td>", ((one,) for one in shown))


@register.filter
def size(number):
    """File size in KB or MB."""
    if number < 1_000_000:
        return f"{max(1, number // 1000)} KB"
    return f"{number / 1_000_000:.1f} MB"


@register.filter
def get(mapping, key):
    """An entry whose key is not an identifier (aria-describedby)."""
    return mapping.get(key, "")


@register.simple_tag(takes_context=True)
def query_without(context, name):
    """The page's address without one filter."""
    return address_with(context["request"].GET, **{name: None, f"{name}_text": None})


@register.inclusion_tag("components/list_shape.html", takes_context=True)
def list_shape(context):
    """The person's arrangement of this list; see `lists.shape`."""
    request = context["request"]
    page = request.resolver_match.view_name
    return {"request": request, **lists.shape(request.user, page, request.GET)}


@register.inclusion_tag("components/empty.html")
def empty(title, text, url="", action=""):
    """An empty list says what to do next."""
    return {"empty_title": title, "empty_text": text, "empty_url": url, "empty_action": action}


@register.filter
def any_errors(form, names):
    """Whether one of these fields has an error, so that its collapsed part must be open."""
    return any(form.errors.get(name) for name in names.split())
