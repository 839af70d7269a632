"""Acts on entries that could not be carried out."""

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen
from sync.actions import entries as actions
from sync.actions import settling
from sync.models import Entry
from sync.rules import entries as rules


@seen
def visible_entry(user):
    return Entry.objects.visible_to(user).select_related("owner__organ__division", "device")


crumbs = crumbs_under(
    _("Entries that were not carried out"), "sync:entries", lambda entry: entry.kind_label
)


def _settled(_entry, settled):
    said = gettext("Carried out: %(record)s.") % {"record": settled.record_label}
    return [(messages.SUCCESS, said)]


def _to_record(_entry, settled):
    return settled.record_url or reverse("sync:entries")


ENTRIES = Acts(
    "sync",
    "entry",
    "phones/entries/<int:pk>/",
    visible_entry,
    crumbs,
    listing="sync:entries",
    # Its content is on the page already, and stored sealed.
    keeps_drafts=False,
    acts=(
        Act(
            # A view, with the prefilled forms of its kind.
            "correct_entry",
            pgettext_lazy("entry", "Correct it"),
            rules.may_carry_out,
            None,
            primary=True,
        ),
        Act(
            "carry_out_entry",
            pgettext_lazy("entry", "Carry it out again"),
            rules.may_carry_out,
            settling.carry_out_again,
            path="again/",
            confirm=_(
                "Carry it out now, just as it was written? What it makes can be corrected like any "
                "other record."
            ),
            then=_to_record,
            said=_settled,
            audit={"entry.settled": _("Entry of a phone carried out after all")},
        ),
        Act(
            "drop_entry",
            pgettext_lazy("entry", "Drop it"),
            rules.may_decide,
            actions.drop,
            ReasonForm,
            "drop/",
            intro=_(
                "What was written, and its photos, are deleted; the reason stays. This is not "
                "taken back."
            ),
            then=lambda entry, dropped: reverse("sync:entries"),
            audit={"entry.dropped": _("Entry of a phone dropped")},
        ),
    ),
)
