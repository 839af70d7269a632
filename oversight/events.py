"""Labels of audit events and nouns of oversight."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.events import describe, name_nouns

describe({"retention.anonymised": _("Names and phones that were kept too long erased")})

name_nouns(
    {
        "archivepackage": pgettext_lazy("noun", "Archive package"),
        "complaintstep": pgettext_lazy("noun", "Step of a complaint about the portal"),
        "datarequest": pgettext_lazy("noun", "Request for data"),
        "datarequeststep": pgettext_lazy("noun", "Step of a request for data"),
        "destructionitem": pgettext_lazy("noun", "Record on a list of destruction"),
        "destructionlist": pgettext_lazy("noun", "List of destruction"),
        "destructionstep": pgettext_lazy("noun", "Step of a list of destruction"),
        "entryground": pgettext_lazy("noun", "Source of a supervised matter"),
        "entrystep": pgettext_lazy("noun", "Step of a supervised matter"),
        "finding": pgettext_lazy("noun", "Finding of an inspection"),
        "inspectedorgan": pgettext_lazy("noun", "Inspected organ"),
        "inspectedrow": pgettext_lazy("noun", "What an inspection drew"),
        "inspection": pgettext_lazy("noun", "Inspection"),
        "inspectionnote": pgettext_lazy("noun", "Guidance or practice of an inspection"),
        "inspectionstep": pgettext_lazy("noun", "Step of an inspection"),
        "itemstep": pgettext_lazy("noun", "Step of a task"),
        "objection": pgettext_lazy("noun", "Objection to a finding"),
        "paper": pgettext_lazy("noun", "Official paper"),
        "papercountersign": pgettext_lazy("noun", "Countersign of a paper"),
        "paperstep": pgettext_lazy("noun", "Step of a paper"),
        "planitem": pgettext_lazy("noun", "Task of a plan"),
        "planstep": pgettext_lazy("noun", "Step of a plan"),
        "portalcomplaint": pgettext_lazy("noun", "Complaint about the portal"),
        "practice": pgettext_lazy("noun", "Practice"),
        "practicerule": pgettext_lazy("noun", "Rule made of a practice"),
        "practicestep": pgettext_lazy("noun", "Step of a practice"),
        "practicetrial": pgettext_lazy("noun", "Trial of a practice"),
        "privacyrequest": pgettext_lazy("noun", "Request about personal data"),
        "quarternote": pgettext_lazy("noun", "Sentence of a quarter"),
        "rectificationnotice": pgettext_lazy("noun", "Notice of rectification"),
        "requestitem": pgettext_lazy("noun", "Column that a request asks"),
        "retentionrun": pgettext_lazy("noun", "Report of anonymising"),
        "supervisionentry": pgettext_lazy("noun", "Supervised matter"),
        "unadmittedrequest": pgettext_lazy("noun", "Request without admission"),
        "workplan": pgettext_lazy("noun", "Plan"),
    }
)
