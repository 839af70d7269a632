"""The content of outreach pages, and their number of queries."""

import io
import re
import uuid
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from outreach.actions import follow_ups as follow_up_actions
from outreach.actions import matters as actions
from outreach.actions import visits as visit_actions
from outreach.forms.matters import MergeForm
from outreach.models import (
    ContactArea,
    FollowUp,
    Matter,
    MatterNumber,
    MatterStep,
    Visit,
    VisitDraft,
)
from outreach.rules import matters as rules
from portal import parameters
from portal.days import workdays
from portal.models import Attachment, Cadre, WorkingDay
from tests.day import TODAY
from tests.people import START, STATED, account, division, organ, unit
from tests.reading import words


def visit_form(people, **changes):
    """The post of a minimal visit form; tests add matters."""
    return (
        STATED
        | {
            "key": str(uuid.uuid4()),
            "visited_on": timezone.localdate().isoformat(),
            "unit": str(people.village.pk),
            "summary": "走了四户，大家最急的还是东支渠。",
            "matters-TOTAL_FORMS": "0",
            "matters-INITIAL_FORMS": "0",
        }
        | changes
    )


def part(n, **fields):
    fields = {
        "title": "三组灌溉渠道淤堵",
        "category": "01",
        "urgency": "normal",
        "nature": "help",
        "raiser_kind": "villager",
        "confidentiality": "named",
    } | fields
    return {"matters-TOTAL_FORMS": str(n + 1)} | {
        f"matters-{n}-{name}": value for name, value in fields.items()
    }


# --- the form --------------------------------------------------------------------------------


def test_what_is_wrong_stands_first_and_takes_the_focus(browse, people):
    """A matter without its category, whose field is three screens down."""
    form = visit_form(people) | part(0, category="")

    page = words(browse("author").post(reverse("outreach:new_visit"), form))

    assert page.count('class="error-summary"') == 1
    summary = page[page.index('class="error-summary"') :].partition("</div>")[0]
    assert "autofocus" in summary.partition(">")[0]
    assert '<a href="#id_matters-0-category">事项 1 · 事项类别：请选事项类别。</a>' in summary
    assert page.index('class="error-summary"') < page.index('name="visited_on"')
    assert 'id="id_matters-0-category"' in page


@pytest.mark.parametrize(
    ("wrong", "folded"),
    [
        ({"household_count": "many"}, "同行、户数"),
        ({"next_steps": "长" * 5_001}, "同行、户数"),
        (part(0, raiser_kind="nobody"), "谁反映的"),
        (part(0, urgency="soon"), "紧急程度"),
    ],
)
def test_what_is_folded_away_is_open_when_something_in_it_is_wrong(browse, people, wrong, folded):
    response = browse("author").post(reverse("outreach:new_visit"), visit_form(people) | wrong)

    assert response.status_code == 422
    page = words(response).partition("<template")[0]
    before = page[: page.index(f"<summary>{folded}")]
    assert before.rstrip().endswith('<details class="fold" open>')


def test_three_fields_are_enough(browse, people):
    response = browse("author").post(reverse("outreach:new_visit"), visit_form(people))

    visit = Visit.objects.get()
    assert response.status_code == 302
    assert response.url == visit.get_absolute_url()
    assert visit.author == people.cadre


def test_a_visit_with_two_matters_from_the_form(browse, people):
    form = (
        visit_form(people)
        | part(0)
        | part(
            1,
            title="医保缴费不会用手机",
            category="06",
            outcome="on_the_spot",
            result_text="当场教会。",
        )
    )

    browse("author").post(reverse("outreach:new_visit"), form)

    assert sorted(Matter.objects.values_list("status", flat=True)) == ["proposed", "registered"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"visited_on": ""}, "visited_on"),
        ({"visited_on": "2099-01-01"}, "visited_on"),
        ({"unit": "", "unit_text": ""}, "unit"),
        ({"unit": "", "unit_text": "没有这个村"}, "unit"),
        ({"summary": ""}, "summary"),
        ({"summary": "长" * 40_000}, "summary"),
        ({"companions_text": "无名氏"}, "companions"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_saved(browse, people, changes, field):
    response = browse("author").post(
        reverse("outreach:new_visit"), visit_form(people, heard="已经写了很多") | changes
    )

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "已经写了很多" in words(response)
    assert not Visit.objects.exists()


def test_a_place_typed_without_script_is_found(browse, people):
    form = visit_form(people, unit="", unit_text="石桥镇党 柳湾村")

    browse("author").post(reverse("outreach:new_visit"), form)

    assert Visit.objects.get().unit == people.village


def test_an_ambiguous_place_names_the_choices(browse, people):
    unit("柳湾村", people.other_town_organ, people.other_place)

    response = browse("author").post(
        reverse("outreach:new_visit"), visit_form(people, unit="", unit_text="柳湾村")
    )

    assert "石桥镇党 柳湾村" in words(response)
    assert not Visit.objects.exists()


def test_a_phone_number_in_the_text_is_offered_and_masked(browse, people):
    form = visit_form(people, summary="请打13912345678找李大山。")

    asked = browse("author").post(reverse("outreach:new_visit"), form)
    assert asked.status_code == 422
    assert "numbers" in asked.context["form"].errors
    # Masking is preselected, and the field is not marked optional.
    (question,) = re.findall(r'<input[^>]*name="numbers"[^>]*checked[^>]*>', words(asked))
    assert 'value="mask"' in question and "文中的号码选填" not in words(asked)

    browse("author").post(reverse("outreach:new_visit"), form | {"numbers": "mask"})
    assert "13912345678" not in Visit.objects.get().summary


def test_an_id_number_in_the_text_is_masked_whatever_one_says(browse, people):
    form = visit_form(people, summary="身份证11010519491231002X。", numbers="keep")

    browse("author").post(reverse("outreach:new_visit"), form)

    assert "11010519491231002X" not in Visit.objects.get().summary


def test_formulas_and_scripts_stay_text(browse, people):
    bad = '=HYPERLINK("http://x")<script>alert(1)</script>'
    form = visit_form(people, summary=bad) | part(0, title="<b>=1+1</b>", request_text=bad)

    page = browse("author").post(reverse("outreach:new_visit"), form, follow=True)

    assert "<script>alert" not in words(page)
    assert Visit.objects.get().summary == bad


def test_a_file_that_is_no_photo_is_refused_in_words(browse, people):
    fake = SimpleUploadedFile("x.jpg", b"MZ not a photo", "image/jpeg")

    response = browse("author").post(
        reverse("outreach:new_visit"), visit_form(people) | {"photos": fake}
    )

    assert "photos" in response.context["form"].errors
    assert not Visit.objects.exists()


def jpeg(size=(40, 30)):
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, "JPEG")
    return SimpleUploadedFile("good.jpg", out.getvalue(), "image/jpeg")


