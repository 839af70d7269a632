"""Notices: list, record, drafting, publishing, withdrawing, answering, print, register."""

from contextlib import contextmanager

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach.actions import notices as actions
from outreach.filters.notices import NoticeFilter, in_tab, tabs_for
from outreach.forms.notices import AnswerNoticeForm, NoticeForm
from outreach.ledgers.notices import NOTICE_LEDGER
from outreach.models import Notice, NoticeAddressee
from outreach.rules import notices as rules
from portal import ledgers
from portal.access import Decision, Permission, require
from portal.forms import kept_files
from portal.seen import seen
from portal.text_forms import ReasonForm
from portal.web import (
    Sort,
    counted,
    download,
    exact_total,
    form_page,
    listed,
    page_or_part,
    posted,
    posted_with_files,
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


@seen
def _visible(user):
    return Notice.objects.visible_to(user).select_related(
        "organ", "written_by", "published_by", "withdrawn_by", "replaces", "correction"
    )


def _crumbs(notice, here):
    return [
        (_("Notices"), reverse("outreach:notices")),
        (notice.title, notice.get_absolute_url()),
        (here, ""),
    ]


@require_safe
def notice(request, pk):
    user, notice = request.user, _visible(request.user, pk)
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
        "crumbs": [(_("Notices"), reverse("outreach:notices")), (notice.title, "")],
    }
    for one in (*context["ours"], *context["answers"]):
        one.notice = notice
    return render(request, "outreach/notice.html", context)


def _visible_correction(notice):
    """The notice in its place, once that is published."""
    correction = getattr(notice, "correction", None)
    return correction if correction and not correction.is_draft else None


def _acts(user, notice):
    """What this reader may do, and what not with its reason."""
    is_asked = NoticeAddressee.objects.reaching(user).filter(notice=notice).exists()
    reply = _("Reply") if is_asked else _("Enter the organ's answer")
    acts = [
        ("answer_notice", reply, rules.may_answer, {"primary": True}),
        ("publish_notice", _("Publish"), rules.may_publish, {"primary": True}),
        ("edit_notice", _("Change the draft"), rules.may_change_draft, {}),
        ("drop_notice", _("Throw away"), rules.may_change_draft,
         {"post": True, "confirm": _("Throw this draft away?")}),
        ("correct_notice", _("Correct by a new notice"), rules.may_correct, {}),
        ("withdraw_notice", _("Withdraw it"), rules.may_withdraw, {}),
    ]  # fmt: skip
    shown = []
    for name, label, rule, more in acts:
        decision = rule(user, notice)
        if decision or not isinstance(decision, rules.NotYours | rules.NotNow):
            url = reverse(f"outreach:{name}", args=[notice.pk])
            shown.append({"label": label, "decision": decision, "url": url, **more})
    return shown


