"""The demo enterprise: a group without divisions, complete, and the same for the same seed."""

import re
from itertools import chain

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.urls import reverse
from django.utils import timezone

from demo import places as demo
from demo.enterprise import making, telling
from demo.management.commands.seed_demo import OURS
from outreach.models import (
    CondolenceCampaign,
    ContactArea,
    Matter,
    MatterStep,
    ReceptionDay,
    Visit,
)
from outreach.models.matters import Source
from oversight.models import Paper
from pairing.models import ContactPoint, Pairing, WeakOrganizationCase
from portal.models import (
    Cadre,
    Division,
    GrassrootsUnit,
    Organ,
    PartyOrganization,
    ReportedEdition,
    RoleGrant,
    User,
)
from portal.roles import Role
from portal.sheets import figures
from tests.day import TODAY
from tests.people import fresh

pytestmark = [pytest.mark.xdist_group("enterprise_demo"), pytest.mark.slow]

# Words for villages and for the administration above them.
OF_VILLAGES = re.compile(r"村|乡|镇|居民|社区|县|户(?!口|籍)")
LISTS = (
    "outreach:visits",
    "outreach:matters",
    "outreach:contact_areas",
    "outreach:receptions",
    "outreach:campaigns",
    "outreach:condolence",
    "pairing:contact_points",
    "pairing:weak_cases",
    "units",
    "cadres",
)
MOST_STATEMENTS, MOST_OF_TODAY = 12, 25


def _content():
    """Everything that a reader could compare, without ids."""
    rows = (
        GrassrootsUnit.objects.order_by("pk").values_list("name", "code", "host_organ__name"),
        Cadre.objects.order_by("pk").values_list("name", "organ__name", "post", "rank"),
        Visit.objects.order_by("client_key").values_list("author__name", "unit__name", "summary"),
        Matter.objects.order_by("client_key").values_list("title", "request_text", "status"),
        MatterStep.objects.order_by("at", "pk").values_list("move", "at", "text"),
    )
    return [list(one) for one in rows]


@pytest.fixture(scope="module")
def twice(django_db_setup, django_db_blocker):
    """Yield (content of the tiny group when first made, the group as made again)."""
    with django_db_blocker.unblock(), transaction.atomic():
        with transaction.atomic():
            making.make("enterprise-tiny", 1, TODAY)
            before = _content()
            transaction.set_rollback(True)
        yield before, making.make("enterprise-tiny", 1, TODAY)
        transaction.set_rollback(True)


@pytest.fixture
def tiny(twice):
    return twice[1]


def test_the_group_has_as_much_as_it_should():
    assert sum(telling.WAYS.values()) == 120
    assert telling.VISITS["enterprise"] == 300
    plans = {plan.code for plan in telling.PLANS}
    assert plans.issuperset([*telling.WAYS, *telling.TINY_WAYS])


def test_sources_have_their_shares():
    assert telling.SOURCES == {
        Source.VISIT: 45,
        Source.TEAM: 25,
        Source.PROPOSAL: 15,
        Source.RECEPTION: 15,
    }


@pytest.mark.sampled(of="the demo made in two ways", one_in=3)
def test_the_same_seed_makes_the_same_group(twice):
    before, _group = twice

    assert all(before)
    assert before == _content()


def test_somebody_holds_each_role_and_everything_is_there(tiny):
    assert set(RoleGrant.objects.values_list("role", flat=True)) == set(Role.values)
    for model in (
        ContactArea,
        Visit,
        Matter,
        ReceptionDay,
        CondolenceCampaign,
        ContactPoint,
        Pairing,
        WeakOrganizationCase,
        PartyOrganization,
        ReportedEdition,
    ):
        assert model.objects.exists(), model
    # Group, subsidiary, workshop, team.
    assert {unit.path.count("/") for unit in GrassrootsUnit.objects.all()} == {2, 3, 4}


