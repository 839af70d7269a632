"""Personal arrangements of lists: saved filters and chosen columns."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from portal import uses
from portal.actions import comfort as actions
from portal.forms.staff import FilterNameForm, SaveFilterForm, carried_out
from portal.models import SavedFilter
from portal.pages import lists
from portal.pages.web import back, form_page, posted
from portal.views.pieces import ask, require_form


def _shaped(page):
    if page not in lists.LISTS:
        raise Http404
    return lists.LISTS[page]


@require_safe
def saved_filters(request):
    """The user's saved filters by list, to rename or delete."""
    kept = {}
    for one in SavedFilter.objects.visible_to(request.user).order_by("page", "pk"):
        kept.setdefault(one.page, []).append(one)
    groups = [
        {"title": shaped.title, "address": reverse(page), "filters": kept[page]}
        for page, shaped in lists.LISTS.items()
        if page in kept and uses.is_open(page)
    ]
    crumbs = [(_("Saved filters"), "")]
    return render(request, "portal/saved_filters.html", {"groups": groups, "crumbs": crumbs})


@require_POST
def save_filter(request, page):
    shaped = _shaped(page)
    form = SaveFilterForm(request.POST, user=request.user)
    if saved := carried_out(form, actions.save_filter, page=page, by=request.user):
        return redirect(f"{reverse(page)}?{saved.query}")
    return form_page(
        request,
        form,
        title=_("Keep this filter"),
        submit_label=_("Keep"),
        cancel_url=f"{reverse(page)}?{lists.cleaned(page, request.POST.get('query', ''))}",
        crumbs=[(shaped.title, reverse(page)), (_("Keep this filter"), "")],
    )


def _mine(request, pk):
    return get_object_or_404(SavedFilter.objects.visible_to(request.user), pk=pk)


@require_form
def rename_filter(request, pk):
    saved = _mine(request, pk)
    form = FilterNameForm(posted(request), user=request.user, initial={"name": saved.name})
    if carried_out(form, actions.rename_filter, saved=saved, by=request.user):
        return redirect("saved_filters")
    above = (_("Saved filters"), "saved_filters")
    return ask(request, form, _("Rename the filter"), _("Save"), above, last=_("Rename"))


@require_POST
def drop_filter(request, pk):
    saved = _mine(request, pk)
    actions.drop_filter(saved=saved)
    messages.info(request, _("“%(name)s” was dropped.") % {"name": saved.name})
    return redirect("saved_filters")


@require_POST
def choose_columns(request, page):
    """Show the ticked columns or, with `reset`, the defaults of the list."""
    _shaped(page)
    codes = None if "reset" in request.POST else request.POST.getlist("column")
    actions.choose_columns(page=page, codes=codes, by=request.user)
    return redirect(back(request, otherwise=page))
