"""Schemes: drafts, indicators of a closed list, publishing once, versions, withdrawal."""

import inspect
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from evaluation.actions import schemes as actions
from evaluation.appraisal import hooks
from evaluation.models import Scheme, SchemeIndicator
from evaluation.rules import schemes as rules
from portal.models import AuditEntry
from tests.evaluation.cast import draft, line, opened, published
from tests.reading import words

WEIGHTS = {
    "weight_masses": 40,
    "weight_unit": 20,
    "weight_results": 30,
    "weight_organisation": 10,
    "weight_attitude": 30,
    "weight_style": 30,
    "weight_achievement": 40,
    "mark_good": 100,
    "mark_fairly_good": 85,
    "mark_fair": 60,
    "mark_poor": 0,
    "minimum_ballots": 15,
}


# --- Drafts ------------------------------------------------------------------------------------


def test_a_scheme_is_written_with_the_weights_of_the_house(people):
    scheme = actions.write_scheme(
        by=people.office, title="驻村干部考核方案", subject="cadre", at=timezone.now()
    )

    assert scheme.organ == people.department
    assert [int(weight) for weight in scheme.weights.values()] == [40, 20, 30, 10]
    assert AuditEntry.objects.filter(event="scheme.written", noun_id=scheme.pk).exists()


@pytest.mark.parametrize("who", ["supervisor", "host", "author"])
def test_only_the_office_writes_schemes(people, who):
    with pytest.raises(PermissionDenied):
        actions.write_scheme(
            by=getattr(people, who), title="方案", subject="cadre", at=timezone.now()
        )


@pytest.mark.parametrize(
    "wrong",
    [{"weight_masses": Decimal(50)}, {"weight_style": Decimal(29)}, {"mark_fair": Decimal(90)}],
)
def test_weights_sum_to_a_hundred_and_better_marks_give_more(people, wrong):
    scheme = draft(people)

    with pytest.raises(ValidationError):
        actions.change_scheme(scheme, by=people.office, **wrong)


def test_a_title_stands_once(people):
    draft(people)

    with pytest.raises(ValidationError, match="已有"):
        actions.write_scheme(
            by=people.office, title="驻村干部考核方案", subject="cadre", at=timezone.now()
        )


def test_how_cadres_go_down_is_asked_of_cadres_alone(people):
    assert draft(people, subject="organ").service == "any"


def test_the_kind_of_staff_is_asked_of_cadres_alone_and_shown(people, browse):
    team = draft(people, title="工作队", subject="team", staff_kinds=["civil"])
    assert team.staff_kinds == []
    scheme = published(people, staff_kinds=["civil", "public"])

    page = words(browse("office").get(scheme.get_absolute_url()))
    assert "公务员，事业单位" in page.replace("、", "，") and "不由本方案考核" in page
    printed = browse("office").get(reverse("evaluation:print_scheme", args=[scheme.pk]))
    assert "人员类别：公务员、事业单位" in words(printed)
    form = words(browse("office").get(reverse("evaluation:new_scheme")))
    assert 'name="staff_kinds"' in form


def test_a_draft_is_changed_and_saying_the_same_changes_nothing(people):
    scheme = draft(people)
    terms = {"title": "第一书记考核方案", "unit_kinds": ["rural"]}

    for _twice in range(2):
        actions.change_scheme(scheme, by=people.office, **terms)

    scheme.refresh_from_db()
    assert (scheme.title, scheme.unit_kinds) == ("第一书记考核方案", ["rural"])
    assert AuditEntry.objects.filter(event="scheme.changed").count() == 1


def test_indicators_and_thresholds_are_set_as_a_whole(people):
    scheme = draft(people, lines=[line("promises_kept", 60), line("contact_rhythm", 40)])
    for _twice in range(2):
        actions.set_indicators(
            scheme,
            by=people.office,
            lines=[line("promises_kept", 70), line("suggestions_adopted", 30)],
        )
        actions.set_gates(scheme, by=people.office, limits={"stay_months": 80, "findings": 0})

    assert dict(scheme.indicators.values_list("indicator", "share")) == {
        "promises_kept": 70,
        "suggestions_adopted": 30,
    }
    assert AuditEntry.objects.filter(event="scheme.indicators_set").count() == 2
    assert AuditEntry.objects.filter(event="scheme.gates_set").count() == 1

    actions.set_gates(scheme, by=people.office, limits={})
    assert not scheme.gates.exists()


def test_an_indicator_must_fit_and_be_of_the_closed_list(people):
    scheme = draft(people)
    for code in ("matters_in_time", "visits_made"):
        with pytest.raises(ValidationError, match="不适用"):
            actions.set_indicators(scheme, by=people.office, lines=[line(code)])
    with pytest.raises(ValidationError, match="满分线|上限"):
        actions.set_indicators(
            scheme, by=people.office, lines=[line("promises_kept", floor=90, cap=80)]
        )


# --- Publishing --------------------------------------------------------------------------------