def test_one_bad_file_does_not_discard_the_others(browse, people):
    heic = SimpleUploadedFile(
        "IMG_1.HEIC", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1", "image/heic"
    )
    client, form = browse("author"), visit_form(people)

    alone = client.post(reverse("outreach:new_visit"), form | {"photos": heic})
    assert "HEIC" in str(alone.context["form"].errors["photos"])
    heic.seek(0)
    page = client.post(
        reverse("outreach:new_visit"), form | {"photos": [jpeg(), heic]}, follow=True
    )

    visit = Visit.objects.get()
    assert visit.photos.count() == 1
    assert "苹果的HEIC格式" in words(page)


def test_photos_are_added_and_removed_for_seven_days(browse, people):
    client = browse("author")
    client.post(reverse("outreach:new_visit"), visit_form(people) | {"photos": jpeg()})
    visit = Visit.objects.get()
    first, url = visit.photos.get(), reverse("outreach:change_photos", args=[visit.pk])
    assert client.post(url, {}).status_code == 422
    # A link to view the photo before removing it.
    looked_at = reverse("outreach:visit_photo", args=[visit.pk, first.pk])
    assert f'href="{looked_at}"' in client.get(url).content.decode()

    client.post(url, {"photos": [jpeg((41, 30)), jpeg((42, 30))], "gone": [first.pk]})

    assert visit.photos.count() == 2 and first not in visit.photos.all()
    assert not Attachment.objects.filter(pk=first.pk).exists()
    assert client.post(url, {"photos": [jpeg() for _ in range(4)]}).status_code == 422
    Visit.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert client.get(url).status_code == 403


def test_a_large_jpeg_need_not_be_taken_again(browse, people):
    large = jpeg((9000, 7200))
    browse("author").post(reverse("outreach:new_visit"), visit_form(people) | {"photos": large})

    with Visit.objects.get().photos.get().file.open("rb") as file, Image.open(file) as kept:
        assert max(kept.size) == 1600


def test_a_photo_is_resized_and_loses_its_exif(browse, people):
    image = Image.new("RGB", (3000, 2000), "green")
    exif = image.getexif()
    exif[0x010F] = "SecretCamera"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)

    photo = SimpleUploadedFile("a.jpg", out.getvalue(), "image/jpeg")
    browse("author").post(reverse("outreach:new_visit"), visit_form(people) | {"photos": photo})

    attachment = Visit.objects.get().photos.get()
    with attachment.file.open("rb") as file, Image.open(file) as kept:
        assert max(kept.size) == 1600
        assert not kept.getexif()


def test_an_expired_session_gives_the_text_back_after_signing_in(client, people):
    client.force_login(people.author)
    page = client.get(reverse("outreach:new_visit"))
    owner, key = page.context["owner"], page.context["form"]["key"].value()
    client.logout()

    parked = client.post(
        reverse("outreach:new_visit"),
        visit_form(people, key=str(key), owner=owner, summary="写了一下午的内容"),
    )
    assert parked.status_code == 302
    assert "draft" in parked.url
    assert client.get(parked.url).status_code == 200

    client.force_login(people.author)
    back = client.get(reverse("outreach:new_visit"), {"draft": str(key)})
    assert "写了一下午的内容" in words(back)


def test_a_parked_form_goes_to_nobody_else(client, people):
    client.post(reverse("outreach:new_visit"), visit_form(people, owner="forged", summary="别人的"))

    assert not VisitDraft.objects.exists()


def test_one_more_matter_works_without_script(browse, people):
    response = browse("author").post(
        reverse("outreach:new_visit"), visit_form(people, add_matter="1", summary="还在写")
    )

    assert response.status_code == 200
    assert 'name="matters-0-title"' in words(response)
    assert "还在写" in words(response)
    assert not response.context["form"].errors
    # The initial values of a matter are the same as with script.
    (part,) = response.context["parts"].forms
    begins = {name: part[name].value() for name in ("urgency", "nature", "confidentiality")}
    assert begins == {"urgency": "normal", "nature": "help", "confidentiality": "named"}


def test_all_that_is_wrong_is_said_at_once(browse, people):
    """The place, a number in the text, a matter without category, one that no village has."""
    wrong = {"summary": "请打13912345678。", "visited_on": "2099-01-01"}
    form = visit_form(people, **wrong) | {
        "matters-TOTAL_FORMS": "2",
        "matters-INITIAL_FORMS": "0",
        "matters-0-title": "路灯不亮",
        "matters-1-title": "食堂的饭菜",
        "matters-1-category": "53",
    }
    for number in range(2):
        for name, value in {
            "urgency": "normal",
            "nature": "help",
            "raiser_kind": "villager",
        }.items():
            form[f"matters-{number}-{name}"] = value
        form[f"matters-{number}-confidentiality"] = "named"

    page = browse("author").post(reverse("outreach:new_visit"), form)

    assert set(page.context["form"].errors) == {"visited_on", "numbers"}
    assert [set(one.errors) for one in page.context["parts"].forms] == [{"category"}, {"category"}]


def test_an_upload_by_script_is_told_where_the_answer_leads(browse, people):
    """The messages are shown on the page that the script opens next."""
    session = browse("author")

    sent = session.post(reverse("outreach:new_visit"), visit_form(people), HTTP_X_FILES="yes")

    visit = Visit.objects.get()
    assert (sent.status_code, sent.headers["X-Leads-To"]) == (204, visit.get_absolute_url())
    assert "Location" not in sent.headers
    assert "7 天内可以更正" in words(session.get(visit.get_absolute_url()))
    bad = session.post(
        reverse("outreach:new_visit"), visit_form(people, summary=""), HTTP_X_FILES="yes"
    )
    assert bad.status_code == 422 and "X-Leads-To" not in bad.headers


def test_typing_keeps_a_draft_and_answers_with_hints(browse, people):
    form = visit_form(people, visited_on="2026-01-05")

    response = browse("author").post(reverse("outreach:keep_draft"), form)

    assert VisitDraft.objects.get().owner == people.author
    assert "hint" in words(response)


def test_a_draft_says_how_long_it_is_kept(browse, people):
    client = browse("author")
    client.post(reverse("outreach:keep_draft"), visit_form(people, summary="写到一半"))

    page = words(client.get(reverse("outreach:today")))

    assert "写到一半" in page
    assert str(parameters.number("visit.draft_days", on=TODAY)) in page.split("写到一半")[-1]


