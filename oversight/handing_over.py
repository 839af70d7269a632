"""Plans, supervised matters and inspections that name a cadre, to be handed over."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oversight.models import Finding, Inspection, PlanItem, SupervisionEntry
from portal.places.handing_over import CARRIED, Carried


def carried(cadre, on):
    items = PlanItem.objects.open().filter(Q(official=cadre) | Q(person=cadre))
    entries = SupervisionEntry.objects.open().filter(Q(official=cadre) | Q(leader=cadre))
    named = Inspection.objects.running().filter(Q(head=cadre) | Q(approver=cadre))
    inspections = Inspection.objects.running().filter(members=cadre)
    findings = Finding.objects.open().filter(Q(official=cadre) | Q(person=cadre))
    return [
        Carried(
            _("Open tasks of plans that name the cadre"),
            items.order_by("due_on", "pk"),
            say=lambda one: one.task,
            how=_("The plan names somebody else; its body decides that."),
            use="plans",
        ),
        Carried(
            _("Matters under supervision that name the cadre"),
            entries.order_by("due_on", "pk"),
            say=lambda one: one.title,
            how=_("Another responsible leader is named in the entry."),
            use="supervision",
        ),
        # Sealed: outsiders must not know of it before the facts are checked.
        Carried(
            _("Inspections that name the cadre"),
            Inspection.objects.filter(
                Q(pk__in=named.values("pk")) | Q(pk__in=inspections.values("pk"))
            ).order_by("pk"),
            say=lambda one: one.title,
            how=_("Another head, member or approving leader is named on its page."),
            is_sealed=True,
            use="inspection",
        ),
        Carried(
            _("Findings that name the cadre"),
            findings.order_by("pk"),
            say=lambda one: one.title,
            how=_("The organ names another responsible person in its report."),
            is_sealed=True,
            use="inspection",
        ),
    ]


CARRIED.append(carried)
