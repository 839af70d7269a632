"""The answer to a notice, for an organ that it asks."""

from django.utils.translation import gettext_lazy

from outreach.actions import notices as actions
from outreach.acts.notices import visible_notice
from outreach.forms.notices import AnswerNoticeForm
from outreach.rules import notices as rules
from portal.models.text import shown
from sync.kinds import Bound, EntryKind, register
from sync.kinds.finding import first, require, seen


def bind(user, command, *, on, record=None):
    notice = seen(visible_notice, user, command.about)
    require(rules.may_answer(user, notice))
    more = {}
    if not first(command, "addressee"):
        asked = rules.answerable(user, notice).values_list("pk", flat=True)[:2]
        more = {"addressee": str(asked[0])} if len(asked) == 1 else {}
    form = AnswerNoticeForm(command.query(**more), user=user, notice=notice)
    form.proposes = False
    return Bound(form)


def save(user, bound, command, *, at, record=None):
    (form,) = bound.forms
    return actions.answer_notice(by=user, at=at, **form.cleaned_data)


def name(addressee):
    return shown(addressee.notice.title)[:80], addressee.notice.get_absolute_url()


register(EntryKind("reply", gettext_lazy("Reply to a notice"), bind, save, name))
