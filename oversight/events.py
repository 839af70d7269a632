"""Labels of audit events and nouns of oversight."""

from django.utils.translation import pgettext_lazy

from portal.events import name_nouns

name_nouns(
    {
        "finding": pgettext_lazy("noun", "Finding of an inspection"),
        "inspectedorgan": pgettext_lazy("noun", "Inspected organ"),
        "inspectedrow": pgettext_lazy("noun", "What an inspection drew"),
        "inspection": pgettext_lazy("noun", "Inspection"),
        "inspectionnote": pgettext_lazy("noun", "Guidance or practice of an inspection"),
        "inspectionstep": pgettext_lazy("noun", "Step of an inspection"),
        "objection": pgettext_lazy("noun", "Objection to a finding"),
        "rectificationnotice": pgettext_lazy("noun", "Notice of rectification"),
    }
)
