"""How the pages of research link to each other."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from research.actions import questionnaires as actions
from research.actions import reports
from research.models import Questionnaire, Sample
from tests.day import now
from tests.research import answering, results, samples
from tests.research.questionnaires import FORM, uploaded


@pytest.fixture
def browse(client, people):
    """browse(who, address) returns the page."""

    def look(name, address):
        client.force_login(getattr(people, name))
        return client.get(address).content.decode()

    return look


def test_a_reviewed_questionnaire_begins_its_sample_and_leads_to_it(people, browse):
    questionnaire = samples.questionnaire_of(people)
    address = questionnaire.get_absolute_url()
    start = f"{reverse('research:new_sample')}?questionnaire={questionnaire.pk}"
    assert start in browse("liaison", address)
    assert start not in browse("supervisor", address)

    sample = samples.prepared(people, of=questionnaire)

    page = browse("liaison", address)
    assert sample.get_absolute_url() in page
    assert start not in page
    assert address in browse("liaison", sample.get_absolute_url())


def test_a_drawn_one_opens_and_leads_to_its_answers_and_results(people, browse):
    questionnaire = answering.drawn_questionnaire(people)
    address = questionnaire.get_absolute_url()
    opening, answers, found = (
        reverse(f"research:{one}", args=[questionnaire.pk])
        for one in ("open_questionnaire", "answers", "results")
    )
    page = browse("liaison", address)
    assert opening in page
    assert answers not in page

    questionnaire = answering.opened(people)
    answers = reverse("research:answers", args=[questionnaire.pk])
    assert answers in browse("liaison", questionnaire.get_absolute_url())
    assert questionnaire.get_absolute_url() in browse("liaison", answers)

    answering.stripped(people, questionnaire)
    found = reverse("research:results", args=[questionnaire.pk])
    assert found in browse("liaison", questionnaire.get_absolute_url())


def test_whoever_asks_comes_from_the_drawn_unit_to_the_questionnaire(people, browse):
    questionnaire = answering.opened(people)
    drawn = answering.units(questionnaire)[0]
    ask = reverse("research:ask", args=[drawn.pk])
    assert ask in browse("author", drawn.get_absolute_url())
    assert ask not in browse("liaison", drawn.get_absolute_url())
    assert not Questionnaire.objects.visible_to(people.author).exists()

    # The page's script fetches the definition to draw.
    definition = reverse("research:questionnaire_definition", args=[questionnaire.in_force.pk])
    assert f'data-definition="{definition}"' in browse("author", ask)
    assert "提交答卷" in browse("author", ask)
    assert '"satisfied"' in browse("author", definition)
    assert '"satisfied"' not in browse("colleague", definition)


def test_paper_is_of_the_version_that_is_answered(people, browse):
    questionnaire = answering.opened(people)
    upload = uploaded([FORM[0], ["text", "b", "明年再问的"]])
    actions.add_version(questionnaire=questionnaire, upload=upload, by=people.liaison, at=now())
    address = reverse("research:questionnaire_print", args=[questionnaire.pk])
    assert "明年再问的" not in browse("liaison", address)
    assert "明年再问的" in browse("liaison", f"{address}?version=2")


def test_nobody_answers_a_version_that_is_not_reviewed(people, browse, client):
    questionnaire = answering.opened(people)
    upload = uploaded([FORM[0], ["text", "b", "明年再问的"]])
    version = actions.add_version(
        questionnaire=questionnaire, upload=upload, by=people.liaison, at=now()
    )
    ask = reverse("research:ask", args=[answering.units(questionnaire)[0].pk])
    browse("author", ask)

    page = client.post(ask, {"version": version.pk}).content.decode()

    assert "明年再问的" not in page and f'value="{questionnaire.in_force.pk}"' in page


def test_a_topic_begins_questionnaires_and_shows_what_came_of_it(people, browse):
    topic = results.topic(people)
    address = topic.get_absolute_url()
    start = f"{reverse('research:new_questionnaire')}?topic={topic.pk}"
    part = reverse("research:topic_results", args=[topic.pk])
    page = browse("liaison", address)
    for one in (start, part, reverse("research:write_report", args=[topic.pk])):
        assert one in page
    # The response contains cards that replace the requesting one.
    assert f'<div hx-get="{part}" hx-trigger="load" hx-swap="outerHTML">' in page
    assert "考核结果" not in page + browse("liaison", part)
    assert f'value="{topic.pk}" selected' in browse("liaison", start)
    assert start not in browse("supervisor", address)

    planned = results.topic(people, state="approved").get_absolute_url()
    assert "/results/" not in browse("liaison", planned)
    found = results.problem(people, topic)
    assert address in browse("liaison", found.get_absolute_url())


def test_a_batch_with_spot_checks_begins_its_sample(people, browse):
    batch = samples.spot_batch(people)
    start = f"{reverse('research:new_sample')}?batch={batch.pk}"
    assert start in browse("liaison", batch.get_absolute_url())
    assert start not in browse("supervisor", batch.get_absolute_url())

    main = f'button-primary" href="{start}"'
    assert main in browse("liaison", batch.get_absolute_url())

    sample = samples.prepared(people, of=batch)

    assert Sample.objects.get().batch == batch
    page = browse("liaison", batch.get_absolute_url())
    assert sample.get_absolute_url() in page and start in page and main not in page


def test_a_report_waits_for_the_end_of_the_fieldwork(people):
    """The decision on it concludes the topic."""
    topic = results.topic(people)
    results.batch(people, topic, state="arranged")
    report = results.report(people, topic)
    with pytest.raises(PermissionDenied, match="batch 1"):
        reports.hand_in(report=report, by=people.author, at=now())

    topic.batches.update(state="over")

    assert reports.hand_in(report=report, by=people.author, at=now())
