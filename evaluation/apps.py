"""What it was worth, as a Django app; its lines of the side list stand after helping."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _


class EvaluationConfig(AppConfig):
    name = "evaluation"

    def ready(self):
        # They register themselves.
        from evaluation import events, handbook, hooks, ledgers, lists, reminders, todo  # noqa: F401
        from evaluation.actions import hints, polls
        from evaluation.rules import paper, words
        from evaluation.rules.polls import may_read_result, polls_are_closed
        from outreach import demo
        from portal.access import Permission as P
        from portal.side_list import Entry, add_to_side_list

        add_to_side_list(
            _("What it was worth"),
            Entry(_("Words to be given"), "evaluation:words_to_give",
                  (P.GIVE_ORGANISATION_WORD, P.COUNT_BALLOTS)),
            Entry(_("Paper ballots"), "evaluation:paper_polls",
                  (P.COUNT_BALLOTS, P.MANAGE_EVALUATION)),
        )  # fmt: skip

        hooks.BEFORE_CLOSING += [paper.may_close_cycle, words.may_close_cycle]
        hooks.BEFORE_POLL_CLOSES.append(paper.may_close)
        hooks.AFTER_CLOSE.append(hints.queue)
        hooks.CYCLE_PARTS += [
            (gettext_lazy("Words of unit and organisation"), "evaluation:cycle_words",
             P.READ_EVALUATION),
            (gettext_lazy("Hints for a person to look at"), "evaluation:cycle_hints",
             P.MANAGE_EVALUATION),
        ]  # fmt: skip
        hooks.APPRAISED_PARTS.append(
            (gettext_lazy("Words of unit and organisation"), "evaluation:words_of_appraised",
             P.READ_SCORES)
        )  # fmt: skip

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
