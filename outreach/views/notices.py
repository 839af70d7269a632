"""Notices: record, publishing, print, files."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outreach.actions import notices as actions
from outreach.acts.notices import NOTICES, crumbs, visible_notice
from outreach.models import Notice, NoticeAddressee
from outreach.rules import notices as rules
from portal.pages.web import download, sheet_page
from portal.trust import wall
from portal.trust.access import require

# Addressed organs named before publishing; the total is shown as well.
NAMED = 60


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
        "asked_count": _asked_count(notice),
        "correction": _visible_correction(notice),
        "acts": _acts(user, notice),
        "crumbs": crumbs(notice),
    }
    for one in (*context["ours"], *context["answers"]):
        one.notice = notice
    return render(request, "outreach/notice.html", context)


def _asked_count(notice):
    counted = Notice.objects.filter(pk=notice.pk).with_answer_counts()
    return counted.values_list("asked_count", flat=True).get()


def _visible_correction(notice):
    """The published correction of a notice, or None."""
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
    """A last check before publishing: to which organs, and to how many."""
    # Not an Act: the page also opens for a draft that may not be published yet, and says why.
    user, notice = request.user, visible_notice(request.user, pk)
    require(rules.may_change_draft(user, notice))
    if request.method == "POST":
        with wall.as_system("an act, after its rule"):
            published = actions.publish_notice(notice=notice, by=user, at=timezone.now())
        NOTICES.tell(request, "publish_notice", notice, published)
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
