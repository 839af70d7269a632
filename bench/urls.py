"""The portal's own URLs, the floors of its pages, and Django's admin of two tables."""

from django.contrib import admin
from django.urls import include, path

from outreach.models import Matter, Visit


class OpenSite(admin.AdminSite):
    def has_permission(self, request):
        return request.user.is_authenticated


class OpenAdmin(admin.ModelAdmin):
    def has_module_permission(self, request):
        return True

    def has_view_permission(self, request, obj=None):
        return True

    has_add_permission = has_change_permission = has_delete_permission = (
        lambda self, request, obj=None: True
    )


class VisitAdmin(OpenAdmin):
    date_hierarchy = "visited_on"
    list_display = ["visited_on", "summary", "unit", "author", "organ", "mode"]
    list_filter = ["mode", "visited_on", "voided_at"]
    list_per_page = 50
    search_fields = Visit.SEARCHED_FIELDS


class MatterAdmin(OpenAdmin):
    date_hierarchy = "registered_on"
    list_display = ["number", "title", "unit", "lead_organ", "due_on", "status", "word"]
    list_filter = ["status", "category", "urgency"]
    list_per_page = 50
    search_fields = Matter.SEARCHED_FIELDS


site = OpenSite(name="admin")
site.register(Visit, VisitAdmin)
site.register(Matter, MatterAdmin)

urlpatterns = [
    path("", include("bench.floors")),
    path("admin/", site.urls),
    path("", include("portal.urls")),
]
