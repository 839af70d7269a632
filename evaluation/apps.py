"""What it was worth, as a Django app; its lines of the side list stand after helping."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _


class EvaluationConfig(AppConfig):
    name = "evaluation"

    def ready(self):
        # They register themselves.
        from evaluation import events, handbook, hooks, ledgers, lists, reminders, todo  # noqa: F401
        from evaluation.actions import polls
        from evaluation.rules.polls import may_read_result, polls_are_closed
        from outreach import demo
        from portal.access import Permission as P
        from portal.side_list import Entry, add_to_side_list

        add_to_side_list(
            _("What it was worth"),
            Entry(
                _("The masses' ballots"), "evaluation:polls", (P.MANAGE_EVALUATION, P.COUNT_BALLOTS)
            ),
        )
        hooks.AFTER_START.append(lambda cycle, by: polls.make_polls(cycle, by=by))
        hooks.AFTER_TAKING_IN.append(lambda one, by: polls.make_polls(one.cycle, by=by))
        hooks.BEFORE_CLOSING.append(polls_are_closed)
        hooks.CLOSING.append(lambda cycle, by: polls.close_polls(cycle, by=by))
        hooks.CYCLE_PARTS.append(
            (gettext_lazy("The masses' ballots"), "evaluation:polls_of_cycle", P.MANAGE_EVALUATION)
        )
        hooks.APPRAISED_PARTS.append(
            (gettext_lazy("The masses' ballots"), "evaluation:ballots_of_appraised",
             may_read_result)
        )  # fmt: skip
        demo.MORE_OF_A_COUNTY.append("evaluation.demo")