@pytest.mark.parametrize("page", ["today", "visits", "matters", "new_visit", "contact_areas"])
def test_no_page_of_somebody_signed_in_is_cached(browse, people, page):
    response = browse("author").get(reverse(f"outreach:{page}"))

    assert response.headers["Cache-Control"] == "private, no-store"


# --- lists: content and cost -----------------------------------------------------------------


@pytest.mark.parametrize("row_count", [1, 3])
@pytest.mark.parametrize(
    ("who", "page", "queries"),
    [
        ("office", "matters", 9),
        ("host", "matters", 9),
        ("author", "visits", 10),
        ("office", "visits", 10),
        ("author", "today", 10),
        ("office", "contact_areas", 9),
    ],
)
def test_a_list_costs_the_same_for_one_row_and_three(
    browse, people, django_assert_num_queries, row_count, who, page, queries
):
    for _ in range(row_count):
        people.visit(matters=[{}])
    for n in range(1, row_count):
        village = unit(f"第{n}村", people.town_organ, people.village_place)
        ContactArea.objects.create(cadre=people.cadre, unit=village, starts_on=START)
    session = browse(who)
    session.get(reverse(f"outreach:{page}"))
    with django_assert_num_queries(queries):
        session.get(reverse(f"outreach:{page}") + "?tab=all")


@pytest.mark.parametrize("row_count", [1, 3])
def test_call_backs_cost_the_same(browse, people, django_assert_num_queries, row_count):
    for _ in range(row_count):
        people.awaiting_word()
    session = browse("author")
    with django_assert_num_queries(11):
        session.get(reverse("outreach:follow_ups"))


def test_the_ledger_shows_one_area_only(browse, people):
    here = people.matter(title="柳湾村的事")
    people.matter(place=people.other_village, title="上坪村的事")

    page = words(browse("host").get(reverse("outreach:matters"), {"tab": "all"}))

    assert here.title in page
    assert "上坪村的事" not in page


def test_a_filter_that_does_not_exist_is_said(browse, people):
    people.matter()

    page = browse("office").get(reverse("outreach:matters"), {"nonsense": "1", "tab": "all"})

    assert "nonsense" in words(page)
    assert page.status_code == 200


def test_a_filter_value_that_makes_no_sense_is_said(browse, people):
    people.matter()

    page = browse("office").get(reverse("outreach:matters"), {"category": "99", "tab": "all"})

    assert page.context["filter"].errors
    assert not page.context["page"].rows


def test_paging_by_keyset_reaches_every_row_once(browse, people):
    for n in range(60):
        people.matter(title=f"第{n}件")
    session = browse("office")

    first = session.get(reverse("outreach:matters"), {"tab": "all"})
    second = session.get(reverse("outreach:matters") + first.context["page"].next_link)
    back = session.get(reverse("outreach:matters") + second.context["page"].previous_link)

    seen = [m.pk for m in first.context["page"]] + [m.pk for m in second.context["page"]]
    assert len(seen) == len(set(seen)) == 60
    assert [m.pk for m in back.context["page"]] == [m.pk for m in first.context["page"]]


def test_a_number_jumps_to_its_matter(browse, people):
    matter = people.matter()

    response = browse("office").get(reverse("outreach:matters"), {"jump": matter.number_label})

    assert response.url == matter.get_absolute_url()


def test_a_number_of_two_counties_leads_to_both(browse, people):
    matter, other = people.matter(), people.matter()
    Matter.objects.filter(pk=other.pk).update(number=matter.number, number_area="division-0")
    MatterNumber.objects.create(area="division-0", year=matter.number_year, last=matter.number)
    number = matter.number_label

    client = browse("office")
    response = client.get(reverse("outreach:matters"), {"jump": number}, follow=True)

    page = words(response)
    assert matter.get_absolute_url() in page
    assert other.get_absolute_url() in page


def test_a_matter_is_merged_into_one_of_its_county(people):
    matter, target, elsewhere = people.matter(), people.matter(), people.matter()
    Matter.objects.filter(pk=elsewhere.pk).update(number=target.number, number_area="division-0")
    typed = {"text": "同一件事", "target": target.number_label}

    standing = rules.Standing(people.host, matter, on=TODAY)
    form = MergeForm(typed, user=people.host, standing=standing)

    assert form.is_valid()
    assert form.cleaned_data["target"] == target


def test_a_refused_act_shows_its_reason(browse, people):
    matter = people.assigned()

    page = words(browse("handler").get(matter.get_absolute_url()))

    assert 'aria-disabled="true"' in page
    assert "/do/sign/" in page


def test_sign_for_several_at_once(browse, people):
    first, second = people.assigned(), people.assigned()
    url = reverse("outreach:bulk", args=["sign"])
    chosen = [first.pk, second.pk]

    asked = browse("handler").post(url, {"chosen": chosen})
    assert asked.status_code == 200
    browse("handler").post(url, {"chosen": chosen, "confirmed": "1", "officer": "刘洋"})

    assert set(Matter.objects.values_list("status", flat=True)) == {"in_progress"}


def test_several_assigned_at_once_keep_their_own_urgency_and_deadline(browse, people):
    urgent, simple = people.matter(urgency="urgent"), people.matter(urgency="simple")
    before = {}
    for matter in (urgent, simple):
        people.move(matter, "pass_up", people.host, text="需县级协调")
        before[matter.pk] = Matter.objects.get(pk=matter.pk).due_on
    sent = {"chosen": [urgent.pk, simple.pk], "confirmed": "1", "lead": people.water.pk}

    browse("desk").post(reverse("outreach:bulk", args=["assign"]), sent)

    for matter, urgency in ((urgent, "urgent"), (simple, "simple")):
        matter.refresh_from_db()
        assert (matter.status, matter.urgency) == ("assigned", urgency)
        assert matter.due_on == before[matter.pk]


def test_a_phone_number_in_a_report_is_offered_for_masking(browse, people):
    matter = people.in_progress()
    url = reverse("outreach:act", args=[matter.pk, "report"])
    sent = {"resolution": "solved", "text": "已联系户主13912345678", "method": "phone"}

    asked = browse("handler").post(url, sent)
    assert asked.status_code == 422
    assert "已联系户主13912345678" in words(asked)
    assert re.search(r'<input type="radio"[^>]*name="numbers"', words(asked))
    browse("handler").post(url, sent | {"numbers": "mask"})

    matter.refresh_from_db()
    assert matter.result_text == "已联系户主139****5678"


def test_a_phone_number_in_the_peoples_words_is_offered_for_masking(browse, people):
    matter = people.awaiting_word()
    call = FollowUp.objects.get(matter=matter)
    url = reverse("outreach:follow_up", args=[call.pk])
    sent = {"word": "satisfied", "comment": "打13912345678就行", "method": "phone"}

    assert browse("author").post(url, sent).status_code == 422
    browse("author").post(url, sent | {"numbers": "mask"})

    call.refresh_from_db()
    assert call.comment == "打139****5678就行"


