"""Acts on hotline tickets, and on codes of the hotline's classification."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from neighbours.actions import hotline as actions
from neighbours.forms import hotline as forms
from neighbours.models import CategoryCode, HotlineTicket
from neighbours.rules import hotline as rules
from outreach.models.matters import Category
from portal.models.text import plain
from portal.pages.acts import Act, Acts, crumbs_under
from portal.records.seen import seen


@seen
def visible_ticket(user):
    return (
        HotlineTicket.objects.visible_to(user)
        .with_verdict()
        .select_related("unit__division", "unit__host_organ", "host_organ", "organ")
        .prefetch_related("matter")
    )


crumbs = crumbs_under(_("Hotline tickets"), "neighbours:tickets", str)


def _as_told(user, ticket):
    return {"title": plain(ticket.summary), "category": ticket.category}


TICKETS = Acts(
    "neighbours",
    "ticket",
    "neighbours/tickets/<int:pk>/",
    visible_ticket,
    crumbs,
    listing="neighbours:tickets",
    acts=(
        Act(
            "link_ticket",
            _("Tie it to a matter"),
            rules.may_link_ticket,
            actions.link_ticket,
            forms.LinkForm,
            "link/",
            about=True,
            intro=_("If the same stands in the ledger already, nobody need write it down again."),
            audit={"ticket.linked": _("Hotline ticket tied to a matter")},
            undo="unlink_ticket",
        ),
        Act(
            "unlink_ticket",
            _("Untie it"),
            rules.may_unlink_ticket,
            actions.unlink_ticket,
            path="unlink/",
            audit={"ticket.unlinked": _("Hotline ticket untied from a matter")},
        ),
        Act(
            "take_over_ticket",
            _("Take it over as a matter"),
            rules.may_take_over_ticket,
            actions.take_over_ticket,
            forms.TakeOverForm,
            "take-over/",
            about=True,
            initial=_as_told,
            submit=_("Register the matter"),
            intro=_(
                "Name and phone of who called are kept encrypted with the matter alone, never with "
                "the ticket."
            ),
            then=lambda _ticket, matter: matter.get_absolute_url(),
            audit={"ticket.taken_over": _("Matter registered of a hotline ticket")},
        ),
    ),
)


def code_of(user, number):
    """The code of a category, stored or not."""
    category = f"{number:02}"
    if category not in Category.values:
        raise Http404
    return CategoryCode.objects.filter(category=category).first() or CategoryCode(category=category)


code_crumbs = crumbs_under(_("Categories of the hotline"), "neighbours:category_codes")


def _as_set(user, row):
    return {"code": row.code, "name_said": row.name_said, "basis": row.basis}


CODES = Acts(
    "neighbours",
    "row",
    "neighbours/categories/<int:pk>/",
    code_of,
    code_crumbs,
    listing="neighbours:category_codes",
    keys=lambda row: [int(row.category)],
    acts=(
        Act(
            "set_category_code",
            _("Set the code"),
            rules.may_set_code,
            actions.set_code,
            forms.CodeForm,
            "set/",
            initial=_as_set,
            title=lambda row: row.get_category_display(),
            submit=_("Keep it"),
            intro=_(
                "What the hotline calls it. Tickets that come in are put under the category by it; "
                "nobody chooses twice."
            ),
            then=lambda _row, _done: reverse("neighbours:category_codes"),
            audit={"category_code.set": _("Code of the hotline's classification set")},
        ),
    ),
)
