"""代录: a visit entered for a leader counts once the leader confirms it."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from outreach.actions import visits as actions
from outreach.models import Visit, VisitStep
from outreach.models.visits import Confirmation
from portal.duties import todo
from portal.models import AuditEntry, StandIn
from tests.day import TODAY, now
from tests.people import STATED


def entered(people, *, by=None, key=None, **fields):
    """A contact point visit of 王建国, entered by the liaison of his bureau."""
    visit, _new = actions.record_visit(
        client_key=key or uuid.uuid4(),
        author=people.cadre,
        by=by or people.liaison,
        unit=people.village,
        at=now(),
        **STATED | {"visited_on": timezone.localdate(), "purposes": ["contact_point"]} | fields,
    )
    return visit


def waits(user, code="confirm_visit"):
    return todo.counts(user)[code]


def test_what_another_entered_waits_for_the_leader(people):
    visit = entered(people)
    assert visit.confirmation == Confirmation.WAITING
    assert (waits(people.author), waits(people.liaison), waits(people.colleague)) == (1, 0, 0)
    # A leader's own visit, and a visit without that purpose, need no confirmation.
    assert people.visit(purposes=["contact_point"]).confirmation == ""
    assert entered(people, purposes=["pairing"]).confirmation == ""


def test_the_leader_confirms_by_one_press(people, client, django_capture_on_commit_callbacks):
    visit = entered(people)
    client.force_login(people.author)
    page = client.get(visit.get_absolute_url()).content.decode()
    confirm = reverse("outreach:confirm_visit", args=[visit.pk])
    assert f'action="{confirm}"' in page and "代录" in page

    key = str(uuid.uuid4())
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(confirm, {"key": key}).status_code == 302
    # A retry after a lost answer is done once.
    assert client.post(confirm, {"key": key}).status_code == 302
    visit.refresh_from_db()
    step = visit.steps.get()
    assert (visit.confirmation, step.move, step.by) == ("confirmed", "confirmed", people.author)
    assert AuditEntry.objects.filter(event="visit.confirmed", noun_id=visit.pk).count() == 1
    assert waits(people.author) == 0


def test_nobody_else_confirms(people, client):
    visit = entered(people)
    StandIn.objects.create(
        principal=people.author,
        stand_in=people.colleague,
        named_by=people.author,
        starts_on=TODAY,
        ends_on=TODAY + timedelta(days=365),
    )
    for who in ("liaison", "colleague", "office"):
        client.force_login(getattr(people, who))
        assert client.post(reverse("outreach:confirm_visit", args=[visit.pk])).status_code == 403
        with pytest.raises(PermissionDenied):
            actions.refuse_visit(visit=visit, by=getattr(people, who), at=now(), reason="没去")
    assert not VisitStep.objects.exists()


def test_a_stand_ins_entry_waits_as_well(people):
    StandIn.objects.create(
        principal=people.author,
        stand_in=people.colleague,
        named_by=people.author,
        starts_on=TODAY,
        ends_on=TODAY + timedelta(days=365),
    )
    people.colleague._grants = {}
    assert entered(people, by=people.colleague).confirmation == Confirmation.WAITING


def test_a_refusal_has_a_reason_and_leads_whoever_entered_it_back(people, client):
    visit = entered(people)
    client.force_login(people.author)
    address = reverse("outreach:refuse_visit", args=[visit.pk])
    assert client.get(address).status_code == 200
    with pytest.raises(ValidationError), transaction.atomic():
        actions.refuse_visit(visit=visit, by=people.author, at=now(), reason="")
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "当天在县里开会"}).status_code == 302
    visit.refresh_from_db()
    assert visit.confirmation == Confirmation.REFUSED
    assert visit.steps.get().reason == "当天在县里开会"
    assert AuditEntry.objects.filter(event="visit.refused", noun_id=visit.pk).exists()
    assert (waits(people.author), waits(people.liaison, "refused_visit")) == (0, 1)

    # After a correction it waits again, and the reason given stays.
    actions.correct_visit(visit=visit, by=people.liaison, at=now(), summary="走了三户。")
    visit.refresh_from_db()
    assert visit.confirmation == Confirmation.WAITING
    assert list(visit.steps.order_by("pk").values_list("move", flat=True)) == ["refused", "changed"]


def test_a_confirmed_text_that_another_corrects_is_confirmed_anew(people):
    visit = actions.confirm_visit(visit=entered(people), by=people.author, at=now())
    actions.correct_visit(visit=visit, by=people.liaison, at=now(), summary=visit.summary)
    assert Visit.objects.get().confirmation == Confirmation.CONFIRMED
    actions.correct_visit(visit=visit, by=people.liaison, at=now(), summary="走了三户。")
    assert Visit.objects.get().confirmation == Confirmation.WAITING
    # A correction by the leader is the leader's word.
    actions.correct_visit(visit=visit, by=people.author, at=now(), summary="走了五户。")
    assert Visit.objects.get().confirmation == Confirmation.CONFIRMED


def test_ticking_the_purpose_later_asks_the_leader_too(people):
    visit = entered(people, purposes=[])
    actions.correct_visit(visit=visit, by=people.liaison, at=now(), purposes=["contact_point"])
    assert Visit.objects.get().confirmation == Confirmation.WAITING
    # Once the leader has been asked, removing the purpose does not withdraw the question.
    actions.correct_visit(visit=visit, by=people.liaison, at=now(), purposes=[])
    assert Visit.objects.get().confirmation == Confirmation.WAITING


def test_a_void_visit_waits_for_nobody(people):
    visit = actions.void_visit(visit=entered(people), by=people.liaison, at=now(), reason="重复")
    assert waits(people.author) == 0
    with pytest.raises(PermissionDenied):
        actions.confirm_visit(visit=visit, by=people.author, at=now())


def test_a_leader_may_change_their_mind_as_rows(people):
    visit = actions.confirm_visit(visit=entered(people), by=people.author, at=now())
    visit = actions.refuse_visit(visit=visit, by=people.author, at=now(), reason="记错了日子")
    visit = actions.confirm_visit(visit=visit, by=people.author, at=now())
    assert visit.confirmation == Confirmation.CONFIRMED
    moves = visit.steps.order_by("pk").values_list("move", flat=True)
    assert list(moves) == ["confirmed", "refused", "confirmed"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_lists_and_paper_say_that_it_was_entered(people, client, language):
    visit = entered(people)
    client.force_login(people.liaison)
    client.cookies["django_language"] = language
    words = {"zh-hans": "代录", "en": "Entered by another"}[language]
    assert words in client.get(reverse("outreach:visits")).content.decode()
    assert words in client.get(visit.get_absolute_url()).content.decode()
    paper = client.get(reverse("outreach:diary", args=[visit.pk])).content.decode()
    assert "代录：陈静（未经本人确认）" in paper
