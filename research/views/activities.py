"""Fieldwork records, and matters made from them."""

import uuid

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from outreach.actions.matters import DifferentContent
from outreach.forms.matters import NewMatterForm
from outreach.models import Matter
from outreach.models.matters import RaiserKind, Source
from portal import parameters
from portal.models.text import plain
from portal.pages.side_list import Area
from portal.pages.text_forms import tell_masked
from portal.pages.web import form_page, page_or_part, posted
from portal.records.seen import sees
from portal.trust import wall
from portal.trust.access import require
from research.actions import activities as actions
from research.acts.activities import ACTIVITIES, crumbs, visible_activity
from research.forms.activities import fields_of
from research.models import ResearchActivity, Sample
from research.models.topics import Method
from research.rules import activities as rules

# Methods in which the cadres look for themselves; at symposia and interviews people tell them.
LOOKED = (Method.SPOT_CHECK, Method.ON_SITE)


@require_safe
def activity(request, pk):
    user, activity = request.user, visible_activity(request.user, pk)
    seen = Matter.objects.visible_to(user).filter(research_activities=activity)
    most = parameters.number("research.symposium_max", on=activity.held_on)
    is_symposium = activity.method == Method.SYMPOSIUM
    context = {
        "activity": activity,
        # Labels as in its form.
        "called": {name: field.label for name, field in fields_of(activity.method).items()},
        "matters": seen.order_by("pk"),
        "sees_sample": sees(user, Sample, activity.sample_id),
        "most": most if is_symposium and (activity.person_count or 0) > most else None,
        "acts": ACTIVITIES.buttons(user, activity),
        "crumbs": [Area.GOING_DOWN.crumb, *crumbs(activity)],
    }
    return render(request, "research/activity.html", context)


# Not an Act: the form of matters carries its own key.
@require_http_methods(["GET", "HEAD", "POST"])
def activity_matter(request, pk):
    """需办事项: the form of a matter, prefilled with the findings."""
    user, activity = request.user, visible_activity(request.user, pk)
    require(rules.may_register_from(user, activity))
    form = NewMatterForm(posted(request), user=user, initial=_found(activity))
    if form.is_bound and form.is_valid():
        try:
            with wall.as_system("an act, after its rule"):
                matter = actions.register_matter(
                    activity=activity, by=user, at=timezone.now(), **form.registration()
                )
        except (DifferentContent, PermissionDenied) as problem:
            form.add_error(None, str(problem))
        else:
            tell_masked(request, form)
            return redirect(matter)
    here = _("Make a matter of it")
    return form_page(
        request,
        form,
        template="research/activity_matter.html",
        activity=activity,
        crumbs=crumbs(activity, here),
    )


def _found(activity):
    text = plain(activity.found or activity.content)
    looked = activity.method in LOOKED
    return {
        "key": uuid.uuid4(),
        "unit": activity.unit,
        "source": Source.RESEARCH,
        "title": text.partition("\n")[0].partition("。")[0][:60],
        "request_text": text,
        "raiser_kind": RaiserKind.CADRE_FOUND if looked else RaiserKind.VILLAGER,
    }


@require_safe
def activities_of_matter(request, pk):
    """Part of a matter's page: the research records behind it."""
    matter = get_object_or_404(Matter.objects.visible_to(request.user), pk=pk)
    rows = ResearchActivity.objects.visible_to(request.user).filter(matters=matter)
    context = {
        "matter": matter,
        "activities": rows.for_list().order_by("-held_on", "-pk"),
        "crumbs": [(matter.number_label, matter.get_absolute_url()), (_("Research behind it"), "")],
    }
    page, part = "research/activities_of_matter.html", "research/_activities_of_matter.html"
    return page_or_part(request, page, part, context)
