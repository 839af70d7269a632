"""The portal with views that forget `visible_to`, for tests of the second wall."""

from django.http import JsonResponse, StreamingHttpResponse
from django.urls import include, path

from outreach.models import Matter, MatterStep, Visit, VisitNote
from portal.tools.replica import reads_at_replica

handler403 = "portal.views.errors.refused"
handler404 = "portal.views.errors.not_found"
NOUNS = {"visits": Visit, "notes": VisitNote, "matters": Matter, "steps": MatterStep}


def everything(request, noun):
    return JsonResponse({"rows": list(NOUNS[noun].objects.values_list("pk", flat=True))})


def streamed(request, noun):
    """A response read after the view has ended, like a file sent while it is being made."""
    rows = NOUNS[noun].objects.order_by("pk").values_list("pk", flat=True)
    return StreamingHttpResponse(f"{pk}\n" for pk in rows.iterator(chunk_size=1))


urlpatterns = [
    path("forgotten/<slug:noun>/", everything),
    path("forgotten/<slug:noun>/replica/", reads_at_replica(everything)),
    path("forgotten/<slug:noun>/streamed/", streamed),
    path("", include("portal.urls")),
]
