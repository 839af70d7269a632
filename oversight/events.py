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
        "entryground": pgettext_lazy("noun", "Source of a supervised matter"),
        "entrystep": pgettext_lazy("noun", "Step of a supervised matter"),
        "itemstep": pgettext_lazy("noun", "Step of a task"),
        "planitem": pgettext_lazy("noun", "Task of a plan"),
        "planstep": pgettext_lazy("noun", "Step of a plan"),
        "practice": pgettext_lazy("noun", "Practice"),
        "practicerule": pgettext_lazy("noun", "Rule made of a practice"),
        "practicestep": pgettext_lazy("noun", "Step of a practice"),
        "practicetrial": pgettext_lazy("noun", "Trial of a practice"),
        "quarternote": pgettext_lazy("noun", "Sentence of a quarter"),
        "supervisionentry": pgettext_lazy("noun", "Supervised matter"),
        "workplan": pgettext_lazy("noun", "Plan"),
    }
)