def test_a_published_scheme_has_day_person_and_document(people):
    scheme = published(people)

    assert (scheme.state, scheme.published_by) == ("published", people.office)
    with pytest.raises(PermissionDenied):
        actions.publish_scheme(scheme, by=people.office, document="2号", at=timezone.now())
    with pytest.raises(ValidationError):
        actions.publish_scheme(
            draft(people, title="别的"), by=people.office, document=" ", at=timezone.now()
        )


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "没有设定指标"),
        ([line("promises_kept", 60)], "合计60"),
        ([line("promises_kept", 60), line("contact_rhythm", 41)], "合计101"),
    ],
)
def test_shares_must_sum_to_a_hundred(people, lines, said):
    scheme = draft(people, lines=lines)

    with pytest.raises(PermissionDenied, match=said):
        actions.publish_scheme(scheme, by=people.office, document="3号", at=timezone.now())


def test_without_weight_the_results_need_no_indicator(people):
    scheme = draft(people, lines=[], weight_results=Decimal(0), weight_masses=Decimal(70))

    assert rules.may_publish_scheme(people.office, scheme)


def test_an_indicator_that_does_not_fit_any_more_stands_in_the_way(people):
    scheme = draft(people)
    SchemeIndicator.objects.filter(scheme=scheme).update(indicator="contact_rhythm")
    actions.change_scheme(scheme, by=people.office, subject="organ")

    with pytest.raises(PermissionDenied, match="不适用"):
        actions.publish_scheme(scheme, by=people.office, document="3号", at=timezone.now())


CHANGES = {
    "change_scheme": {"weight_masses": Decimal(30), "weight_unit": Decimal(30)},
    "set_indicators": {"lines": [line("contact_rhythm")]},
    "set_gates": {"limits": {"findings": 0}},
    "publish_scheme": {"document": "9号", "at": timezone.now()},
    "drop_scheme": {},
}


@pytest.mark.parametrize("state", ["published", "withdrawn", "in a cycle"])
def test_no_act_changes_a_published_scheme(people, state):
    """All other actions on a scheme leave its content unchanged."""
    scheme = published(people)
    if state == "withdrawn":
        scheme = actions.withdraw_scheme(scheme, by=people.office, at=timezone.now())
    if state == "in a cycle":
        opened(people, scheme)
    before = _all_that_it_says(scheme)

    for name, more in CHANGES.items():
        with pytest.raises(PermissionDenied):
            getattr(actions, name)(scheme, by=people.office, **more)

    assert _all_that_it_says(scheme) == before
    acts = {
        name
        for name, one in vars(actions).items()
        if inspect.isfunction(one)
        and one.__module__ == actions.__name__
        and not name.startswith("_")
    }
    assert acts - set(CHANGES) == {"own_organ", "write_scheme", "begin_version", "withdraw_scheme"}


def _all_that_it_says(scheme):
    row = Scheme.objects.filter(pk=scheme.pk).values().get()
    return (
        {name: value for name, value in row.items() if name in actions.TERMS},
        list(scheme.indicators.order_by("pk").values()),
        list(scheme.gates.values()),
    )


# --- Versions ----------------------------------------------------------------------------------


def test_a_new_version_copies_all_and_takes_the_place_of_the_one_before(people, browse):
    first = draft(people, unit_kinds=["rural"])
    actions.set_gates(first, by=people.office, limits={"stay_months": 80})
    first = actions.publish_scheme(first, by=people.office, document="3号", at=timezone.now())

    second = actions.begin_version(first, by=people.office, at=timezone.now())

    assert (second.version, second.previous, second.state) == (2, first, "draft")
    assert _all_that_it_says(second)[0] == _all_that_it_says(first)[0]
    assert second.indicators.get().indicator == first.indicators.get().indicator
    assert second.gates.get().limit == 80
    with pytest.raises(PermissionDenied, match="正在起草"):
        actions.begin_version(first, by=people.office, at=timezone.now())

    second = actions.change_scheme(second, by=people.office, title="驻村工作考核方案")
    actions.publish_scheme(second, by=people.office, document="4号", at=timezone.now())
    for one, other in ((first, second), (second, first)):
        assert other.get_absolute_url() in words(browse("author").get(one.get_absolute_url()))
    first.refresh_from_db()
    assert first.state == "withdrawn"
    with pytest.raises(PermissionDenied, match="之后已有"):
        actions.begin_version(first, by=people.office, at=timezone.now())


def test_a_new_version_asks_for_no_days_of_a_stay(people):
    """Such days used to be computed; a version published earlier keeps its threshold."""
    first = draft(people)
    actions.set_gates(first, by=people.office, limits={"stay_days": 200, "findings": 0})
    first = actions.publish_scheme(first, by=people.office, document="3号", at=timezone.now())

    second = actions.begin_version(first, by=people.office, at=timezone.now())

    assert [gate.gate for gate in second.gates.all()] == ["findings"]
    assert first.gates.count() == 2


def test_a_scheme_is_withdrawn_once_and_a_draft_is_thrown_away(people):
    scheme = published(people)
    actions.withdraw_scheme(scheme, by=people.office, at=timezone.now())

    with pytest.raises(PermissionDenied):
        actions.withdraw_scheme(scheme, by=people.office, at=timezone.now())
    actions.drop_scheme(draft(people, title="草稿"), by=people.office)
    assert Scheme.objects.count() == 1


