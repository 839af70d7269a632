"""What it was worth, as a Django app; its lines of the side list stand after helping."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "evaluation"

    def ready(self):
        # They register themselves.
        from evaluation import events, handbook, ledgers, lists, reminders, todo  # noqa: F401
        from outreach import demo

        demo.MORE_OF_A_COUNTY.append("evaluation.demo")
