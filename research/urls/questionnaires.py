from django.urls import path

from research.acts.questionnaires import QUESTIONNAIRES
from research.listings.questionnaires import QUESTIONNAIRE_LIST
from research.views import questionnaires as views


def _page(address, view):
    return path(f"questionnaires/{address}", view, name=view.__name__)


urlpatterns = [
    *QUESTIONNAIRE_LIST.urls(),
    *QUESTIONNAIRES.urls(),
    _page("template/", views.questionnaire_template),
    _page("<int:pk>/", views.questionnaire),
    _page("<int:pk>/print/", views.questionnaire_print),
    _page("<int:pk>/try/", views.try_questionnaire),
    _page("<int:pk>/tried/", views.tried_questionnaire),
    _page("<int:pk>/versions/<int:number>/", views.questionnaire_differences),
    _page("<int:pk>/versions/<int:number>/workbook/", views.questionnaire_workbook),
    # Addressed by version only: the cadres who collect answers may read it, and the page script
    # fetches it.
    _page("definitions/<int:pk>/", views.questionnaire_definition),
]
