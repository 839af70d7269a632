"""师带徒: agreeing, visibility, endings, its sheet; and that it never counts as help."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from evaluation.appraisal import gathering
from pairing import dashboard, handing_over
from pairing import statistics as own
from pairing.actions import pairings as actions
from pairing.dashboard import running
from pairing.duties.pairings import _apprentice_left, ending
from pairing.figures import PAIRINGS
from pairing.ledgers.mentoring import MENTORING_LEDGER
from pairing.ledgers.pairings import PAIRING_LEDGER
from pairing.models import HelpNeed, Pairing
from pairing.models.pairings import contact_is_due
from pairing.rules import pairings as rules
from pairing.rules import support
from pairing.succession import pairings as succession
from pairing.views.pairings import due_contacts
from portal.models import Cadre, Reorganisation
from portal.sheets import figures
from portal.sheets.figures import Scope
from portal.sheets.periods import Period
from tests.day import in_days, today
from tests.pairing.cast import needed, paired


def again(row):
    return type(row).objects.get(pk=row.pk)


def taught(people, by=None, **changes):
    """王建国 teaches a colleague, in 柳湾村."""
    facts = {
        "cadre": people.cadre,
        "apprentice": people.cadre2,
        "unit": people.village,
        "starts_on": in_days(-100),
        "ends_on": in_days(264),
    } | changes
    return actions.agree_mentoring(by=by or people.office, at=timezone.now(), **facts)


def sees(user, pairing):
    return Pairing.objects.visible_to(user).filter(pk=pairing.pk).exists()


def end(people, pairing, ending="mastered", on=None):
    return actions.end_pairing(
        pairing=pairing,
        on=on or today(),
        ending=ending,
        reason="考核合格",
        by=people.office,
        at=timezone.now(),
    )


def refused(people, field, **changes):
    with pytest.raises(ValidationError) as problem:
        taught(people, **changes)
    assert list(problem.value.message_dict) == [field]
    return " ".join(problem.value.messages)


# --- Agreeing -----------------------------------------------------------------------------------


def test_the_two_and_the_readers_of_pairings_see_it(people):
    pairing = taught(people)
    assert (pairing.level, pairing.mode, pairing.organ) == ("mentor", "one", people.agriculture)
    assert (pairing.helper_label, pairing.helped_label) == (people.cadre.name, people.cadre2.name)
    for one in ("author", "colleague", "liaison", "host", "office", "supervisor"):
        assert sees(getattr(people, one), pairing), one
    for one in ("desk", "handler", "neighbour_host", "neighbour_office", "neighbour_cadre"):
        assert not sees(getattr(people, one), pairing), one

    end(people, pairing)
    assert not sees(people.author, pairing) and not sees(people.colleague, pairing)


@pytest.mark.parametrize("who", ["liaison", "host", "supervisor", "author", "neighbour_office"])
def test_others_agree_nothing(people, who):
    with pytest.raises(PermissionDenied):
        taught(people, by=getattr(people, who))


def test_nobody_teaches_themselves(people):
    assert "同一人" in refused(people, "apprentice", apprentice=people.cadre)
    with pytest.raises(IntegrityError), transaction.atomic():
        paired(people, level="mentor", cadre=people.cadre, apprentice=people.cadre)


def test_an_apprentice_has_one_master_at_a_time(people):
    first = taught(people)
    assert people.cadre.name in refused(people, "apprentice")
    other = Cadre.objects.create(
        name="师傅乙", organ=people.agriculture, post="高级技师", sort_order=9
    )
    refused(people, "apprentice", cadre=other)
    with pytest.raises(IntegrityError), transaction.atomic():
        paired(people, level="mentor", cadre=other, apprentice=people.cadre2)

    end(people, first, "not_yet", in_days(-1))
    assert taught(people, starts_on=today()).pk != first.pk
    # A master may have several.
    taught(people, apprentice=other)


def test_a_term_is_three_years_at_most(people):
    first = date(2026, 3, 1)
    taught(people, starts_on=first, ends_on=date(2029, 2, 28))
    other = Cadre.objects.create(name="徒弟乙", organ=people.agriculture, post="工", sort_order=9)
    said = refused(people, "ends_on", apprentice=other, starts_on=first, ends_on=date(2029, 3, 1))
    assert "3" in said
    refused(people, "ends_on", apprentice=other, starts_on=first, ends_on=date(2026, 2, 1))


def test_who_left_neither_teaches_nor_learns(people):
    Cadre.objects.filter(pk=people.cadre2.pk).update(left_on=in_days(-5))
    refused(people, "apprentice", apprentice=again(people.cadre2))
    Cadre.objects.filter(pk=people.cadre2.pk).update(left_on=None)
    Cadre.objects.filter(pk=people.cadre.pk).update(left_on=in_days(-5))
    refused(people, "cadre", cadre=again(people.cadre), apprentice=again(people.cadre2))


# --- What follows -------------------------------------------------------------------------------


def test_it_ends_mastered_or_not(people):
    pairing = taught(people)
    for code in ("solved", "term", "changed"):
        with pytest.raises(ValidationError):
            end(people, pairing, code)
    with pytest.raises(ValidationError):
        end(people, pairing, on=in_days(-101))
    assert end(people, pairing).ending == "mastered"
    help_ = paired(people, level="unit")
    with pytest.raises(ValidationError):
        end(people, help_, "mastered")
    with pytest.raises(IntegrityError), transaction.atomic():
        Pairing.objects.filter(pk=help_.pk).update(
            state="ended", ended_on=today(), ending="not_yet"
        )


def test_it_does_not_end_before_it_began(people):
    pairing = taught(people, starts_on=in_days(5))
    assert not rules.may_end_pairing(people.office, pairing)
    with pytest.raises(PermissionDenied):
        end(people, pairing)


def test_it_is_handed_over_and_renewed_within_three_years(people):
    pairing = taught(people)
    other = Cadre.objects.create(name="师傅乙", organ=people.agriculture, post="技师", sort_order=9)
    told = {"reason": "岗位调整", "by": people.office, "at": timezone.now()}
    with pytest.raises(ValidationError):
        actions.change_pairing_cadre(
            pairing=pairing, cadre=people.cadre2, starts_on=today(), **told
        )
    new = actions.change_pairing_cadre(pairing=pairing, cadre=other, starts_on=today(), **told)
    assert (new.cadre, new.apprentice, new.level) == (other, people.cadre2, "mentor")
    assert again(pairing).ending == "changed"
    with pytest.raises(ValidationError):
        actions.change_pairing_end(pairing=new, ends_on=in_days(3 * 366), **told)


def test_nothing_is_planned_or_promised_in_it(people):
    pairing = taught(people)
    for one in (people.office, people.author, people.liaison):
        assert not rules.may_plan_year(one, pairing)
        assert not support.may_promise(one, pairing)


# --- It is no help ------------------------------------------------------------------------------


def numbers(people):
    """The numbers shown in figures, statistics, dashboards, lists and sheets."""
    day, office = today(), people.office
    scope, period = Scope(office, division=people.county), Period(in_days(-365), day)
    layout_like = Pairing.objects.filter(pk__in=own._ran(period).values("pk"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n) FROM portal_figuredelta WHERE figure = 'pairings'")
        kept = cursor.fetchone()[0]
    return {
        "kept": kept,
        "figure": figures.counts(PAIRINGS, scope),
        "rows": PAIRINGS.rows(office, PAIRINGS.query).count(),
        "statistics": layout_like.count(),
        "running": running(scope, day).count(),
        "ending": dashboard._ending(scope, day).n,
        "levels": [n.n for _label, *both in dashboard.levels(scope, period, day) for n in both],
        "units": dashboard.paired_units(scope, day),
        "without contact": dashboard.contact(scope, period)["total"].n,
        "due": Pairing.objects.filter(contact_is_due(in_days(-1), 60, on=day)).count(),
        "own": due_contacts(people.author, day).count(),
        "sheet": PAIRING_LEDGER.address.sheet_rows(office, {}).count(),
        "needs": HelpNeed.objects.visible_to(people.colleague).count(),
        "helped": HelpNeed.objects.with_pairing(day).filter(is_helped=True).count(),
    }


def test_it_changes_no_number_of_help(people):
    pairing = paired(people, level="unit")
    figures.count_new(pairing)
    needed(people, pairing)
    before = numbers(people)
    mentoring = taught(people, ends_on=in_days(10))
    assert numbers(people) == before
    # Stored as by a reorganisation or an import, and after every change.
    with transaction.atomic():
        figures.count_stored(Pairing.objects.filter(pk=mentoring.pk))
    assert numbers(people) == before
    end(people, mentoring)
    assert numbers(people) == before
    assert set(figures.rebuild(check=True).values()) == {0}


def test_it_makes_nobody_subject_of_an_appraisal_of_visits():
    assert "level <> 'mentor'" in "".join(gathering._VISITING)


def test_it_opens_no_household(people, browse):
    taught(people)
    assert not Pairing.objects.open_to(people.colleague, today()).exists()
    page = browse("author").get(reverse("pairing:my_pairings")).content.decode()
    assert people.cadre2.name not in page


# --- To do, succession --------------------------------------------------------------------------


def reorganised(people):
    return Reorganisation.objects.create(
        kind="transfer",
        noun="cadre",
        on=today(),
        document="云编〔2026〕9号",
        title="调动",
        by=people.office,
        at=timezone.now(),
    )


def test_the_office_is_told_of_ends_and_of_apprentices_who_left(people):
    pairing = taught(people, ends_on=in_days(5))
    assert pairing in ending(today())
    assert not _apprentice_left(today()).exists()
    Cadre.objects.filter(pk=people.cadre2.pk).update(left_on=today())
    assert list(_apprentice_left(today())) == [pairing]
    Pairing.objects.filter(pk=pairing.pk).update(starts_on=in_days(2))
    assert not _apprentice_left(today()).exists()


def test_a_master_who_moves_leaves_the_apprentice_to_the_heir(people):
    pairing = taught(people)
    heir = Cadre.objects.create(name="师傅乙", organ=people.water, post="技师", sort_order=9)
    succession.pass_on_cadre(people.cadre, heir, reorganised(people))
    new = Pairing.objects.get(replaces=pairing)
    assert (new.cadre, new.organ, new.apprentice) == (heir, people.water, people.cadre2)


def test_an_heir_who_is_the_apprentice_ends_it(people):
    pairing = taught(people)
    succession.pass_on_cadre(people.cadre, people.cadre2, reorganised(people))
    assert (again(pairing).state, again(pairing).ending) == ("ended", "changed")


def test_without_an_heir_the_two_stay_together(people):
    pairing = taught(people)
    for one in (people.cadre, people.cadre2):
        passed = {p.code: p.count for p in succession.pass_on_cadre(one, None, reorganised(people))}
        assert passed["mentoring_kept"] == 1 and not passed["pairings_kept"]
        assert handing_over.carried(one, today())[0].count == 1
    assert again(pairing).cadre == people.cadre and again(pairing).state == "agreed"


# --- Pages and sheet ----------------------------------------------------------------------------


def test_the_office_agrees_it_on_a_page_and_finds_it_in_its_own_list(people, browse):
    facts = {
        "cadre": people.cadre.pk,
        "apprentice": people.cadre2.pk,
        "unit": people.village.pk,
        "starts_on": in_days(0).isoformat(),
        "ends_on": in_days(300).isoformat(),
    }
    office = browse("office")
    address = reverse("pairing:new_mentoring")
    same = office.post(address, facts | {"apprentice": people.cadre.pk})
    assert same.status_code == 422
    done = office.post(address, facts)
    pairing = Pairing.objects.get()
    assert done.url == pairing.get_absolute_url()
    page = office.get(done.url).content.decode()
    assert people.cadre2.name in page and "pairing_items" not in page
    assert people.cadre2.name in office.get(reverse("pairing:mentoring")).content.decode()
    assert people.cadre2.name not in office.get(reverse("pairing:pairings")).content.decode()
    form = office.get(reverse("pairing:end_pairing", args=[pairing.pk])).content.decode()
    assert 'value="mastered"' in form and 'value="solved"' not in form
    apprentice = browse("colleague")
    assert apprentice.get(done.url).status_code == 200
    assert people.cadre.name in apprentice.get(reverse("pairing:mentoring")).content.decode()


def test_the_agreement_of_the_two_is_printed_with_both_names(people, browse):
    pairing = taught(people)
    office = browse("office")
    form = office.get(reverse("pairing:sign_agreement", args=[pairing.pk])).content.decode()
    agreement = actions.sign_agreement(
        pairing=pairing,
        number="师徒〔2026〕1号",
        signed_on=today(),
        starts_on=pairing.starts_on,
        ends_on=pairing.ends_on,
        aims="独立上岗",
        content="设备点检",
        by=people.office,
        at=timezone.now(),
    )
    address = reverse("pairing:agreement_print", args=[pairing.pk, agreement.pk])
    slip = browse("colleague").get(address).content.decode()
    assert "师带徒协议书" in slip and "帮扶" not in slip
    assert people.cadre.name in slip and people.cadre2.name in slip
    # Its page and form use the words of the printed agreement.
    page = browse("office").get(pairing.get_absolute_url()).content.decode()
    for shown in (page, form):
        main = shown[shown.index("<main") : shown.index("</main>")]
        assert "传授内容" in main and "帮扶目标" not in main


def test_the_ledger(people):
    pairing = taught(people)
    end(people, pairing)
    sheet = MENTORING_LEDGER.sheet(people.office, {}, timezone.now())
    assert [column.heading for column in MENTORING_LEDGER.columns] == [
        *(
            "师傅",
            "岗位",
            "徒弟",
            "岗位",
            "所属二级单位、车间",
            "起止",
            "协议编号",
            "出师评定",
            "日期",
        )
    ]
    row = [str(cell) for cell in next(iter(sheet.rows))]
    assert people.cadre.name in row and people.cadre2.name in row and "出师" in row
