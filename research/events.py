"""Labels of audit events and nouns of research."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.events import describe, name_nouns

describe(
    {
        "research.activity_recorded": _("Record of fieldwork written down"),
        "research.matter_registered": _("Matter registered from a record of fieldwork"),
    }
)

name_nouns(
    {
        "batchstep": pgettext_lazy("noun", "Step of a batch of research"),
        "batchunit": pgettext_lazy("noun", "Unit of a batch of research"),
        "homenote": pgettext_lazy("noun", "Home note"),
        "researchactivity": pgettext_lazy("noun", "Record of fieldwork"),
        "researchbatch": pgettext_lazy("noun", "Batch of research"),
        "researchtopic": pgettext_lazy("noun", "Research topic"),
        "topicstep": pgettext_lazy("noun", "Step of a topic"),
    }
)
