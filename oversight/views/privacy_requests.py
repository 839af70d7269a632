"""Requests about personal data: the page, what is held, and the person's copy."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oversight import privacy_finder as finder
from oversight.actions import privacy_requests as actions
from oversight.acts.privacy_requests import PRIVACY, crumbs, visible_request
from oversight.models.privacy_requests import Wish
from portal.pages.side_list import Area
from portal.pages.web import sheet_page


@require_safe
def privacy_request(request, pk):
    user, asked = request.user, visible_request(request.user, pk)
    context = {
        "asked": asked,
        "acts": PRIVACY.buttons(user, asked),
        "crumbs": [Area.ADMINISTRATION.crumb, *crumbs(asked)],
    }
    return render(request, "oversight/privacy_request.html", context)


@require_safe
def look_up_held(request, pk):
    """What is held of the person; each look is audited."""
    user, asked = request.user, visible_request(request.user, pk)
    context = {
        "asked": asked,
        "held": actions.look_up(request=asked, by=user),
        "name": finder.name_of(asked),
        "phone": finder.phone_of(asked),
        "corrects": asked.wish == Wish.CORRECT,
        "crumbs": [Area.ADMINISTRATION.crumb, *crumbs(asked, _("What is held"))],
    }
    return render(request, "oversight/privacy_held.html", context)


@require_safe
def copy_for_person(request, pk):
    """个人信息查阅单, for the person alone."""
    asked = visible_request(request.user, pk)
    held, rows = actions.copy_for_person(request=asked, by=request.user)
    context = {
        "asked": asked,
        "name": finder.name_of(asked) or asked.who,
        "held": held,
        "rows": rows,
        "today": request.user.today,
    }
    return sheet_page(request, "oversight/slips/privacy_copy.html", context)