def test_a_matter_far_from_home_is_refused_in_the_form(browse, people):
    town = division("外县镇", 4, people.other_county, "990109001000")
    far = unit("外县村", people.department, town)
    sent = {
        "unit": far.pk,
        "title": "路灯不亮",
        "category": "02",
        "key": uuid.uuid4(),
        "source": "call",
        "urgency": "normal",
        "nature": "help",
        "raiser_kind": "villager",
        "confidentiality": "named",
    }

    page = browse("author").post(reverse("outreach:new_matter"), sent)

    assert page.status_code == 422
    assert "路灯不亮" in words(page)
    assert not Matter.objects.exists()


def test_two_sides_are_not_shown_to_who_does_not_handle_them(browse, people):
    matter = people.matter(category="12", side_a="陈大", side_b="吴二", raiser_name="")

    people.move(matter, "take_up", people.host)
    assert "陈××" in words(browse("host").get(matter.get_absolute_url()))
    assert "陈××" not in words(browse("supervisor").get(matter.get_absolute_url()))


def test_who_asks_one_side_does_not_read_what_the_other_said(browse, people):
    matter = people.matter(category="12", side_a="陈大", side_b="吴二", raiser_name="")
    people.move(matter, "take_up", people.host)
    people.move(matter, "report", people.host, resolution="solved", text="已立界桩。")
    people.move(matter, "pass_review", people.host2)
    first, second = FollowUp.objects.filter(matter=matter).order_by("side__label")
    follow_up_actions.record_word(
        follow_up=first, by=people.author, at=timezone.now(), word="satisfied", comment="对方理亏"
    )
    FollowUp.objects.filter(pk=second.pk).update(caller=people.neighbour_cadre)
    pages = matter.get_absolute_url(), reverse("outreach:slip", args=[matter.pk, "matter"])

    for page in pages:
        assert "对方理亏" in words(browse("host").get(page))
        assert "对方理亏" not in words(browse("neighbour_cadre").get(page))


@pytest.mark.parametrize("named", [{"side_a": "陈大"}, {"side_b_phone": "100-0000-0022"}])
def test_a_dispute_names_both_sides_or_neither(browse, people, named):
    sent = {
        "key": uuid.uuid4(),
        "unit": people.village.pk,
        "title": "两户争宅基地",
        "category": "12",
        "urgency": "normal",
        "nature": "help",
        "raiser_kind": "villager",
        "confidentiality": "named",
        "source": "call",
    } | named

    page = browse("host").post(reverse("outreach:new_matter"), sent)

    assert page.status_code == 422
    assert not Matter.objects.exists()
    assert any("side_" in name for name in page.context["form"].errors)
    assert words(page).count('<details class="fold" open>') == 1


def test_a_call_sheet_for_one_side_shows_nothing_of_the_other(browse, people):
    matter = people.matter(category="12", side_a="陈大", side_b="吴二", raiser_name="")
    people.move(matter, "take_up", people.host)
    people.move(matter, "report", people.host, resolution="solved", text="已立界桩。")
    people.move(matter, "pass_review", people.host2)
    call = FollowUp.objects.get(matter=matter, side__label="a")

    sheet = words(browse("author").get(reverse("outreach:call_sheet", args=[call.pk])))

    assert "陈××" in sheet
    assert "吴××" not in sheet


def test_a_caller_keeps_the_call_only_while_it_is_open(browse, people):
    matter = people.awaiting_word()
    caller = account("outsider", "孟远", people.weather, "cadre")
    call = FollowUp.objects.get(matter=matter)
    follow_up_actions.arrange_call(follow_up=call, caller=caller, by=people.desk, at=timezone.now())
    pages = [
        reverse("outreach:follow_up", args=[call.pk]),
        reverse("outreach:call_sheet", args=[call.pk]),
        matter.get_absolute_url(),
    ]
    client = Client()
    client.force_login(caller)
    before = [client.get(page).status_code for page in pages]
    follow_up_actions.record_word(follow_up=call, by=caller, at=timezone.now(), word="satisfied")

    assert before == [200] * 3
    assert [client.get(page).status_code for page in pages] == [404] * 3
    assert matter.title not in words(client.get(reverse("outreach:follow_ups"), {"tab": "done"}))


def test_who_registered_a_matter_keeps_the_call_that_is_over(browse, people):
    call = FollowUp.objects.get(matter=people.awaiting_word())
    follow_up_actions.record_word(
        follow_up=call, by=people.author, at=timezone.now(), word="satisfied"
    )

    page = browse("author").get(reverse("outreach:follow_up", args=[call.pk]))

    assert page.status_code == 200


def test_a_companion_sees_no_count_of_matters_that_are_closed_to_them(browse, people):
    people.visit(matters=[{}, {}], companions=[people.neighbour])

    counts = {
        who: [v.matter_count for v in browse(who).get(reverse("outreach:visits")).context["page"]]
        for who in ("author", "neighbour_cadre")
    }

    assert counts == {"author": [2], "neighbour_cadre": [0]}


def packed(*names):
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as parts:
        for name in names:
            parts.writestr(name, b"x")
    return package.getvalue()


@pytest.mark.parametrize(
    ("name", "parts", "status"),
    [
        ("证明.docx", ["evil.exe"], 422),
        ("证明.docx", ["[Content_Types].xml", "xl/workbook.xml"], 422),
        ("证明.docx", ["[Content_Types].xml", "word/document.xml"], 302),
        ("证明.docx", ["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"], 422),
        ("名单.xlsx", ["[Content_Types].xml", "xl/workbook.xml", "xl/VBAPROJECT.BIN"], 422),
        ("名单.xlsx", ["[Content_Types].xml", "xl/workbook.xml"], 302),
    ],
)
def test_a_document_is_judged_by_what_lies_in_it(browse, people, name, parts, status):
    url = reverse("outreach:act", args=[people.in_progress().pk, "note"])
    sent = {"text": "附件", "attachments": SimpleUploadedFile(name, packed(*parts))}

    assert browse("handler").post(url, sent).status_code == status


