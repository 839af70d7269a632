"""Labels of audit events and nouns of research."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.events import describe, name_nouns

describe(
    {
        "questionnaire.second_settled": _("Entries of a paper answer compared"),
        "questionnaire.second_typed": _("Paper answer typed a second time"),
        "research.activity_recorded": _("Record of fieldwork written down"),
        "research.matter_registered": _("Matter registered from a record of fieldwork"),
        "research_topic.begun": _("Topic begun with its first batch"),
        "research_topic.concluded": _("Topic concluded with the decision on its report"),
        "research_topic.followed": _("Use of the results of a topic followed"),
        "research_topic.reported": _("Report of a topic handed in"),
        "research_topic.sent_back": _("Report of a topic sent back"),
    }
)

name_nouns(
    {
        "advice": pgettext_lazy("noun", "Suggestion of research"),
        "advicestep": pgettext_lazy("noun", "Step of a suggestion of research"),
        "answer": pgettext_lazy("noun", "Answer without marks of a person"),
        "answerlink": pgettext_lazy("noun", "Slip of a questionnaire"),
        "answertext": pgettext_lazy("noun", "Text of an answer"),
        "batchstep": pgettext_lazy("noun", "Step of a batch of research"),
        "batchunit": pgettext_lazy("noun", "Unit of a batch of research"),
        "contacttry": pgettext_lazy("noun", "Try to meet somebody"),
        "drawnunit": pgettext_lazy("noun", "Drawn unit"),
        "drawnunitstep": pgettext_lazy("noun", "Word on a drawn unit"),
        "foundproblem": pgettext_lazy("noun", "Problem found by research"),
        "foundproblemstep": pgettext_lazy("noun", "Step of a found problem"),
        "homenote": pgettext_lazy("noun", "Home note"),
        "microdatarequest": pgettext_lazy("noun", "Request for microdata"),
        "questionnaire": pgettext_lazy("noun", "Questionnaire"),
        "questionnairestep": pgettext_lazy("noun", "Step of a questionnaire"),
        "questionnaireversion": pgettext_lazy("noun", "Version of a questionnaire"),
        "questionresult": pgettext_lazy("noun", "Result of a question"),
        "researchactivity": pgettext_lazy("noun", "Record of fieldwork"),
        "researchbatch": pgettext_lazy("noun", "Batch of research"),
        "researchreport": pgettext_lazy("noun", "Report of research"),
        "researchreportstep": pgettext_lazy("noun", "Step of a report of research"),
        "researchtopic": pgettext_lazy("noun", "Research topic"),
        "sample": pgettext_lazy("noun", "Sample"),
        "samplestep": pgettext_lazy("noun", "Step of a sample"),
        "sealedanswer": pgettext_lazy("noun", "Sealed answer"),
        "secondentry": pgettext_lazy("noun", "Second entry of a paper answer"),
        "topicstep": pgettext_lazy("noun", "Step of a topic"),
        "trial": pgettext_lazy("noun", "Trial of a questionnaire"),
    }
)
