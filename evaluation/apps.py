"""What it was worth, as a Django app; its lines of the side list stand after helping."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _


class EvaluationConfig(AppConfig):
    name = "evaluation"

    def ready(self):
        # They register themselves.
        from evaluation import (  # noqa: F401
            events,
            handbook,
            hooks,
            ledgers,
            lists,
            previewing,
            reminders,
            scoring,
            todo,
        )
        from evaluation.actions import scores as score_actions
        from evaluation.rules import appeals as appeal_rules
        from outreach import demo
        from portal.access import Permission as P
        from portal.side_list import Entry, add_to_side_list

        add_to_side_list(
            _("What it was worth"),
            Entry(_("Objections to scores"), "evaluation:appeals",
                  (P.MANAGE_EVALUATION, P.RECORD_VISITS, P.GIVE_ORGANISATION_WORD)),
        )  # fmt: skip
        hooks.AFTER_CLOSE.append(score_actions.start_after_closing)
        hooks.BEFORE_FINISH.append(appeal_rules.may_be_finished)
        hooks.CYCLE_PARTS.append(
            (gettext_lazy("Computations"), "evaluation:computations", P.MANAGE_EVALUATION)
        )
        hooks.APPRAISED_PARTS.append(
            (gettext_lazy("Where my points come from"), "evaluation:score", P.SEE_PEOPLE)
        )

        demo.MORE_OF_A_COUNTY.append("evaluation.demo")