def test_a_refused_form_leaves_no_file_behind(browse, people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client, form = browse("author"), visit_form(people)
    client.post(reverse("outreach:new_visit"), form)
    picture = io.BytesIO()
    Image.new("RGB", (5, 5)).save(picture, "JPEG")
    photo = SimpleUploadedFile("a.jpg", picture.getvalue())

    refused = client.post(
        reverse("outreach:new_visit"), form | {"summary": "别的内容", "photos": photo}
    )

    assert refused.status_code == 422
    assert not Attachment.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_contact_is_erased_on_its_page(browse, people):
    matter = people.matter()
    client, url = browse("host"), reverse("outreach:change_contact", args=[matter.pk])

    assert url in words(client.get(matter.get_absolute_url()))
    both = client.post(url, {"erase": "on", "phone": "100-0000-0009"})
    done = client.post(url, {"erase": "on"})

    assert "100-0000-0001" not in words(client.get(url))
    assert (both.status_code, done.status_code) == (422, 302)
    shown = words(client.post(reverse("outreach:reveal_contact", args=[matter.pk])))
    assert "100-0000-0001" not in shown


def in_english(browse, people, who):
    user = getattr(people, who)
    user.language = "en"
    user.save()
    return browse(who)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("matter", ["主办单位", "生产发展", "已解决"]),
        ("assignment", ["主办单位"]),
        ("reply", ["已解决"]),
    ],
)
def test_slips_are_chinese_whatever_the_language(browse, people, kind, said):
    matter = people.reported()

    page = words(
        in_english(browse, people, "desk").get(reverse("outreach:slip", args=[matter.pk, kind]))
    )

    assert [word for word in said if word not in page] == []
    assert not {"Solved", "Production and income", "Visit "} & set(re.findall(r"[A-Z][\w ]+", page))


def test_a_slip_says_of_which_works_a_team_is(browse, people):
    works = unit("机械厂", people.town_organ, people.village_place, kind="soe")
    team = unit("电工班", people.town_organ, people.village_place, kind="soe", parent=works)
    matter = people.visit(place=team, group="甲班", matters=[{}]).matters.get()

    page = browse("host").get(reverse("outreach:slip", args=[matter.pk, "matter"]))

    assert f"{people.town.name} 机械厂 电工班 甲班" in words(page)


def test_call_sheet_and_diary_are_chinese_whatever_the_language(browse, people):
    matter = people.awaiting_word()
    call = FollowUp.objects.get(matter=matter)
    client = in_english(browse, people, "author")

    sheet = words(client.get(reverse("outreach:call_sheet", args=[call.pk])))
    diary = words(client.get(reverse("outreach:diary", args=[matter.visit_id])))

    assert "已解决" in sheet
    assert "待回访" in diary


def test_a_revealed_contact_is_on_the_page_once_and_not_cached(browse, people):
    matter = people.matter()
    url = reverse("outreach:reveal_contact", args=[matter.pk])

    response = browse("host").post(url)

    assert "100-0000-0001" in words(response)
    assert "no-store" in response.headers["Cache-Control"]
    assert "100-0000-0001" not in words(browse("host").get(matter.get_absolute_url()))


def test_a_refused_value_keeps_what_was_typed(browse, people):
    matter = people.in_progress()
    url = reverse("outreach:act", args=[matter.pk, "ask_extension"])

    response = browse("handler").post(url, {"new_due_on": "2030-01-01", "text": "需要等水库检修"})

    assert response.status_code == 422
    assert "需要等水库检修" in words(response)
    assert not MatterStep.objects.filter(move="ask_extension").exists()


# --- nothing typed is lost, nothing sent is a server error ----------------------------------------


def matter_form(people, key, title):
    return {
        "key": str(key),
        "unit": str(people.village.pk),
        "title": title,
        "category": "02",
        "urgency": "normal",
        "nature": "help",
        "raiser_kind": "villager",
        "confidentiality": "named",
        "source": "call",
    }


def test_a_second_matter_under_the_same_key_is_refused_with_its_text(browse, people):
    key, url = uuid.uuid4(), reverse("outreach:new_matter")
    browse("host").post(url, matter_form(people, key, "路灯不亮"))

    again = browse("host").post(url, matter_form(people, key, "路灯不亮"))
    other = browse("host").post(url, matter_form(people, key, "水管漏水，急"))

    assert again.url == reverse("outreach:receipt", args=[Matter.objects.get().pk])
    assert other.status_code == 422
    assert "水管漏水，急" in words(other)


def test_a_second_conduct_report_under_the_same_key_is_refused_with_its_text(browse, people):
    key, url = str(uuid.uuid4()), reverse("outreach:new_conduct_report")
    browse("author").post(url, {"key": key, "subject": "某人", "text": "第一件：收礼"})

    other = browse("author").post(url, {"key": key, "subject": "某人", "text": "第二件：打骂"})

    assert other.status_code == 422
    assert "第二件：打骂" in words(other)


def test_what_is_written_after_going_back_becomes_a_draft_of_its_own(browse, people):
    form, url = visit_form(people), reverse("outreach:new_visit")
    browse("author").post(url, form)

    browse("author").post(url, form | {"summary": "返回后又写的一大段", "keep_draft": "1"})

    draft = VisitDraft.objects.get()
    page = words(browse("author").get(draft.get_absolute_url()))
    assert "返回后又写的一大段" in page
    assert str(draft.key) in page


def test_who_goes_back_to_a_saved_form_is_led_to_the_visit_and_not_to_a_second_one(browse, people):
    form, url = visit_form(people), reverse("outreach:new_visit")
    browse("author").post(url, form)
    visit = Visit.objects.get()

    back = browse("author").get(url, {"draft": form["key"]})
    other = browse("colleague").get(url, {"draft": form["key"]})

    assert back.url == visit.get_absolute_url()
    assert other.status_code == 200


def test_photos_that_are_lost_with_an_error_are_said_to_be(browse, people):
    photo = SimpleUploadedFile("a.jpg", b"MZ", "image/jpeg")
    for changes in ({"summary": ""}, {"add_matter": "1"}):
        sent = visit_form(people, **changes)
        url = reverse("outreach:new_visit")

        without = words(browse("author").post(url, sent))
        photo.seek(0)
        lost = words(browse("author").post(url, sent | {"photos": photo}))

        assert "照片没有留在这一页上" in lost
        assert "照片没有留在这一页上" not in without


def test_who_looks_after_one_village_finds_it_filled_in(browse, people):
    page = browse("author").get(reverse("outreach:new_visit"))
    assert page.context["form"]["unit"].value() == people.village

    ContactArea.objects.create(cadre=people.cadre, unit=people.other_village, starts_on=START)
    page = browse("author").get(reverse("outreach:new_visit"))
    assert page.context["form"]["unit"].value() is None


def test_signs_that_nobody_sees_are_left_out(browse, people):
    answer = browse("author").post(
        reverse("outreach:new_visit"), visit_form(people, summary="走访\0四户，都在家")
    )
    assert answer.status_code == 302
    assert Visit.objects.get().summary == "走访四户，都在家"