# --- Writing ---------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def new_notice(request):
    require(rules.may_write_notice(request.user))
    form = NoticeForm(*posted_with_files(request), user=request.user)
    if form.is_bound and form.is_valid():
        with _files(request, form) as kept:
            notice = actions.draft_notice(
                by=request.user, at=timezone.now(), attachments=kept, **form.content()
            )
        return redirect("outreach:publish_notice", pk=notice.pk)
    return _form_page(
        request, form, _("Write a notice"), reverse("outreach:notices"),
        [(_("Notices"), reverse("outreach:notices")), (_("Write a notice"), "")],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def edit_notice(request, pk):
    notice = _visible(request.user, pk)
    require(rules.may_change_draft(request.user, notice))
    form = _filled(request, notice)
    if form.is_bound and form.is_valid():
        with _files(request, form) as kept:
            actions.change_draft(notice=notice, by=request.user, attachments=kept, **form.content())
        return redirect("outreach:publish_notice", pk=notice.pk)
    here = _("Change the draft")
    return _form_page(request, form, here, notice.get_absolute_url(), _crumbs(notice, here))


@require_http_methods(["GET", "HEAD", "POST"])
def correct_notice(request, pk):
    """A correction is a new notice that begins with the text of the old one."""
    notice = _visible(request.user, pk)
    require(rules.may_correct(request.user, notice))
    form = _filled(request, notice)
    if form.is_bound and form.is_valid():
        with _files(request, form) as kept:
            correction = actions.draft_notice(
                by=request.user, at=timezone.now(), attachments=kept, replaces=notice,
                **form.content(),
            )  # fmt: skip
        return redirect("outreach:publish_notice", pk=correction.pk)
    here = _("Correct by a new notice")
    return _form_page(request, form, here, notice.get_absolute_url(), _crumbs(notice, here))


def _filled(request, notice):
    names = ("title", "text", "roles", "asks", "question", "reply_due_on")
    initial = {name: getattr(notice, name) for name in names}
    initial["organs"] = list(notice.organs.select_related("parent").order_by("sort_order", "pk"))
    return NoticeForm(
        *posted_with_files(request), user=request.user, initial=initial,
        files_so_far=list(notice.attachments.order_by("pk")),
    )  # fmt: skip


@contextmanager
def _files(request, form):
    with kept_files(form.cleaned_data["attachments"], request.user) as added:
        yield [*form.files_kept(), *added]


def _form_page(request, form, title, cancel_url, crumbs):
    return form_page(
        request, form, title=title, cancel_url=cancel_url, crumbs=crumbs,
        submit_label=_("Keep as a draft and look at it"),
        intro=_("Nothing is sent yet: the next page says to whom it would go."),
    )  # fmt: skip


@require_POST
def drop_notice(request, pk):
    actions.drop_draft(notice=_visible(request.user, pk), by=request.user)
    return redirect("outreach:notices")


# --- Publishing, withdrawing, answering --------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def publish_notice(request, pk):
    """The last look before it goes out: to whom, and to how many organs."""
    user, notice = request.user, _visible(request.user, pk)
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
        "crumbs": _crumbs(notice, _("Publish")),
    }
    return render(request, "outreach/publish_notice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_notice(request, pk):
    notice = _visible(request.user, pk)
    require(rules.may_withdraw(request.user, notice))
    form = ReasonForm(posted(request), user=request.user)
    if form.is_bound and form.is_valid():
        actions.withdraw_notice(
            notice=notice, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        return redirect(notice)
    here = _("Withdraw it")
    return form_page(
        request, form, title=here, cancel_url=notice.get_absolute_url(), submit_label=here,
        intro=_("It stays in the register and with its readers, marked as withdrawn."),
        crumbs=_crumbs(notice, here),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def answer_notice(request, pk):
    notice = _visible(request.user, pk)
    require(rules.may_answer(request.user, notice))
    asked = rules.answerable(request.user, notice).in_official_order()
    form = AnswerNoticeForm(posted(request), user=request.user, notice=notice, addressees=asked)
    if form.is_bound and form.is_valid():
        given = {k: v for k, v in form.cleaned_data.items() if k in {"addressee", "yes", "text"}}
        actions.answer_notice(by=request.user, at=timezone.now(), **given)
        return redirect(notice)
    here = _("Reply")
    return form_page(
        request, form, title=notice.title, intro=notice.question, submit_label=here,
        cancel_url=notice.get_absolute_url(), crumbs=_crumbs(notice, here),
    )  # fmt: skip


@require_safe
def notice_print(request, pk):
    notice = _visible(request.user, pk)
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
    notice = _visible(request.user, pk)
    attachment = get_object_or_404(notice.attachments, pk=attachment_pk)
    return download(attachment.file.open("rb"), attachment.name, attachment.content_type)


@require_POST
def export_notices(request):
    """通知公告登记簿 of the rows that the list's address shows, written by a worker."""
    if not request.user.holds(Permission.EXPORT):
        require(Decision(_("Your roles do not export ledgers.")))
    filters = {k: v for k, v in request.POST.items() if k not in {"csrfmiddlewaretoken"} and v}
    return redirect(ledgers.start_export(NOTICE_LEDGER, filters=filters, by=request.user))
