"""Celery entry points: each looks up its action and calls it."""

from datetime import date

from celery import shared_task
from django.utils import timezone

from portal.run import by_the_clock


def _day(on):
    return date.fromisoformat(on) if on else timezone.localdate()


@shared_task
@by_the_clock.noted()
def draw_call_back_sample(*, on=None):
    from outreach.actions import follow_ups

    follow_ups.draw_sample(on=_day(on), at=timezone.now())


@shared_task
@by_the_clock.noted()
def take_back_calls(*, on=None):
    from outreach.actions import follow_ups

    follow_ups.take_back_calls(on=_day(on))


@shared_task
@by_the_clock.noted()
def forget_before():
    from outreach.actions import taking_back

    taking_back.forget_before(at=timezone.now())


@shared_task
@by_the_clock.noted()
def drop_old_drafts():
    from outreach.actions import visits
    from portal.pages import drafts

    now = timezone.now()
    visits.drop_old_drafts(at=now)
    drafts.drop_old(at=now)


@shared_task
@by_the_clock.noted()
def drop_ended_lists(*, on=None):
    from outreach.actions import condolence

    condolence.drop_ended_lists(on=_day(on))


@shared_task
def take_over_door_messages():
    from outreach.actions import door

    door.take_over_new(at=timezone.now())


@shared_task
@by_the_clock.noted()
def drop_old_door_tries():
    from outreach.actions import door

    door.drop_old_tries(at=timezone.now())
