from django.urls import path

from evaluation.acts.schemes import SCHEMES
from evaluation.listings.schemes import SCHEME_LIST
from evaluation.views import schemes

urlpatterns = [
    *SCHEMES.urls(),
    *SCHEME_LIST.urls(),
    path("schemes/<int:pk>/", schemes.scheme, name="scheme"),
    path("schemes/<int:pk>/indicators/", schemes.scheme_indicators, name="scheme_indicators"),
    path("schemes/<int:pk>/print/", schemes.print_scheme, name="print_scheme"),
]
