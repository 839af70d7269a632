from django.urls import path

from evaluation.views import changes, previews, scores

urlpatterns = [
    path("appraised/<int:pk>/score/", scores.score, name="score"),
    path("appraised/<int:pk>/score/print/", scores.print_score, name="print_score"),
    path("appraised/<int:pk>/score/<slug:code>/", scores.score_records, name="score_records"),
    path("appraised/<int:pk>/changes/", changes.decide_changes, name="decide_changes"),
    path("cycles/<int:pk>/computations/", scores.computations, name="computations"),
    path("cycles/<int:pk>/evidence/sheet/", scores.export_scores, name="export_scores"),
    path("cycles/<int:pk>/evidence/file/", scores.export_evidence, name="export_evidence"),
    path("cycles/<int:pk>/changes/", changes.evidence_changes, name="evidence_changes"),
    path("schemes/<int:pk>/trial/", previews.scheme_preview, name="scheme_preview"),
]
