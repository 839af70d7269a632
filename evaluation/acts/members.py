"""Acts on the appraisal of Party members of a branch."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.actions import members
from evaluation.forms.members import BeginForm, MeetingForm, MembersForm
from evaluation.models import AppraisedMember, MemberAppraisal
from evaluation.rules import members as rules
from portal.pages.acts import Act, Acts
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen


@seen
def visible_appraisal(user):
    return MemberAppraisal.objects.visible_to(user).for_list()


@seen
def _members(user):
    appraisals = MemberAppraisal.objects.visible_to(user).values("pk")
    return AppraisedMember.objects.filter(appraisal__in=appraisals).select_related("appraisal")


def title_of(appraisal):
    return f"{appraisal.party_organization.name} · {appraisal.year}"


def crumbs(appraisal, *more):
    way = [(_("Appraisal of Party members"), reverse("evaluation:member_appraisals"))]
    if appraisal is not None:
        way.append((title_of(appraisal), appraisal.get_absolute_url() if more else ""))
    return [*way, *[(label, "") for label in more]]


APPRAISALS = Acts(
    "evaluation",
    "appraisal",
    "member-appraisals/<int:pk>/",
    visible_appraisal,
    crumbs,
    listing="evaluation:member_appraisals",
    starts=(
        Act(
            "begin_member_appraisal",
            _("Begin an appraisal"),
            rules.may_hold_appraisals,
            members.begin_appraisal,
            BeginForm,
            "member-appraisals/new/",
            initial=lambda user, record: {"year": user.today.year},
            prefill=lambda query: {"organization": ([query.get("branch", "")], "")},
            intro=_(
                "One for each branch and year. Ballots are counted by the meeting; only sums come "
                "here."
            ),
            audit={"member_appraisal.begun": _("Appraisal of Party members begun")},
        ),
    ),
    acts=(
        Act(
            "add_appraised_members",
            _("Enter members"),
            rules.may_change,
            members.add_members,
            MembersForm,
            "members/",
            audit={"member_appraisal.members_added": _("Members entered for their appraisal")},
            undo="member.remove_appraised_member",
        ),
        Act(
            "note_member_meeting",
            _("Enter the meeting"),
            rules.may_change,
            members.note_meeting,
            MeetingForm,
            "meeting/",
            initial=lambda user, appraisal: {
                name: getattr(appraisal, name) for name in members.MEETING
            },
            audit={
                "member_appraisal.meeting_noted": _("Meeting of an appraisal of members entered")
            },
        ),
        Act(
            "note_member_results",
            _("Enter sums and grades"),
            rules.may_change,
            None,
            primary=True,
            audit={"member_appraisal.results_noted": _("Sums and grades of Party members entered")},
        ),
        Act(
            "finish_member_appraisal",
            _("The organisation has decided"),
            rules.may_finish,
            members.finish_appraisal,
            path="finish/",
            audit={"member_appraisal.finished": _("Appraisal of Party members decided")},
            undo="reopen_member_appraisal",
        ),
        Act(
            "reopen_member_appraisal",
            _("Open it again"),
            rules.may_reopen,
            members.reopen_appraisal,
            ReasonForm,
            "reopen/",
            audit={"member_appraisal.reopened": _("Appraisal of Party members opened again")},
        ),
    ),
)

MEMBERS = Acts(
    "evaluation",
    "member",
    "member-appraisals/members/<int:pk>/",
    _members,
    crumbs,
    page=lambda member: member.appraisal,
    acts=(
        Act(
            "remove_appraised_member",
            _("Remove"),
            lambda user, member: rules.may_change(user, member.appraisal),
            members.remove_member,
            path="remove/",
            audit={"member_appraisal.member_removed": _("Member entered by mistake removed")},
        ),
    ),
)
