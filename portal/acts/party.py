"""Acts on Party organisations: corrected, renamed, ended."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import rules
from portal.actions import party as actions
from portal.forms import staff as forms
from portal.forms.fields import as_entered
from portal.models import PartyOrganization
from portal.pages.acts import Act, Acts
from portal.records.seen import seen
from portal.trust.access import require


@seen
def _visible(user):
    return PartyOrganization.objects.visible_to(user).select_related(
        "organ__division", "unit__division", "unit__host_organ__division", "successor"
    )


def visible_party(user, pk):
    require(rules.may_see_people(user))
    return _visible(user, pk)


def party_crumbs(party, *more):
    return [
        (_("Party organisations"), reverse("party_organizations")),
        (party.name, party.get_absolute_url() if more else ""),
        *((label, "") for label in more),
    ]


def _row(name, label, action, form, path, **more):
    rule, title = rules.may_change_party_organization, lambda party: f"{party.name} · {label}"
    return Act(name, label, rule, action, form, path, title=title, **more)


PARTY_ORGANIZATIONS = Acts(
    "",
    "party",
    "party-organizations/<int:pk>/",
    visible_party,
    party_crumbs,
    acts=(
        _row(
            "edit_party_organization",
            _("Correct"),
            actions.change_party_organization,
            forms.ChangePartyOrganizationForm,
            "edit/",
            initial=as_entered(forms.ChangePartyOrganizationForm),
            submit=_("Save"),
            intro=_(
                "For slips of the pen, a new secretary, another number of members. A new name by "
                "a decision is “Rename”."
            ),
        ),
        _row(
            "rename_party_organization",
            _("Rename"),
            actions.rename_party_organization,
            forms.RenamePartyOrganizationForm,
            "rename/",
            initial=lambda user, party: {"name": party.name, "on": user.today},
            intro=_(
                "The old name ends on this day and stays in earlier records; the new one "
                "takes over what is open."
            ),
        ),
        _row(
            "end_party_organization",
            _("End it"),
            actions.end_party_organization,
            forms.EndPartyOrganizationForm,
            "end/",
            about=True,
            initial=lambda user, party: {"ended_on": user.today},
            intro=_(
                "Its pairings and records of work pass to the successor, if one is "
                "named; without one it "
                "ends only if nothing hangs on it. The end is not taken back."
            ),
        ),
    ),
)
