"""Acts on festival visits: the campaign, its recipients, objections to the list, and visits."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.actions import condolence as actions
from outreach.forms import condolence as forms
from outreach.models import (
    CondolenceCampaign,
    CondolenceObjection,
    CondolenceRecipient,
    CondolenceVisit,
)
from outreach.rules import condolence as rules
from portal.models import GrassrootsUnit
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen
from portal.tools.asked import whole_number


@seen
def visible_campaign(user):
    return CondolenceCampaign.objects.visible_to(user).select_related(
        "organ__division", "division", "opened_by"
    )


@seen
def visible_recipient(user):
    return CondolenceRecipient.objects.visible_to(user).select_related(
        "campaign__organ__division",
        "unit__division",
        "unit__host_organ",
        "organ",
        "put_forward_by",
        "removed_by",
    )


@seen
def _objections(user):
    return CondolenceObjection.objects.visible_to(user).select_related(
        "campaign__organ__division", "recipient"
    )


@seen
def _visits(user):
    visible = CondolenceRecipient.objects.visible_to(user)
    return CondolenceVisit.objects.filter(recipient__in=visible).select_related(
        "recipient__campaign"
    )


crumbs = crumbs_under(_("Festival visits"), "outreach:condolence", lambda campaign: campaign.label)


def _crumbs_of_recipient(recipient, *more):
    return crumbs(recipient.campaign, *more)


# --- The campaign -------------------------------------------------------------------------------


def _next_festival(user, _campaign):
    today = user.today
    return {"year": today.year + (today.month >= 11), "objection_phone": user.organ.phone}


def _amounts(user, campaign):
    initial = {"objection_phone": campaign.objection_phone}
    initial |= {f"budget_{one.source}": one.amount for one in campaign.budgets.all()}
    return initial | {f"standard_{one.category}": one.amount for one in campaign.standards.all()}


def _what_is_approved(campaign):
    standing = campaign.recipients.standing()
    return _("%(n)s recipients, %(value)s yuan. Visits begin once it is approved.") % {
        "n": standing.count(),
        "value": standing.aggregate(sum=Sum(F("amount") + F("goods_value")))["sum"],
    }


def _put_forward(*, campaign, unit, another, by, at, **given):
    decision = rules.may_list(by, campaign, unit)
    if not decision:
        raise ValidationError({"unit": decision.refusal})
    recipient = actions.put_forward(campaign=campaign, unit=unit, by=by, at=at, **given)
    # Read by _next_page only.
    recipient.another = another
    return recipient


def _next_page(campaign, recipient):
    if recipient.another:
        form = reverse("outreach:put_forward", args=[campaign.pk])
        return f"{form}?unit={recipient.unit_id}"
    return campaign


def _another_of(query):
    """Initial values for another recipient of the same unit."""
    unit = whole_number(query.get("unit", ""))
    return {"unit": unit and GrassrootsUnit.objects.filter(pk=unit).first(), "another": bool(unit)}


def _what_ending_the_notice_is(campaign):
    listed = campaign.recipients.filter(removed_at=None).count()
    words = _(
        "The public lists are taken down, and no objection is entered any more. %(n)s recipients "
        "and %(objections)s objections go to approval. This is not taken back."
    )
    return words % {"n": listed, "objections": campaign.objections.count()}


CAMPAIGNS = Acts(
    "outreach",
    "campaign",
    "condolence/<int:pk>/",
    visible_campaign,
    crumbs,
    listing="outreach:condolence",
    starts=(
        Act(
            "new_condolence",
            _("Open festival visits"),
            rules.may_open_campaign,
            actions.open_campaign,
            forms.CampaignForm,
            "condolence/new/",
            initial=_next_festival,
            prefill=lambda query: {
                name: query[name] for name in ("festival", "year") if query.get(name)
            },
            submit=_("Open"),
            audit={"condolence.opened": _("Festival visits opened")},
        ),
    ),
    acts=(
        Act(
            "put_forward",
            _("Put somebody forward"),
            rules.may_list,
            _put_forward,
            forms.RecipientForm,
            "put-forward/",
            about=True,
            prefill=_another_of,
            submit=_("Put on the list"),
            intro=lambda campaign: (
                _("%(campaign)s. No ID number, bank number or illness; they are kept nowhere here.")
                % {"campaign": campaign.label}
            ),
            primary=True,
            then=_next_page,
            audit={"condolence.put_forward": _("Recipient put forward")},
            undo="recipient.remove_recipient",
        ),
        Act(
            "condolence_budget",
            _("Budget and standards"),
            rules.may_change_budget,
            actions.change_budget,
            forms.BudgetForm,
            "budget/",
            about=True,
            initial=_amounts,
            submit=_("Save"),
            intro=_(
                "A standard is what each recipient of a category is given; empty where it varies."
            ),
            audit={"condolence.budget_set": _("Budget and standards of festival visits set")},
        ),
        Act(
            "publish_condolence",
            _("Begin the public notice"),
            rules.may_publish_list,
            actions.publish_list,
            forms.PublishForm,
            "publish/",
            initial=lambda user, campaign: {"last_on": actions.earliest_end(user.today)},
            submit=_("Begin"),
            intro=_(
                "Each unit's list is posted with masked names and categories, without "
                "reasons. Nobody can be put forward meanwhile. The public pages are removed "
                "after the last day."
            ),
            audit={"condolence.published": _("List of recipients under public notice")},
        ),
        Act(
            "object_to_list",
            _("Enter an objection"),
            rules.may_object,
            actions.enter_objection,
            forms.ObjectionForm,
            "object/",
            submit=_("Enter"),
            intro=lambda campaign: campaign.label,
            audit={"condolence.objected": _("Objection to a list entered")},
        ),
        Act(
            "end_condolence_notice",
            _("End the notice"),
            rules.may_end_notice,
            actions.end_notice,
            path="end-notice/",
            confirm=_what_ending_the_notice_is,
            audit={"condolence.heard": _("Public notice of recipients ended")},
        ),
        Act(
            "approve_condolence",
            _("Approve the list"),
            rules.may_approve,
            actions.approve_list,
            forms.ApproveForm,
            "approve/",
            submit=_("Approve"),
            intro=_what_is_approved,
            primary=True,
            audit={"condolence.approved": _("List of recipients approved")},
        ),
        Act(
            "send_back_condolence",
            _("Send the list back"),
            rules.may_send_back,
            actions.send_back,
            ReasonForm,
            "send-back/",
            intro=_("Recipients can be put forward again; the list is then posted again."),
            audit={"condolence.sent_back": _("List of recipients sent back")},
        ),
        Act(
            "close_condolence",
            _("Close the campaign"),
            rules.may_close,
            actions.close_campaign,
            path="close/",
            confirm=_("Close this campaign?"),
            audit={"condolence.closed": _("Festival visits closed")},
        ),
    ),
)


# --- Recipients ---------------------------------------------------------------------------------


@transaction.atomic
def _enter_visits(*, recipient, by, at, along=(), **given):
    """Enter one visit for a recipient and for others (`along`), who get what the list says."""
    visits = [actions.enter_visit(recipient=recipient, by=by, at=at, **given)]
    as_listed = {"amount": None, "goods": None, "goods_value": None}
    for other in along:
        visits.append(actions.enter_visit(recipient=other, by=by, at=at, **(given | as_listed)))
    return visits


def _object_to(*, recipient, by, at, **given):
    actions.enter_objection(campaign=recipient.campaign, recipient=recipient, by=by, at=at, **given)


RECIPIENTS = Acts(
    "outreach",
    "recipient",
    "condolence/recipients/<int:pk>/",
    visible_recipient,
    _crumbs_of_recipient,
    acts=(
        Act(
            "enter_condolence_visit",
            _("Enter the visit"),
            rules.may_enter_visit,
            _enter_visits,
            forms.DeliveryForm,
            "visit/",
            about=True,
            submit=_("Enter"),
            intro=lambda recipient: (
                _("%(recipient)s: %(value)s yuan on the list. The recipient signs on paper.")
                % {"recipient": recipient.label, "value": recipient.value}
            ),
            primary=True,
            audit={"condolence.visited": _("Festival visit entered")},
            undo="visit.void_condolence_visit",
        ),
        Act(
            "object_to_recipient",
            _("Enter an objection"),
            lambda user, recipient: rules.may_object(user, recipient.campaign, recipient),
            _object_to,
            forms.ObjectionForm,
            "object/",
            about=True,
            submit=_("Enter"),
            intro=lambda recipient: recipient.label,
        ),
        Act(
            "remove_recipient",
            _("Remove from the list"),
            rules.may_remove,
            actions.remove_recipient,
            ReasonForm,
            "remove/",
            intro=lambda recipient: recipient.label,
            audit={"condolence.removed": _("Recipient removed from the list")},
        ),
    ),
)

OBJECTIONS = Acts(
    "outreach",
    "objection",
    "condolence/objections/<int:pk>/",
    _objections,
    crumbs,
    page=lambda objection: objection.campaign,
    acts=(
        Act(
            "decide_objection",
            _("Decide the objection"),
            rules.may_decide,
            actions.decide_objection,
            forms.DecisionForm,
            about=True,
            intro=lambda objection: objection.text,
            audit={"condolence.decided": _("Objection to a list decided")},
        ),
    ),
)

VISITS = Acts(
    "outreach",
    "visit",
    "condolence/visits/<int:pk>/",
    _visits,
    _crumbs_of_recipient,
    page=lambda visit: visit.recipient,
    acts=(
        Act(
            "void_condolence_visit",
            _("Void the visit"),
            rules.may_void_visit,
            actions.void_visit,
            ReasonForm,
            "void/",
            intro=_("The visit is kept as void, and the recipient waits for a visit again."),
            audit={"condolence.visit_voided": _("Festival visit voided")},
        ),
    ),
)
