"""Acts on a batch of stays and on its places."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from outreach.actions import batches as actions
from outreach.forms import batches as forms
from outreach.models import BatchPlace, StayBatch
from outreach.models.batches import BatchState
from outreach.placing import obstacles as placing
from outreach.rules import batches as rules
from portal.days.words import short_day
from portal.pages.acts import Act, Acts, crumbs_under
from portal.records.seen import seen


@seen
def visible_batch(user):
    return StayBatch.objects.visible_to(user).select_related(
        "organ", "area", "created_by", "published_by"
    )


def batch_crumbs(batch, *here):
    return [
        (_("Batches of stays"), reverse("outreach:batches")),
        (batch.title, batch.get_absolute_url()),
        *here,
    ]


def places_url(batch):
    return reverse("outreach:batch_places", args=[batch.pk])


def _until(user, batch):
    words = _("Until %(day)s. The programme office checks each nomination.")
    return {"intro": words % {"day": short_day(batch.nominate_by, on=user.today)}}


def _added(batch, places):
    words = ngettext("%(n)s place was added.", "%(n)s places were added.", len(places))
    return [(messages.SUCCESS, words % {"n": len(places)})]


def _goes_without(batch):
    weak = len(placing.weak_teams(batch))
    words = ngettext(
        "%(n)s place lacks somebody; it goes on without.",
        "%(n)s places lack somebody; it goes on without.",
        weak,
    )
    return words % {"n": weak} if weak else ""


BATCHES = Acts(
    "outreach",
    "batch",
    "batches/<int:pk>/",
    visible_batch,
    crumbs_under(_("Batches of stays"), "outreach:batches", lambda batch: batch.title),
    listing="outreach:batches",
    starts=(
        Act(
            "new_batch",
            _("Begin a batch"),
            rules.may_make_batch,
            actions.make_batch,
            forms.BatchForm,
            "batches/new/",
            submit=_("Begin the batch"),
            intro=_("First the terms, then the places that need somebody, then the nominations."),
            audit={"batch.made": _("Batch of stays begun")},
            then=lambda _none, batch: reverse("outreach:add_places", args=[batch.pk]),
        ),
    ),
    acts=(
        Act(
            "nominate",
            _("Nominate"),
            rules.may_nominate,
            actions.nominate,
            forms.NominateForm,
            "nominate/",
            title=lambda batch: _("Nominate for %(title)s") % {"title": batch.title},
            primary=lambda user, batch: not rules.keeps(user, batch),
            audit={"nomination.made": _("Cadre nominated for a batch")},
            then=lambda batch, _made: f"{reverse('outreach:nominations', args=[batch.pk])}?tab=all",
            shown=_until,
            undo="nomination.withdraw_nomination",
        ),
        Act(
            "add_places",
            _("Add places"),
            rules.may_change_places,
            actions.add_places,
            forms.AddPlacesForm,
            "places/add/",
            initial=lambda user, batch: {"kind": batch.kind, "wanted": batch.team_min},
            submit=_("Add"),
            intro=_("Places that need the same are added together."),
            primary=lambda user, batch: batch.state == BatchState.NEEDS,
            audit={"batch.place_added": _("Place added to a batch")},
            then=lambda batch, _places: places_url(batch),
            said=_added,
            shown=lambda user, batch: {"cancel_url": places_url(batch)},
            undo="place.take_out_place",
        ),
        Act(
            "ask_proposal",
            _("Compute a proposal"),
            rules.may_propose,
            actions.ask_proposal,
            path="propose/",
            then=lambda batch, proposal: proposal,
        ),
        Act(
            "decide_batch",
            _("Enter the decision"),
            rules.may_decide,
            actions.decide,
            forms.DecideForm,
            "decide/",
            initial=lambda user, batch: {"decided_on": user.today},
            title=_("Decision of the meeting"),
            crumb=pgettext_lazy("batches", "Decision"),
            intro=_goes_without,
            primary=True,
            audit={"batch.decided": _("Decision on a batch entered")},
        ),
        Act("publish_batch", _("Publish the stays"), rules.may_publish, None, primary=True),
        Act("batch_notice", _("Print the notice"), rules.may_print_notice, None),
        Act(
            "edit_batch",
            _("Change the batch"),
            rules.may_change_batch,
            actions.change_batch,
            forms.BatchForm,
            "edit/",
            initial=lambda user, batch: {name: getattr(batch, name) for name in actions.TERMS},
            submit=_("Save"),
            audit={"batch.changed": _("Batch of stays changed")},
        ),
    ),
)


# --- Places ------------------------------------------------------------------------------------


def _place(user, pk, place_pk):
    batch = visible_batch(user, pk)
    rows = BatchPlace.objects.filter(batch=batch).select_related("unit__host_organ", "continuity")
    place = get_object_or_404(rows, pk=place_pk)
    place.batch = batch
    return place


PLACES = Acts(
    "outreach",
    "place",
    "batches/<int:pk>/places/<int:place_pk>/",
    _place,
    lambda place, label: batch_crumbs(
        place.batch, (_("Places"), place.get_absolute_url()), (place.unit.name, "")
    ),
    keys=lambda place: [place.batch_id, place.pk],
    acts=(
        Act(
            "edit_place",
            _("Change"),
            lambda user, place: rules.may_change_places(user, place.batch),
            actions.change_place,
            forms.PlaceForm,
            initial=lambda user, place: {
                name: getattr(place, name) for name in actions.PLACE_FACTS
            },
            title=lambda place: place.unit.name,
            submit=_("Save"),
            audit={"batch.place_changed": _("Place of a batch changed")},
        ),
        Act(
            "take_out_place",
            _("Take off"),
            rules.may_take_out_place,
            actions.take_out_place,
            forms.WhyForm,
            "take-out/",
            title=lambda place: _("Take out %(name)s") % {"name": place.unit.name},
            audit={"batch.place_taken_out": _("Place taken out of a batch")},
        ),
    ),
)