def test_no_row_has_a_division(tiny):
    assert not Division.objects.exists()
    seen = 0
    for model in chain(*(apps.get_app_config(label).get_models() for label in OURS)):
        for field in model._meta.local_concrete_fields:
            if field.related_model is Division:
                seen += 1
                assert not model.objects.exclude(**{field.name: None}).exists(), (model, field)
    assert seen > 20


def test_nobody_has_a_rank_of_the_civil_service(tiny):
    ranks = set(Cadre.objects.values_list("rank", flat=True))

    assert ranks <= {
        *("集团领导", "二级正职", "二级副职", "三级正职", "三级副职", "一般管理", "技能")
    }
    assert not Cadre.objects.filter(post__contains="科员").exists()
    assert set(Cadre.objects.values_list("staff_kind", flat=True)) == {"soe", "skilled"}


def test_no_text_has_a_word_of_villages(tiny):
    seen = 0
    with connection.cursor() as cursor:
        for model in chain(*(apps.get_app_config(label).get_models() for label in OURS)):
            for field in model._meta.local_concrete_fields:
                if not isinstance(field, models.CharField | models.TextField):
                    continue
                table, column = model._meta.db_table, field.column
                cursor.execute(f'SELECT "{column}"::text FROM "{table}"')
                for (text,) in cursor.fetchall():
                    seen += bool(text)
                    assert not OF_VILLAGES.search(text or ""), (table, column, text)
    assert seen > 500


def test_nothing_happens_today_or_later(tiny):
    assert max(Visit.objects.values_list("visited_on", flat=True)) < TODAY
    for model, field in ((MatterStep, "at"), (Visit, "created_at"), (ReceptionDay, "created_at")):
        newest = model.objects.order_by(f"-{field}").values_list(field, flat=True).first()
        assert timezone.localdate(newest) < TODAY, model


def test_figures_agree_with_the_records(tiny):
    assert set(figures.rebuild(check=True).values()) == {0}


def test_a_paper_is_signed_by_the_committee_of_the_group(tiny):
    paper = Paper.objects.get()

    assert paper.state == "issued"
    assert paper.organ.signed_as == "中共中国华岳装备集团有限公司委员会"


def test_what_a_team_says_has_it_as_its_source(tiny):
    assert not Matter.objects.filter(source=Source.TEAM).exclude(visit__mode="team").exists()
    assert not Matter.objects.filter(visit__mode="team").exclude(source=Source.TEAM).exists()


def test_a_matter_of_a_reception_day_leads_to_it(tiny):
    assert not Matter.objects.filter(source=Source.RECEPTION, reception=None).exists()


def test_a_matter_of_a_proposal_has_it(tiny):
    brought = Matter.objects.filter(source=Source.PROPOSAL).exclude(request_text="")

    assert brought.exists()
    assert not brought.filter(proposal=None).exists()


def test_the_cast_can_sign_in(tiny):
    logins = demo.logins()

    assert len(logins) >= 15
    assert not demo.is_the_county() and not demo.has_other_accounts()
    for _label, username, password in logins[:2]:
        assert User.objects.get(username=username).check_password(password)


@pytest.mark.parametrize("username", ["huangyue", "xiangdongsheng"])
def test_lists_and_today_take_few_statements(tiny, client, username, django_assert_max_num_queries):
    client.force_login(fresh(User.objects.get(username=username)))
    # The first requests fill the caches.
    for name in ("outreach:today", *LISTS):
        client.get(reverse(name))

    with django_assert_max_num_queries(MOST_OF_TODAY):
        assert client.get(reverse("outreach:today")).status_code == 200
    for name in LISTS:
        with django_assert_max_num_queries(MOST_STATEMENTS, info=name):
            assert client.get(reverse(name)).status_code == 200, name


def test_the_first_organ_is_the_group(tiny):
    group = Organ.objects.order_by("sort_order").first()

    assert group.parent is None
    assert group.name == "中国华岳装备集团有限公司"
    assert Organ.objects.exclude(path__startswith=group.path).count() == 0
