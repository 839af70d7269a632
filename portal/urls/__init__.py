"""All addresses of the portal."""

from django.urls import include, path

from portal.acts.exports import EXPORTS, HELD_JOBS
from portal.listings.sheets import JOB_LIST
from portal.pages import acts, drafts
from portal.urls.reminders import urlpatterns as reminders
from portal.urls.reports import urlpatterns as reports
from portal.urls.staff import urlpatterns as staff
from portal.views import frame, jobs, todo

urlpatterns = [
    path("", frame.home, name="home"),
    path("todo/", todo.todo_list, name="todo"),
    path("todo/next/", todo.todo_next, name="todo_next"),
    path("area/<slug:code>/", frame.area, name="area"),
    path("side-list/counts/", frame.side_counts, name="side_counts"),
    path("search/", frame.search, name="search"),
    path("command/", frame.command, name="command"),
    path("drafts/keep/", drafts.keep_form, name="keep_form"),
    path("drafts/<uuid:key>/drop/", drafts.drop_form, name="drop_form"),
    path("pick/<slug:kind>/", frame.pick, name="pick"),
    path("readyz/", frame.readyz, name="readyz"),
    path("healthz/", frame.healthz, name="healthz"),
    *JOB_LIST.urls(),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/file/", jobs.job_file, name="job_file"),
    *HELD_JOBS.urls(),
    path("exports/<int:pk>/", jobs.export_request, name="export_request"),
    *EXPORTS.urls(),
    *reminders,
    *staff,
    *reports,
    path("", include("outreach.urls")),
    path("", include("neighbours.urls")),
    path("", include("works.urls")),
    path("", include("research.urls")),
    path("", include("sync.urls")),
    path("", include("api.urls")),
    path("", include("pairing.urls")),
    path("", include("evaluation.urls")),
    path("", include("oversight.urls")),
]
# All rows are registered by now.
acts.check_undo()

handler403 = "portal.views.errors.refused"
handler404 = "portal.views.errors.not_found"
