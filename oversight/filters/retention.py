"""The address of the lists of destruction."""

from django.utils.translation import pgettext_lazy

from oversight.models import DestructionList
from oversight.models.retention import RecordKind
from portal.pages.filters import Address, Search, in_state

TABS = {
    "draft": pgettext_lazy("destruction", "Being appraised"),
    "submitted": pgettext_lazy("destruction", "To be approved"),
    "approved": pgettext_lazy("destruction", "Approved"),
    "done": pgettext_lazy("destruction", "Destroyed"),
    "all": pgettext_lazy("destruction", "All"),
}

DESTRUCTION_AT = Address(
    Search(
        pgettext_lazy("destruction", "Title"),
        lambda rows, text: rows.containing(text),
        kinds=RecordKind,
    ),
    DestructionList.objects.visible_to,
    TABS,
    in_tab=in_state,
    otherwise="all",
)
