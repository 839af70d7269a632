"""Acts on requests about personal data."""

from django.contrib import messages
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from oversight.actions import privacy_requests as actions
from oversight.forms.privacy_requests import PrivacyAnswerForm, PrivacyForm
from oversight.models import PrivacyRequest
from oversight.rules import privacy_requests as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen


@seen
def visible_request(user):
    return PrivacyRequest.objects.visible_to(user).select_related(
        "organ__division", "unit", "cadre", "registered_by", "prepared_by", "approved_by"
    )


crumbs = crumbs_under(
    _("Requests about personal data"), "oversight:privacy_requests", lambda one: one.who
)


def _how_many_erased(_request, found):
    erased, waiting, elsewhere = found
    said = [ngettext("%(n)s contact erased.", "%(n)s contacts erased.", erased) % {"n": erased}]
    if waiting:
        words = gettext("%(n)s more wait for an open call-back: press again once it is made.")
        said.append(words % {"n": waiting})
    if elsewhere:
        words = gettext("%(n)s matters lie outside of your area: pass the request on.")
        said.append(words % {"n": elsewhere})
    return [(messages.INFO, " ".join(said))]


PRIVACY = Acts(
    "oversight",
    "request",
    "privacy-requests/<int:pk>/",
    visible_request,
    crumbs,
    listing="oversight:privacy_requests",
    # The form holds personal data: keep no drafts.
    keeps_drafts=False,
    starts=(
        Act(
            "register_privacy_request",
            _("Enter a request about personal data"),
            rules.may_register,
            actions.register_request,
            PrivacyForm,
            "privacy-requests/new/",
            initial=lambda user, _none: {"received_on": user.today},
            submit=_("Keep"),
            intro=_(
                "What somebody asked in person, by phone or by letter about the data kept of them. "
                "Nothing is asked of units. Who asks is stored encrypted."
            ),
            audit={"privacy.registered": _("Request about personal data entered")},
        ),
    ),
    acts=(
        Act(
            "look_up_held",
            _("See what is held"),
            rules.may_look_up,
            None,
            audit={"privacy.looked_up": _("Looked up what is held of a person")},
        ),
        Act(
            "prepare_privacy_answer",
            _("Propose the answer"),
            rules.may_prepare,
            actions.prepare_answer,
            PrivacyAnswerForm,
            "answer/",
            primary=True,
            intro=_("A second person approves it; nothing is done before that."),
            audit={"privacy.prepared": _("Answer about personal data proposed")},
        ),
        Act(
            "approve_privacy_answer",
            pgettext_lazy("privacy", "Approve the answer"),
            rules.may_approve,
            actions.approve_answer,
            path="approve/",
            primary=True,
            confirm=_("Approve this answer? It is given to the person, and is not taken back."),
            audit={"privacy.approved": _("Answer about personal data approved")},
        ),
        Act(
            "send_back_privacy_answer",
            pgettext_lazy("privacy", "Send it back"),
            rules.may_send_back,
            actions.send_back_answer,
            ReasonForm,
            "send-back/",
            audit={"privacy.sent_back": _("Answer about personal data sent back")},
        ),
        Act(
            "copy_for_person",
            _("Print it for the person"),
            rules.may_copy,
            None,
            primary=True,
            audit={"privacy.copied": _("What is held printed for the person")},
        ),
        Act(
            "erase_held",
            _("Erase the contacts"),
            rules.may_erase,
            actions.erase_held,
            path="erase/",
            primary=True,
            confirm=_(
                "Erase name and phone at all matters that are found by this phone? It is not taken "
                "back."
            ),
            said=_how_many_erased,
            audit={"privacy.erased": _("Contacts erased at the wish of the person")},
        ),
    ),
)
