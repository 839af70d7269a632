"""Acts on service accounts and tokens. Collecting is a view, because its response alone shows the
secret."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from api import forms
from api.actions import tokens as actions
from api.models import ServiceAccount, Token
from api.rules import tokens as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.records.seen import seen


@seen
def visible_service(user):
    rows = ServiceAccount.objects.visible_to(user)
    return rows.select_related("user__organ__division", "responsible__organ", "made_by")


@seen
def visible_token(user):
    rows = Token.objects.visible_to(user)
    return rows.select_related("service__user", "service__responsible", "issued_by")


crumbs = crumbs_under(_("Interfaces"), "api:services", lambda service: str(service.system))

SERVICES = Acts(
    "api",
    "service",
    "interfaces/<int:pk>/",
    visible_service,
    crumbs,
    listing="api:services",
    keeps_drafts=False,
    starts=(
        Act(
            "declare_service",
            _("Enter another system"),
            rules.may_declare,
            actions.declare,
            forms.DeclareForm,
            "interfaces/new/",
            submit=_("Enter it"),
            intro=_(
                "Make the account first, and have the security administrator give it a role as "
                "narrow as the other system needs."
            ),
            audit={"service.declared": _("Account given to another system")},
        ),
    ),
    acts=(
        Act(
            "issue_token",
            _("Issue a token"),
            rules.may_issue,
            actions.issue,
            forms.IssueForm,
            "tokens/new/",
            initial=lambda user, service: forms.usual_days(user),
            intro=_(
                "You do not see its secret: whoever answers for the system collects it within 14 "
                "days, and is shown it once."
            ),
            primary=True,
            then=lambda service, token: service,
            audit={"token.issued": _("Token issued")},
            undo="token.revoke_token",
        ),
        Act(
            "change_service",
            _("Correct"),
            rules.may_change_service,
            actions.change_service,
            forms.ChangeServiceForm,
            "edit/",
            initial=lambda user, service: {
                "system": service.system,
                "responsible": service.responsible,
            },
            submit=_("Save"),
            audit={"service.changed": _("Account of another system corrected")},
        ),
    ),
)

TOKENS = Acts(
    "api",
    "token",
    "interfaces/tokens/<int:pk>/",
    visible_token,
    lambda token, *more: crumbs(token and token.service, *more),
    page=lambda token: token,
    address=lambda token: reverse("api:service", args=[token.service_id]),
    keeps_drafts=False,
    acts=(
        Act(
            "revoke_token",
            pgettext_lazy("token", "Revoke"),
            rules.may_revoke,
            actions.revoke,
            forms.RevokeForm,
            "revoke/",
            title=lambda token: _("Revoke “%(name)s”") % {"name": token.name},
            intro=_(
                "From this moment on it opens nothing. This is not taken back; a new token can be "
                "issued."
            ),
            audit={"token.revoked": _("Token revoked")},
        ),
    ),
)
