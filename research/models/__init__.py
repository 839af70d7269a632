from research.models.answers import (
    Answer,
    AnswerLink,
    AnswerText,
    MicrodataRequest,
    QuestionResult,
    SealedAnswer,
    SecondEntry,
)
from research.models.batches import BatchStep, BatchUnit, HomeNote, ResearchActivity, ResearchBatch
from research.models.questionnaires import (
    Questionnaire,
    QuestionnaireStep,
    QuestionnaireVersion,
    Trial,
)
from research.models.reports import (
    Advice,
    AdviceStep,
    FoundProblem,
    FoundProblemStep,
    ResearchReport,
    ResearchReportStep,
)
from research.models.samples import ContactTry, DrawnUnit, DrawnUnitStep, Sample, SampleStep
from research.models.topics import ResearchTopic, TopicStep

__all__ = [
    "Advice",
    "AdviceStep",
    "Answer",
    "AnswerLink",
    "AnswerText",
    "BatchStep",
    "BatchUnit",
    "ContactTry",
    "DrawnUnit",
    "DrawnUnitStep",
    "FoundProblem",
    "FoundProblemStep",
    "HomeNote",
    "MicrodataRequest",
    "QuestionResult",
    "Questionnaire",
    "QuestionnaireStep",
    "QuestionnaireVersion",
    "ResearchActivity",
    "ResearchBatch",
    "ResearchReport",
    "ResearchReportStep",
    "ResearchTopic",
    "Sample",
    "SampleStep",
    "SealedAnswer",
    "SecondEntry",
    "TopicStep",
    "Trial",
]
