"""Acts on lists of destruction."""

from operator import attrgetter

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.actions import retention as actions
from oversight.forms import retention as forms
from oversight.models import DestructionList
from oversight.rules import retention as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen


@seen
def visible_list(user):
    return DestructionList.objects.visible_to(user).select_related(
        "organ__division", "written_by", "approved_by", "destroyed_by", "witness"
    )


crumbs = crumbs_under(_("Lists of destruction"), "oversight:destruction_lists", attrgetter("title"))


def _what_is_approved(listed):
    words = _(
        "%(n)s records may be destroyed from then on, before a witness. The approval is not taken "
        "back; until they are destroyed nothing goes."
    )
    return words % {"n": listed.items.filter(kept_reason="").count()}


DESTRUCTION = Acts(
    "oversight",
    "listed",
    "destruction/<int:pk>/",
    visible_list,
    crumbs,
    listing="oversight:destruction_lists",
    starts=(
        Act(
            "begin_destruction",
            _("Appraise records"),
            rules.may_begin_list,
            actions.begin_list,
            forms.DestructionForm,
            "destruction/new/",
            intro=_("Gathers the records whose term has passed. Nothing is destroyed by it."),
            submit=_("Gather them"),
            audit={"destruction.begun": _("Appraisal of records begun")},
            undo="drop_destruction",
        ),
    ),
    acts=(
        Act(
            "approve_destruction",
            pgettext_lazy("destruction", "Approve it"),
            rules.may_decide_list,
            actions.approve_list,
            forms.ApproveForm,
            "approve/",
            primary=True,
            intro=_what_is_approved,
            audit={"destruction.approved": _("Destruction of records approved")},
        ),
        Act(
            "return_destruction",
            pgettext_lazy("destruction", "Send it back"),
            rules.may_decide_list,
            actions.return_list,
            ReasonForm,
            "return/",
            audit={"destruction.returned": _("List of destruction sent back")},
        ),
        Act(
            "submit_destruction",
            _("Hand in for approval"),
            rules.may_submit_list,
            actions.submit_list,
            path="submit/",
            primary=True,
            audit={"destruction.submitted": _("List of destruction handed in")},
            undo="take_back_destruction",
        ),
        Act(
            "keep_records",
            _("Keep some of them"),
            rules.may_change_list,
            actions.keep_records,
            forms.KeepForm,
            "keep/",
            about=True,
            intro=_("What you name stays, with the reason; it is struck off this list for good."),
            audit={"destruction.kept": _("Records kept after appraisal")},
        ),
        Act(
            "take_back_destruction",
            pgettext_lazy("destruction", "Take it back"),
            rules.may_take_back_list,
            actions.take_back_list,
            path="take-back/",
            audit={"destruction.taken_back": _("List of destruction taken back")},
        ),
        Act(
            "destroy_records",
            _("Destroy the records"),
            rules.may_destroy,
            actions.destroy_list,
            forms.DestroyForm,
            "destroy/",
            about=True,
            intro=_("They are deleted for good. The list stays, with who watched."),
            audit={"destruction.destroyed": _("Records destroyed")},
        ),
        Act(
            "drop_destruction",
            _("Discard"),
            rules.may_drop_list,
            actions.drop_list,
            path="drop/",
            confirm=_("Discard this list? No record is touched."),
            then=lambda _listed, _none: "oversight:destruction_lists",
            audit={"destruction.dropped": _("List of destruction discarded")},
        ),
    ),
)
