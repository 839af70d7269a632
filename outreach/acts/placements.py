"""Acts on a cadre who is placed in a batch of stays."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from outreach.actions import batches as actions
from outreach.acts.batches import batch_crumbs, visible_batch
from outreach.forms import batches as forms
from outreach.models import Placement
from outreach.rules import batches as rules
from portal.acts import Act, Acts


def _placement(user, pk, placement_pk):
    batch = visible_batch(user, pk)
    rows = Placement.objects.filter(batch=batch).select_related("nomination__cadre", "place__unit")
    placement = get_object_or_404(rows, pk=placement_pk)
    placement.batch = batch
    return placement


def _out_of(placement):
    names = {"name": placement.nomination.cadre.name, "place": placement.place.unit.name}
    return _("Take %(name)s out of %(place)s") % names


PLACEMENTS = Acts(
    "outreach",
    "placement",
    "batches/<int:pk>/placements/<int:placement_pk>/",
    _placement,
    lambda placement, label: batch_crumbs(
        placement.batch,
        (_("Who goes where"), placement.get_absolute_url()),
        (placement.nomination.cadre.name, ""),
    ),
    keys=lambda placement: [placement.batch_id, placement.pk],
    acts=(
        Act(
            "take_out_placement",
            _("Take off"),
            lambda user, placement: rules.may_place(user, placement.batch),
            actions.take_out_placement,
            forms.WhyForm,
            "take-out/",
            title=_out_of,
        ),
    ),
)
