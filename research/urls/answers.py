from django.urls import path

from research.acts.answers import ANSWERING, MICRODATA
from research.views import answers
from research.views import survey_results as results

urlpatterns = [
    *ANSWERING.urls(),
    *MICRODATA.urls(),
    path("fieldwork/", answers.fieldwork, name="fieldwork"),
    path("fieldwork/<int:pk>/", answers.ask, name="ask"),
    path("questionnaires/<int:pk>/answers/", answers.answers, name="answers"),
    path("questionnaires/<int:pk>/slips/", answers.print_answer_slips, name="print_answer_slips"),
    path("questionnaires/<int:pk>/paper/", answers.enter_paper, name="enter_paper"),
    path("questionnaires/paper/<int:pk>/", answers.paper_answer, name="paper_answer"),
    path("questionnaires/second/<int:pk>/", answers.type_second, name="type_second"),
    path("questionnaires/settle/<int:pk>/", answers.settle_second, name="settle_second"),
    path("questionnaires/<int:pk>/results/", results.results, name="results"),
    path("questionnaires/<int:pk>/results/cross/", results.cross_table, name="cross_table"),
    path("questionnaires/<int:pk>/results/texts/", results.answer_texts, name="answer_texts"),
    path(
        "questionnaires/<int:pk>/results/export/",
        results.export_results,
        name="export_results",
    ),
    path("microdata/<int:pk>/", results.microdata, name="microdata"),
]
