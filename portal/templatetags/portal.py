"""What templates need of us: states as dot and word, deadlines as distance and date."""

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal import days, lists
from portal.models import SavedFilter

register = template.Library()

TONES = {
    "registered": "warn",
    "escalated": "warn",
    "assigned": "warn",
    "in_progress": "busy",
    "proposed": "warn",
    "suspended": "quiet",
    "reported": "warn",
    "awaiting_word": "warn",
    "twice_unsatisfied": "mark",
    "closed": "quiet",
    "satisfied": "good",
    "basically": "good",
    "unsatisfied": "mark",
    "queued": "warn",
    "running": "busy",
    "done": "good",
    "failed": "mark",
    "expired": "quiet",
    "published": "busy",
    "issued": "good",
    "changed": "warn",
    "revoked": "mark",
    "draft": "warn",
    "replaced": "quiet",
    "checking": "busy",
    "unmapped": "warn",
    "checked": "warn",
    "refused": "mark",
    "accepting": "busy",
    "accepted": "good",
    "undoing": "busy",
    "to_begin": "warn",
    "to_complete": "warn",
    "asked": "warn",
    "granted": "good",
    "returned": "quiet",
    "handed_in": "warn",
    "sent_back": "mark",
    "planned": "warn",
    "announced": "busy",
    "held": "good",
    "solved": "good",
    "over": "warn",
    "listing": "warn",
    "notice": "busy",
    "heard": "warn",
    "approved": "busy",
    "visiting": "busy",
    "needs": "warn",
    "nominating": "busy",
    "proposing": "busy",
    "decided": "warn",
    "given_up": "quiet",
    "open": "warn",
    "qualified": "good",
    "unqualified": "quiet",
    "withdrawn": "quiet",
    "promised": "busy",
    "overdue": "mark",
    "dropped": "quiet",
    "met": "good",
    "run_out": "mark",
    "unmet": "mark",
    "collecting": "warn",
    "confirmed": "good",
    "publicity": "busy",
    "chosen": "busy",
    "objected": "mark",
    "final": "good",
    "finished": "good",
    "stands": "mark",
}


@register.simple_tag
def state(code, label):
    """A state is a dot and a word, never colour alone."""
    return format_html(
        '<span class="state"><i class="dot dot-{}" aria-hidden="true"></i>{}</span>',
        TONES.get(str(code), "quiet"),
        label,
    )


@register.filter
def stands_on(record, day):
    """How a record stands on a day: a choice, with its code and label."""
    return record.stands(day)


@register.simple_tag
def matter_state(matter):
    if matter.is_closed:
        return state(matter.closure, matter.get_closure_display())
    if matter.reopen_count and matter.status == "in_progress":
        return state("unsatisfied", _("Not satisfied, reopened"))
    return state(matter.status, matter.get_status_display())


@register.filter
def day(value):
    """11-18, with the year only when it is not this one."""
    return days.short_day(value, on=timezone.localdate())


@register.filter
def moment(value):
    """11-18 09:12 in local time."""
    return days.short_moment(value, on=timezone.localdate())


@register.filter
def long_day(value):
    """2026 年 11 月 18 日, for slips and sheets."""
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


@register.filter
def day_in_words(value):
    """11月18日, for who does not read office dates; the year only when it is not this one."""
    if hasattr(value, "hour"):
        value = timezone.localtime(value)
    same_year = value.year == timezone.localdate().year
    if get_language() == "en":
        return date_format(value, "j F" if same_year else "j F Y")
    return f"{value.month}月{value.day}日" if same_year else long_day(value)


@register.simple_tag
def deadline(matter):
    """Distance and tone of a matter's deadline; the date stands under it."""
    if matter.status == "suspended":
        return ""
    if matter.stage == "call_back" or matter.status == "reported":
        return format_html('<span class="deadline">{}</span>', _("Answered"))
    if matter.is_closed:
        words = _("Closed late") if matter.was_late else _("Closed in time")
        return format_html('<span class="deadline">{}</span>', words)
    if matter.due_at and matter.due_at < timezone.now() and matter.due_on == timezone.localdate():
        return format_html('<span class="deadline over">{}</span>', _("overdue"))
    return until(matter.due_on)


@register.simple_tag
def until(day):
    """The distance to a deadline in words and tone."""
    days = (day - timezone.localdate()).days
    if days < 0:
        words = ngettext("%(n)s day overdue", "%(n)s days overdue", -days) % {"n": -days}
        return format_html('<span class="deadline over">{}</span>', words)
    if days == 0:
        return format_html('<span class="deadline soon">{}</span>', _("Due today"))
    if days == 1:
        return format_html('<span class="deadline soon">{}</span>', _("Due tomorrow"))
    words = ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days}
    return format_html('<span class="deadline {}">{}</span>', "soon" if days <= 2 else "", words)


@register.simple_tag(takes_context=True)
def kept_query(context, *dropped):
    """The page's address as hidden fields of a form, without its paging and what is `dropped`.

    A template cannot ask `request.GET` for its items: a parameter may be called `items`.
    """
    left_out = {"after", "before", "jump", *dropped}
    return format_html_join(
        "",
        '<input type="hidden" name="{}" value="{}">',
        (one for one in context["request"].GET.items() if one[0] not in left_out),
    )


@register.simple_tag(takes_context=True)
def query(context, **changes):
    """The page's address with some parameters changed; None removes one. Resets the paging."""
    parameters = context["request"].GET.copy()
    for key in ("after", "before", "jump", "count"):
        parameters.pop(key, None)
    for key, value in changes.items():
        if value in (None, ""):
            parameters.pop(key, None)
        else:
            parameters[key] = value
    return f"?{parameters.urlencode()}"


NOUGHT = format_html('<span class="nought">{}</span>', "·")


@register.simple_tag
def number_cells(cells):
    """Cells of a table whose numbers open their lists; by hundreds the template takes long."""
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
    """An entry whose key is no identifier (aria-describedby)."""
    return mapping.get(key, "")


@register.simple_tag(takes_context=True)
def query_without(context, name):
    """The page's address without one filter."""
    parameters = context["request"].GET.copy()
    for key in (name, f"{name}_text", "after", "before", "jump", "count"):
        parameters.pop(key, None)
    return f"?{parameters.urlencode()}"


@register.inclusion_tag("components/list_shape.html", takes_context=True)
def list_shape(context):
    """What a person arranges on this list: filters kept by name (one query), columns (none)."""
    request = context["request"]
    page = request.resolver_match.view_name
    shaped = lists.LISTS.get(page)
    present, saved, choices = "", [], []
    if shaped:
        shown = lists.columns(request.user, page)
        choices = [(column, shown[column.code]) for column in shaped.columns]
    if shaped and shaped.filters:
        present = lists.cleaned(page, request.GET.urlencode())
        saved = list(SavedFilter.objects.filter(user=request.user, page=page).order_by("pk"))
    return {
        "request": request,
        "page_name": page,
        "present": present,
        "saved": saved,
        "may_save": bool(present) and present not in {one.query for one in saved},
        "choices": choices,
    }


@register.inclusion_tag("components/empty.html")
def empty(title, text, url="", action=""):
    """An empty list says what to do next."""
    return {"empty_title": title, "empty_text": text, "empty_url": url, "empty_action": action}


@register.filter
def any_errors(form, names):
    """Whether one of these fields has to be looked at; what is folded away is opened then."""
    return any(form.errors.get(name) for name in names.split())
