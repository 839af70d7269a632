"""What each role does about scores and objections; added to the chapters of the help page."""

from django.utils.translation import gettext_lazy as _

from portal.handbook import Advice, add_chapter
from portal.roles import Role

_APPEALS = ("evaluation:appeals", _("Objections to scores"))

add_chapter(
    Role.CADRE,
    Advice(
        _("Once scores are published, see on the page of your score where each point comes from, "
          "down to the records. What is wrong you object to within the period; the office answers "
          "in writing."), *_APPEALS,
    ),
)  # fmt: skip
add_chapter(
    Role.LIAISON,
    Advice(
        _("For the team, the branch or the leading team of your organ you read the published "
          "score and object where records are wrong."), *_APPEALS,
    ),
)  # fmt: skip
add_chapter(
    Role.OFFICE,
    Advice(
        _("Answer each objection. What you uphold stands as a decision beside the frozen evidence; "
          "compute anew, and both scores are shown. Nobody decides about themselves."),
        *_APPEALS,
    ),
)  # fmt: skip
