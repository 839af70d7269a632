"""结转: the years that were closed, and closing one."""

from urllib.parse import urlencode

from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from outreach.actions import closings as actions
from outreach.models import YearClosing
from outreach.rules import years as rules
from portal.access import require
from portal.forms import ReaderForm
from portal.pickers import PickerField
from portal.report_forms import subject_for
from portal.rules import may_read_statistics
from portal.side_list import Area
from portal.staff_forms import carried_out
from portal.statistics import Subject
from portal.web import Sort, form_page, listed, posted

ORDER = Sort(gettext_lazy("newest first"), "closed_at")


class CloseYearForm(ReaderForm):
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2000, max_value=2100)
    division = PickerField(
        "division",
        label=gettext_lazy("Area"),
        required=False,
        help_text=gettext_lazy("Left empty, the whole area of your role."),
    )

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        subject = subject_for(self.user, division=cleaned.pop("division"))
        return cleaned | {"subject": subject}


@require_safe
def year_closings(request):
    require(may_read_statistics(request.user))
    rows = YearClosing.objects.visible_to(request.user)
    context = {
        **listed(request, rows.select_related("division", "organ", "closed_by"), ORDER),
        "may_close": rules.may_close_years(request.user),
        "crumbs": [Area.GOING_DOWN.crumb, (_("Year-end closing"), "")],
    }
    for row in context["page"]:
        subject = Subject.of_record(row)
        row.name = subject.name
        asked = {"tab": "all", **subject.where, "carried": row.year}
        row.link = f"{reverse('outreach:matters')}?{urlencode(asked)}"
    return render(request, "outreach/year_closings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def close_year(request):
    require(rules.may_close_years(request.user))
    form = CloseYearForm(
        posted(request), user=request.user, initial={"year": request.user.today.year - 1}
    )
    if carried_out(form, actions.close_year, by=request.user, at=timezone.now()):
        return redirect("outreach:year_closings")
    return form_page(
        request,
        form,
        title=_("Close a year"),
        intro=_(
            "The matters that were open at the end of the year are noted as carried over; they "
            "stand in next year's statistics. The matters themselves stay as they are."
        ),
        submit_label=_("Close the year"),
        cancel_url=reverse("outreach:year_closings"),
        crumbs=[
            (_("Year-end closing"), reverse("outreach:year_closings")),
            (_("Close a year"), ""),
        ],
    )