def test_more_matters_than_can_be_meant_are_not_even_made(browse, people):
    form = visit_form(people) | {"matters-TOTAL_FORMS": "100000"}
    answer = browse("author").post(reverse("outreach:new_visit"), form)
    assert answer.status_code == 422
    assert len(answer.context["parts"].forms) <= 21


def test_an_id_number_in_a_correction_is_masked_and_said_to_be(browse, people):
    visit = people.visit()
    url = reverse("outreach:correct_visit", args=[visit.pk])
    form = browse("author").get(url).context["form"]
    sent = STATED | {"seen": form["seen"].value(), "visited_on": visit.visited_on}
    sent["summary"] = f"三组 {ID}"

    page = browse("author").post(url, sent, follow=True)

    assert ID not in words(page)
    assert "遮" in words(page)


def test_a_long_note_of_a_call_that_reached_nobody_is_kept(browse, people):
    call = FollowUp.objects.get(matter=people.awaiting_word())
    url = reverse("outreach:follow_up", args=[call.pk])

    browse("author").post(url, {"word": "unreachable", "comment": "打" * 400, "method": "phone"})

    assert call.tries.get().note == "打" * 400


def test_a_long_reason_of_a_return_is_kept(browse, people):
    matter = people.assigned()

    browse("handler").post(
        reverse("outreach:act", args=[matter.pk, "return"]), {"text": "理" * 900}
    )

    assert matter.assignments.get(part="lead").returned_reason == "理" * 900


def test_several_at_once_go_on_when_a_colleague_was_quicker_with_one(browse, people, monkeypatch):
    first, second = people.assigned(), people.assigned()
    really, done = actions.move_matter, []

    def a_colleague_first(**given):
        if not done:
            done.append(really(matter=second, code="sign", by=people.handler, at=timezone.now()))
        return really(**given)

    monkeypatch.setattr(actions, "move_matter", a_colleague_first)
    sent = {"chosen": [first.pk, second.pk], "confirmed": "1", "officer": "刘洋"}

    page = browse("handler").post(reverse("outreach:bulk", args=["sign"]), sent, follow=True)

    first.refresh_from_db()
    assert first.status == "in_progress"
    assert second.number_label in words(page)


def test_several_at_once_name_those_that_somebody_decided_since(browse, people):
    first, second = people.assigned(), people.assigned()
    people.move(second, "sign", people.handler)
    sent = {"chosen": [first.pk, second.pk], "confirmed": "1", "officer": "刘洋"}

    page = browse("handler").post(reverse("outreach:bulk", args=["sign"]), sent, follow=True)

    assert second.number_label in words(page).split("<main", 1)[1].split("<h1", 1)[0]


def seen_in(page, name="seen"):
    return re.search(rf'name="{name}" value="([\d-]+)"', words(page)).group(1)


def test_a_request_that_came_in_since_is_not_confirmed_unread(browse, people):
    matter = people.in_progress()
    people.move(matter, "ask_suspended", people.handler, text="封冻期")
    url = reverse("outreach:act", args=[matter.pk, "confirm"])
    several = reverse("outreach:bulk", args=["confirm"])
    seen = seen_in(browse("desk").get(url))
    listed = seen_in(browse("desk").post(several, {"chosen": [matter.pk]}), f"seen-{matter.pk}")
    people.move(matter, "refuse", people.desk, text="能施工")
    people.move(matter, "ask_explained", people.handler, text="政策不允许")

    page = browse("desk").post(url, {"text": "同意", "seen": seen})
    sent = {"chosen": [matter.pk], "confirmed": "1", f"seen-{matter.pk}": listed}
    browse("desk").post(several, sent)

    matter.refresh_from_db()
    assert (page.status_code, matter.status) == (422, "proposed")
    assert "同意" in words(page)
    assert "政策不允许" in words(page)
    browse("desk").post(url, {"text": "同意", "seen": seen_in(page)})
    matter.refresh_from_db()
    assert matter.status == "awaiting_word"


def test_a_result_that_came_in_since_is_not_passed_unread(browse, people):
    matter = people.reported()
    url = reverse("outreach:act", args=[matter.pk, "pass_review"])
    seen = seen_in(browse("desk").get(url))
    people.move(matter, "send_back", people.desk, text="写清楚")
    people.move(matter, "report", people.handler, text="另一个结果", resolution="solved")

    page = browse("desk").post(url, {"seen": seen})

    matter.refresh_from_db()
    assert (page.status_code, matter.status) == (422, "reported")
    assert "另一个结果" in words(page)


def test_an_instruction_asks_for_its_answer_on_a_working_day(browse, people):
    fifth = timezone.localdate() + timedelta(days=5)
    for day, is_working in ((0, False), (1, False), (2, True)):
        WorkingDay.objects.create(day=fifth + timedelta(days=day), is_working=is_working)
    workdays.forget()
    url = reverse("outreach:act", args=[people.in_progress().pk, "order"])

    page = browse("supervisor").get(url)

    assert page.context["form"]["due_on"].initial == fifth + timedelta(days=2)


def test_an_answer_goes_to_no_instruction_that_came_in_since(browse, people):
    matter = people.in_progress()
    due_on = timezone.localdate() + timedelta(days=5)
    people.move(matter, "order", people.supervisor, text="五日内办结", due_on=due_on)
    url = reverse("outreach:act", args=[matter.pk, "answer_order"])
    opened = browse("handler").get(url)
    assert "五日内办结" in words(opened)
    people.move(matter, "order", people.supervisor, text="护栏一并修", due_on=due_on)

    page = browse("handler").post(url, {"text": "周五完工", "seen": seen_in(opened)})

    assert page.status_code == 422
    assert "护栏一并修" in words(page)
    assert not matter.orders.exclude(answer="").exists()


def test_a_matter_leads_only_to_a_diary_that_its_reader_opens_and_to_what_it_was_merged_into(
    browse, people
):
    matter, target = people.assigned(), people.matter()
    people.move(target, "pass_up", people.host, text="需县级协调")
    people.move(matter, "return", people.handler, text="非本局职责")
    people.move(matter, "ask_merged", people.desk, target=target, text="同一件事")
    people.move(matter, "confirm", people.host)
    page = reverse("outreach:matter", args=[matter.pk])
    diary, merged = matter.visit.get_absolute_url(), target.get_absolute_url()

    for who, opens in (("desk", False), ("host", True)):
        shown = words(browse(who).get(page))
        assert (f'href="{diary}"' in shown, f'href="{merged}"' in shown) == (opens, True), who
        assert browse(who).get(diary).status_code == (200 if opens else 404)


