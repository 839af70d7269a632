"""Acts on notices. Publishing is a view, because it shows the addressees first."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.actions import notices as actions
from outreach.forms import notices as forms
from outreach.models import Notice
from outreach.rules import notices as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen

WRITING = {
    "submit": _("Keep as a draft and look at it"),
    "intro": _("Nothing is sent yet. The next page shows the addressees."),
    "then": lambda _notice, draft: reverse("outreach:publish_notice", args=[draft.pk]),
}


@seen
def visible_notice(user):
    return Notice.objects.visible_to(user).select_related(
        "organ", "written_by", "published_by", "withdrawn_by", "replaces", "correction"
    )


crumbs = crumbs_under(_("Notices"), "outreach:notices", lambda notice: notice.title)


def _as_written(user, notice):
    names = ("title", "text", "roles", "asks", "question", "reply_due_on")
    organs = notice.organs.select_related("parent").order_by("sort_order", "pk")
    return {name: getattr(notice, name) for name in names} | {"organs": list(organs)}


def _correct(*, notice, by, at, **given):
    """Draft a new notice in place of a published one."""
    return actions.draft_notice(replaces=notice, by=by, at=at, **given)


def _answer(*, notice, by, at, **given):
    return actions.answer_notice(by=by, at=at, **given)


NOTICES = Acts(
    "outreach",
    "notice",
    "notices/<int:pk>/",
    visible_notice,
    crumbs,
    listing="outreach:notices",
    starts=(
        Act(
            "new_notice",
            _("Write a notice"),
            rules.may_write_notice,
            actions.draft_notice,
            forms.NoticeForm,
            "notices/new/",
            **WRITING,
            audit={"notice.drafted": _("Notice drafted")},
            undo="drop_notice",
        ),
    ),
    acts=(
        Act(
            "answer_notice",
            _("Reply"),
            rules.may_answer,
            _answer,
            forms.AnswerNoticeForm,
            "answer/",
            about=True,
            title=lambda notice: notice.title,
            intro=lambda notice: notice.question,
            primary=True,
            hidden=True,
            audit={"notice.answered": _("Reply slip of a notice answered")},
        ),
        Act(
            "publish_notice",
            _("Publish"),
            rules.may_publish,
            None,
            primary=True,
            undo="withdraw_notice",
        ),
        Act(
            "edit_notice",
            _("Change the draft"),
            rules.may_change_draft,
            actions.change_draft,
            forms.NoticeForm,
            "edit/",
            about=True,
            initial=_as_written,
            **WRITING,
            audit={"notice.changed": _("Draft of a notice changed")},
        ),
        Act(
            "drop_notice",
            _("Discard"),
            rules.may_change_draft,
            actions.drop_draft,
            path="drop/",
            confirm=_("Discard this draft?"),
            then=lambda notice, _none: reverse("outreach:notices"),
            audit={"notice.dropped": _("Draft of a notice thrown away")},
        ),
        Act(
            "correct_notice",
            _("Correct by a new notice"),
            rules.may_correct,
            _correct,
            forms.NoticeForm,
            "correct/",
            about=True,
            initial=_as_written,
            **WRITING,
            undo="drop_notice",
        ),
        Act(
            "withdraw_notice",
            _("Withdraw it"),
            rules.may_withdraw,
            actions.withdraw_notice,
            ReasonForm,
            "withdraw/",
            intro=_("It stays in the register and with its readers, marked as withdrawn."),
            audit={"notice.withdrawn": _("Notice withdrawn")},
        ),
    ),
)
