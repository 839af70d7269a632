"""Notices: list, record, publishing, print, register."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach.actions import notices as actions
from outreach.acts.notices import NOTICES, crumbs, visible_notice
from outreach.filters.notices import NoticeFilter, in_tab, tabs_for
from outreach.ledgers.notices import NOTICE_LEDGER
from outreach.models import NoticeAddressee
from outreach.rules import notices as rules
from portal import ledgers
from portal.access import Decision, require
from portal.roles import Permission
from portal.web import (
    Sort,
    counted,
    download,
    exact_total,
    listed,
    page_or_part,
    sheet_page,
)

NEWEST = Sort(gettext_lazy("newest first"), "published_on")
SORTS = {
    "waiting": Sort(gettext_lazy("by deadline"), "reply_due_on", descending=False),
    "drafts": Sort(gettext_lazy("newest first"), "created_at"),
}
# So many of the addressed organs are named before publishing; all of them are counted.
NAMED = 60


def _may_read(user):
    """Notices are business: they are for those who work with places and people."""
    if not user.holds(Permission.SEE_PEOPLE):
        require(Decision(_("Notices are open to those who work with places and people.")))


@require_safe
def notices(request):
    user = request.user
    _may_read(user)
    tabs = tabs_for(user)
    waiting = counted(in_tab("waiting", user), up_to=999)[0]
    tab = request.GET.get("tab")
    if tab not in tabs:
        tab = "waiting" if waiting else "to_us"
    filtered = NoticeFilter(request.GET, queryset=in_tab(tab, user), user=user)
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    if count := exact_total(request, rows):
        return count
    sort = SORTS.get(tab, NEWEST)
    context = {
        **listed(request, rows.for_list(), sort),
        "filter": filtered,
        "tab": tab,
        "tabs": [
            {"code": code, "label": label, "current": code == tab,
             "count": waiting if code == "waiting" else None}
            for code, label in tabs.items()
        ],
        "sorts": [(tab, sort)],
        "sort": sort,
        "may_export": user.holds(Permission.EXPORT) and tab != "drafts",
        "may_write": user.holds(Permission.PUBLISH_NOTICES),
        "crumbs": [(_("Notices"), "")],
    }  # fmt: skip
    return page_or_part(request, "outreach/notices.html", "outreach/_notice_rows.html", context)


@require_safe
def notice(request, pk):
    user, notice = request.user, visible_notice(request.user, pk)
    reached = NoticeAddressee.objects.reaching(user).filter(notice=notice).in_official_order()
    sees_answers = notice.asks_anything and rules.sees_answers(user, notice)
    answers = notice.addressees.in_official_order() if sees_answers else []
    context = {
        "notice": notice,
        "organs": notice.organs.order_by("sort_order", "pk"),
        "files": notice.attachments.order_by("pk"),
        "ours": [one for one in reached if one.answered_at],
        "answers": [one for one in answers if one.answered_at],
        "silent": [one for one in answers if not one.answered_at],
        "sees_answers": sees_answers,
        "asked_count": notice.addressees.count(),
        "correction": _visible_correction(notice),
        "acts": _acts(user, notice),
        "crumbs": crumbs(notice),
    }
    for one in (*context["ours"], *context["answers"]):
        one.notice = notice
    return render(request, "outreach/notice.html", context)


def _visible_correction(notice):
    """The notice in its place, once that is published."""
    correction = getattr(notice, "correction", None)
    return correction if correction and not correction.is_draft else None


def _acts(user, notice):
    is_asked = NoticeAddressee.objects.reaching(user).filter(notice=notice).exists()
    reply = NOTICES.button("answer_notice", user, notice)
    if reply and not is_asked:
        reply["label"] = _("Enter the organ's answer")
    return [*([reply] if reply else []), *NOTICES.buttons(user, notice)]


# --- Publishing, print, register --------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def publish_notice(request, pk):
    """The last look before it goes out: to whom, and to how many organs."""
    # No row: the page opens for a draft that may not be published yet, and says why.
    user, notice = request.user, visible_notice(request.user, pk)
    require(rules.may_change_draft(user, notice))
    if request.method == "POST":
        actions.publish_notice(notice=notice, by=user, at=timezone.now())
        return redirect(notice)
    addressed = rules.addressed_organs(user, notice)
    count = addressed.count()
    context = {
        "notice": notice,
        "publishing": rules.may_publish(user, notice),
        "addressed": addressed[:NAMED],
        "count": count,
        "more": max(0, count - NAMED),
        "files": notice.attachments.order_by("pk"),
        "crumbs": crumbs(notice, _("Publish")),
    }
    return render(request, "outreach/publish_notice.html", context)


@require_safe
def notice_print(request, pk):
    notice = visible_notice(request.user, pk)
    sees_answers = notice.asks_anything and rules.sees_answers(request.user, notice)
    context = {
        "notice": notice,
        "organs": notice.organs.order_by("sort_order", "pk"),
        "files": notice.attachments.order_by("pk"),
        "answers": notice.addressees.in_official_order() if sees_answers else [],
    }
    return sheet_page(request, "outreach/slips/notice.html", context)


@require_safe
def notice_file(request, pk, attachment_pk):
    notice = visible_notice(request.user, pk)
    attachment = get_object_or_404(notice.attachments, pk=attachment_pk)
    return download(attachment.file.open("rb"), attachment.name, attachment.content_type)


@require_POST
def export_notices(request):
    """通知公告登记簿 of the rows that the list's address shows, written by a worker."""
    if not request.user.holds(Permission.EXPORT):
        require(Decision(_("Your roles do not export ledgers.")))
    filters = {k: v for k, v in request.POST.items() if k not in {"csrfmiddlewaretoken"} and v}
    return redirect(ledgers.start_export(NOTICE_LEDGER, filters=filters, by=request.user))