def test_what_was_written_into_a_form_that_is_refused_by_now_is_given_back(browse, people):
    matter = people.in_progress()
    people.move(matter, "report", people.handler, text="甲写的结果", resolution="solved")
    url = reverse("outreach:act", args=[matter.pk, "report"])

    late = browse("handler").post(url, {"text": "乙写了很久的结果", "resolution": "solved"})
    gone = browse("neighbour_host").post(url, {"text": "乙写了很久的结果"})

    assert (late.status_code, gone.status_code) == (403, 404)
    assert "乙写了很久的结果" in words(late)
    assert "乙写了很久的结果" in words(gone)
    assert matter.title not in words(gone)
    assert "乙写了很久的结果" not in words(
        browse("handler").post("/nowhere/", {"text": "乙写了很久的结果"})
    )


def test_several_at_once_cost_the_same_for_two_and_six(browse, people):
    chosen = [people.assigned().pk for _n in range(6)]
    url = reverse("outreach:bulk", args=["sign"])
    # Caches are filled from the second request on.
    for _time in range(2):
        browse("handler").post(url, {"chosen": chosen[:2]})

    def cost(n):
        with CaptureQueriesContext(connection) as asked:
            browse("handler").post(url, {"chosen": chosen[:n]})
        return len(asked)

    assert cost(2) == cost(6)


def test_a_correction_does_not_overwrite_one_made_meanwhile(browse, people):
    visit = people.visit(summary="原文")
    url = reverse("outreach:correct_visit", args=[visit.pk])
    seen = re.search(r'name="seen" value="(\w+)"', words(browse("author").get(url))).group(1)
    visit_actions.correct_visit(visit=visit, by=people.author, at=timezone.now(), summary="改过的")
    stale = {
        "visited_on": visit.visited_on.isoformat(),
        "summary": "原文",
        "next_steps": "补的",
        "seen": seen,
    }

    page = browse("author").post(url, stale)

    visit.refresh_from_db()
    assert (page.status_code, visit.summary) == (422, "改过的")
    assert "补的" in words(page)


@pytest.mark.parametrize(
    "address",
    [
        "/search/?q=²-²",
        "/matters/?jump=MQ²-1",
        "/matters/?unit=²",
        "/search/?q=a%00b",
        "/pick/unit/?q=a%00b",
        "/visits/new/?unit=²",
        "/cadres/?organ=²",
        "/matters/?q=%00ab",
        "/matters/?after=2026-01-01~99999999999999999999999",
        "/visits/?author_text=%00",
        "/search/?q=2026-99999999999999999999",
        "/matters/?unit=99999999999999999999999",
    ],
)
def test_no_address_is_a_server_error(browse, people, address):
    assert browse("office").get(address).status_code < 500


@pytest.mark.parametrize(
    "sent",
    [
        {"add_matter": "1", "matters-TOTAL_FORMS": "abc"},
        {"unit": "²"},
        {"unit_text": "\0"},
        {
            "matters-TOTAL_FORMS": "1",
            "matters-0-outcome": "conduct",
            "matters-0-subject_organ": "²",
        },
    ],
)
def test_no_post_is_a_server_error(browse, people, sent):
    answer = browse("author").post(reverse("outreach:new_visit"), visit_form(people) | sent)

    assert answer.status_code < 500


def test_who_refuses_a_referral_enters_the_matter_again(browse, people):
    matter = people.matter(outcome="referred", referred_to="信访工作机构")
    client, url = browse("host"), reverse("outreach:act", args=[matter.pk, "refuse"])

    empty = client.post(url, {"text": "不属于信访"})
    saved = client.post(url, {"text": "不属于信访", "title": "三组灌溉渠道淤堵"})

    assert (empty.status_code, list(empty.context["form"].errors)) == (422, ["title"])
    assert saved.status_code == 302
    assert Matter.objects.get().title == "三组灌溉渠道淤堵"


NO_TICKET = ["13912345678", "110105194912310029", "6222021234567890123", "1" * 31]


@pytest.mark.parametrize("number", NO_TICKET, ids=["phone", "id", "card", "long"])
def test_the_number_of_a_channel_is_none_of_a_person(browse, people, number):
    matter = people.in_progress()
    registered, asked = (
        browse("author").post(
            reverse("outreach:new_visit"),
            visit_form(people)
            | {
                "matters-TOTAL_FORMS": "1",
                "matters-0-outcome": "referred",
                "matters-0-channel": "12345 热线",
                "matters-0-channel_number": number,
            },
        ),
        browse("handler").post(
            reverse("outreach:act", args=[matter.pk, "ask_referred"]),
            {"channel": "12345 热线", "channel_number": number},
        ),
    )

    assert (registered.status_code, asked.status_code) == (422, 422)
    assert "channel_number" in registered.context["parts"].forms[0].errors
    assert list(asked.context["form"].errors) == ["channel_number"]


@pytest.mark.parametrize("number", ["202606120001234563", "GD20260612-7", "热线〔2026〕71号"])
def test_a_referral_keeps_the_number_that_the_channel_gave(browse, people, number):
    matter = people.in_progress()
    asked = {"channel": "12345 热线", "channel_number": f" {number} "}
    browse("handler").post(reverse("outreach:act", args=[matter.pk, "ask_referred"]), asked)
    waiting = browse("desk").get(reverse("outreach:matter", args=[matter.pk]))
    browse("desk").post(reverse("outreach:act", args=[matter.pk, "confirm"]), {})

    page = browse("handler").get(reverse("outreach:matter", args=[matter.pk]))

    assert number in waiting.content.decode()
    assert number in page.content.decode()
    matter.refresh_from_db()
    assert (matter.referred_to, matter.referred_number) == ("12345 热线", number)


def test_a_number_alone_refers_nothing(browse, people):
    answer = browse("author").post(
        reverse("outreach:new_visit"),
        visit_form(people)
        | {
            "matters-TOTAL_FORMS": "1",
            "matters-0-outcome": "referred",
            "matters-0-channel_number": "GD1",
        },
    )

    assert answer.status_code == 422
    assert "channel" in answer.context["parts"].forms[0].errors


@pytest.mark.parametrize(("kind", "offered"), [("rural", 5), ("soe", 6)])
def test_hazards_are_referred_where_there_are_works(browse, people, kind, offered):
    people.village.kind = kind
    people.village.save()
    matter = people.in_progress()

    page = browse("handler").get(reverse("outreach:act", args=[matter.pk, "ask_referred"]))

    assert len(page.context["form"].fields["channel"].choices) == offered


def test_nothing_is_entered_again_where_it_is_still_there(browse, people):
    matter = people.matter(outcome="on_the_spot", result_text="当场答复")

    page = browse("host").get(reverse("outreach:act", args=[matter.pk, "refuse"]))

    assert list(page.context["form"].fields) == ["text", "numbers"]


# --- numbers of people in short fields -------------------------------------------------------