# --- Pages -------------------------------------------------------------------------------------


def test_the_page_says_everything_in_words_and_prints(people, browse):
    scheme = draft(people)
    actions.set_gates(scheme, by=people.office, limits={"stay_months": 80, "findings": 0})
    actions.publish_scheme(
        scheme, by=people.office, document="云组通〔2025〕3号", at=timezone.now()
    )
    client = browse("author")

    page = words(client.get(reverse("evaluation:scheme", args=[scheme.pk])))
    assert "承诺" in page
    assert "80%" in page
    assert "云组通〔2025〕3号" in page
    sheet = words(client.get(reverse("evaluation:print_scheme", args=[scheme.pk])))
    assert "群众评议" in sheet
    assert "已审核月数的80%" in sheet


def test_links_of_others_stand_there_for_who_keeps_it(people, browse, monkeypatch):
    monkeypatch.setattr(
        hooks, "SCHEME_LINKS", [("试算", "evaluation:print_scheme", "manage_evaluation")]
    )
    url = draft(people).get_absolute_url()
    assert "试算" in words(browse("office").get(url))
    url = published(people, title="别的").get_absolute_url()
    assert "试算" not in words(browse("author").get(url))


def test_a_draft_is_seen_by_who_keeps_it_and_says_what_is_missing(people, browse):
    scheme = draft(people, lines=[line("promises_kept", 60)])
    url = reverse("evaluation:scheme", args=[scheme.pk])

    assert "60" in words(browse("office").get(url))
    assert browse("supervisor").get(url).status_code == 404
    assert (
        browse("office").get(reverse("evaluation:publish_scheme", args=[scheme.pk])).status_code
        == 403
    )


def test_a_published_one_says_why_it_is_not_changed(people, browse):
    scheme = published(people)
    client = browse("office")

    page = client.get(reverse("evaluation:scheme", args=[scheme.pk]))
    refused = client.post(reverse("evaluation:edit_scheme", args=[scheme.pk]), WEIGHTS)

    reason = rules.may_change_scheme(people.office, scheme).refusal
    assert refused.status_code == 403
    assert "button-refused" in words(page)
    assert "云组通〔2025〕3号" in reason


def test_a_scheme_is_written_page_by_page(people, browse):
    client = browse("office")
    sent = {"title": "机关考核方案", "subject": "organ"} | WEIGHTS

    wrong = client.post(reverse("evaluation:new_scheme"), sent | {"weight_masses": 50})
    assert wrong.status_code == 422
    assert "110" in words(wrong)
    client.post(reverse("evaluation:new_scheme"), sent)
    scheme = Scheme.objects.get()

    url = reverse("evaluation:scheme_indicators", args=[scheme.pk])
    assert "matters_in_time-share" in words(client.get(url))
    wrong = client.post(
        url,
        {"matters_in_time-share": "60", "matters_in_time-floor": "90", "matters_in_time-cap": "80"},
    )
    assert wrong.status_code == 422
    assert not scheme.indicators.exists()
    client.post(url, {"matters_in_time-share": "100", "matters_in_time-floor": "60"})
    one = scheme.indicators.get()
    assert (one.floor, one.cap, one.minimum_n) == (60, 100, 5)

    client.post(reverse("evaluation:scheme_gates", args=[scheme.pk]), {"findings": "0"})
    assert scheme.gates.get().limit == 0
    publish = reverse("evaluation:publish_scheme", args=[scheme.pk])
    assert client.post(publish, {"document": "——"}).status_code == 422
    client.post(publish, {"document": "云组通〔2026〕1号"})
    scheme.refresh_from_db()
    assert scheme.state == "published"

    client.post(reverse("evaluation:begin_scheme_version", args=[scheme.pk]))
    assert "第2版" in words(client.get(Scheme.objects.get(version=2).get_absolute_url()))
    client.post(reverse("evaluation:withdraw_scheme", args=[scheme.pk]))
    scheme.refresh_from_db()
    assert scheme.state == "withdrawn"


def test_the_list_is_searched_and_filtered(people, browse):
    published(people)
    published(people, title="机关联系服务考核方案", subject="organ")
    draft(people, title="草稿")
    client, address = browse("office"), reverse("evaluation:schemes")

    assert "机关联系" not in words(client.get(address, {"q": "驻村"}))
    assert "机关联系" in words(client.get(address, {"subject": "organ"}))
    assert "草稿" in words(client.get(address, {"tab": "draft"}))
    assert "草稿" not in words(browse("author").get(address, {"tab": "draft"}))


@pytest.mark.parametrize("n", [1, 3])
def test_a_longer_list_costs_no_more_queries(people, browse, n, django_assert_num_queries):
    for one in range(n):
        published(people, title=f"方案{one}")
    client = browse("office")
    client.get(reverse("evaluation:schemes"))

    with django_assert_num_queries(QUERIES):
        client.get(reverse("evaluation:schemes"))


QUERIES = 9
