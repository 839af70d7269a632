from django.urls import path

from evaluation.views import appeals

urlpatterns = [
    path("objections/", appeals.appeals, name="appeals"),
    path("objections/<int:pk>/", appeals.appeal, name="appeal"),
    path("objections/<int:pk>/decide/", appeals.decide_appeal, name="decide_appeal"),
    path("objections/<int:pk>/withdraw/", appeals.withdraw_appeal, name="withdraw_appeal"),
    path("appraised/<int:pk>/object/", appeals.file_appeal, name="file_appeal"),
]