ID = "11010519491231002X"
MASKED = "*" * 18


def test_the_group_of_a_visit_holds_no_id_number(browse, people):
    browse("author").post(reverse("outreach:new_visit"), visit_form(people, group=f"三组 {ID}"))

    assert Visit.objects.get().group == f"三组 {MASKED}"


def test_the_reason_of_a_voided_visit_holds_no_id_number(browse, people):
    visit = people.visit()

    browse("author").post(reverse("outreach:void_visit", args=[visit.pk]), {"reason": f"误录 {ID}"})

    visit.refresh_from_db()
    assert visit.void_reason == f"误录 {MASKED}"


def test_names_noted_in_moves_hold_no_id_number(browse, people):
    matter = people.in_progress(category="12")
    people.move(matter, "transfer", people.handler, officer=f"刘 {ID}")
    people.move(matter, "mediate", people.handler, text="谈", mediator=f"王 {ID}")

    stored = str([*matter.assignments.values(), *matter.steps.values()])
    assert MASKED in stored
    assert ID not in stored


def test_a_household_is_kept_by_its_surname(browse, people):
    browse("host").post(
        reverse("outreach:new_household", args=[people.village.pk]),
        {"serial": "1", "display_name": "李建国", "group": ID},
    )

    household = people.village.households.get()
    assert (household.display_name, household.group) == ("李××户", MASKED)


def test_groups_of_a_village_stand_in_the_order_of_their_numbers(browse, people):
    groups = ["一组", "二组", "3组", "四组", "第五组", "十组", "十一组", "二十组", "东片", ""]
    for serial, group in enumerate(sorted(groups), start=1):
        people.village.households.create(serial=serial, display_name="李××户", group=group)

    page = browse("host").get(reverse("outreach:households", args=[people.village.pk]))
    assert [one.group for one in page.context["households"]] == [*groups[:-2], "", "东片"]


def test_an_addition_whose_answer_was_lost_is_sent_again_and_stands_once(browse, people):
    visit = people.visit()
    client, url = browse("author"), reverse("outreach:add_note", args=[visit.pk])
    key = client.get(url).context["form"]["client_key"].value()
    form = {"client_key": key, "text": "渠道已通。"}

    answers = [client.post(url, form) for _again in range(3)]

    assert [answer.url for answer in answers] == [visit.get_absolute_url()] * 3
    assert visit.notes.count() == 1
    changed = client.post(url, form | {"text": "渠道已通，再看。"})
    assert (changed.status_code, visit.notes.count()) == (422, 1)
    assert "渠道已通，再看。" in words(changed)
    assert client.post(url, form | {"client_key": "x"}).status_code == 422


def test_a_move_whose_answer_was_lost_is_sent_again_and_made_once(browse, people):
    """By then the rule refuses: what was reported cannot be reported again."""
    matter = people.in_progress()
    client, url = browse("handler"), reverse("outreach:act", args=[matter.pk, "report"])
    page = client.get(url)
    form = {"key": str(page.context["key"]), "seen": page.context["seen"]}
    form |= {"resolution": "solved", "method": "phone", "text": "渠道已清淤。"}

    answers = [client.post(url, form) for _again in range(2)]

    assert [answer.url for answer in answers] == [matter.get_absolute_url()] * 2
    assert matter.steps.filter(move="report").count() == 1
    assert client.post(url, form | {"text": "别的结果。"}).status_code == 403
    assert matter.steps.filter(move="report").count() == 1


def test_a_note_with_a_file_sent_again_is_one(browse, people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    matter = people.in_progress()
    client, url = browse("handler"), reverse("outreach:act", args=[matter.pk, "note"])
    key = str(client.get(url).context["key"])

    content = packed("[Content_Types].xml", "word/document.xml")
    for _again in range(2):
        file = SimpleUploadedFile("证明.docx", content)
        client.post(url, {"key": key, "text": "附件", "attachments": file})

    assert matter.steps.filter(move="note").count() == Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("page", "name"), [("add_note", "text"), ("void_visit", "reason"), ("correct_visit", "summary")]
)
def test_a_phone_in_what_is_added_to_a_visit_is_asked_about(browse, people, page, name):
    visit = people.visit()
    client, url = browse("author"), reverse(f"outreach:{page}", args=[visit.pk])
    seen = visit_actions.version_of(visit)
    form = STATED | {"visited_on": visit.visited_on.isoformat(), "seen": seen}
    form[name] = "回电 13800138000"

    asked = client.post(url, form)
    client.post(url, form | {"numbers": "mask"})

    assert asked.status_code == 422
    visit.refresh_from_db()
    texts = [visit.summary, visit.void_reason, *visit.notes.values_list("text", flat=True)]
    assert "回电 138****8000" in texts


# --- contact areas and rosters ---------------------------------------------------------------


def area_form(cadre, unit):
    return {
        "cadre": cadre.pk,
        "unit": unit.pk,
        "kind": "village",
        "starts_on": timezone.localdate().isoformat(),
    }


@pytest.fixture
def far_village(people):
    place = people.other_county
    return unit("远村", organ("望江某镇", "township", place=place), place)


def own_cadre(user):
    return Cadre.objects.create(user=user, name=user.name, organ=user.organ)


def test_a_liaison_opens_no_roster_to_herself(browse, people, far_village):
    mine = own_cadre(people.liaison)
    client = browse("liaison")

    for village in (people.village, people.other_village, far_village):
        response = client.post(reverse("outreach:new_contact_area"), area_form(mine, village))
        assert (response.status_code, "unit" in response.context["form"].errors) == (422, True)
        roster = client.get(reverse("outreach:households", args=[village.pk]))
        assert roster.status_code == 403


def test_a_liaison_arranges_for_cadres_of_the_organ_within_the_county(browse, people, far_village):
    client, url = browse("liaison"), reverse("outreach:new_contact_area")

    inside = client.post(url, area_form(people.cadre2, people.other_village))
    outside = client.post(url, area_form(people.cadre2, far_village))

    assert (inside.status_code, outside.status_code) == (302, 422)
    assert people.cadre2.contact_areas.get().unit == people.other_village


def test_the_office_opens_no_roster_of_another_county_to_itself(browse, people, far_village):
    client, url = browse("office"), reverse("outreach:new_contact_area")

    own = client.post(url, area_form(own_cadre(people.office), far_village))
    others = client.post(url, area_form(people.cadre, far_village))

    assert (own.status_code, others.status_code) == (422, 302)


def test_a_liaison_ends_what_others_arranged_for_her_cadres(browse, people):
    browse("liaison").post(reverse("outreach:end_contact_area", args=[people.area.pk]))

    people.area.refresh_from_db()
    assert people.area.ended_by == people.liaison
