"""Words by kind of unit: who reads which, and that an enterprise reads no word of villages."""

import re
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext, ngettext, pgettext

from outreach.models import Visit
from outreach.models.matters import Source
from outreach.views.visits import _met
from portal import parameters, wordings
from portal.actions import reports as actions
from portal.forms.staff import NormForm
from portal.management.commands import catalogue
from portal.models import PolicyParameter
from portal.sheets import ledgers
from portal.sheets.periods import Period
from portal.sheets.statistics import Subject
from portal.sheets.wording import worded as worded_text
from portal.tools import languages
from tests.day import TODAY


@pytest.fixture
def worded(people):
    """Give an organ, or everybody, a wording."""

    def give(words, organ=None, code="programme.words"):
        PolicyParameter.objects.create(
            code=code,
            value=words,
            basis="组通〔2026〕9号",
            valid_from=date(2026, 1, 1),
            organ=organ,
        )
        parameters.forget()

    return give


@pytest.fixture
def browse(client, people):
    def sign_in(who):
        client.force_login(getattr(people, who))
        return client

    return sign_in


# --- Languages and variants ----------------------------------------------------------------------


def test_a_wording_is_a_variant_of_a_language():
    assert languages.variant("zh-hans", "group") == "zh-hans-x-group"
    assert languages.variant("en-x-works", "village") == "en"
    assert languages.variant("zh-hans", "farm") == "zh-hans"
    assert (languages.base("en-x-works"), languages.wording("en-x-works")) == ("en", "works")
    with translation.override("en-x-group"):
        assert languages.is_english()
        assert languages.chinese() == "zh-hans-x-group"


@pytest.mark.parametrize("words", languages.LAYERS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_a_wording_does_not_say_otherwise_is_said_as_everywhere(language, words):
    day = date(2026, 3, 5)
    with translation.override(language):
        base = [gettext("Search"), formats.date_format(day), formats.date_format(day, "j M")]
        number = formats.date_format(day, "YEAR_MONTH_FORMAT")
    with translation.override(languages.variant(language, words)):
        assert base == [
            gettext("Search"),
            formats.date_format(day),
            formats.date_format(day, "j M"),
        ]
        assert number == formats.date_format(day, "YEAR_MONTH_FORMAT")
        assert ngettext("%(n)s line", "%(n)s lines", 2)


# --- Who reads which -----------------------------------------------------------------------------


def test_an_organ_reads_the_words_that_its_norm_names(people, worded):
    worded("works", organ=people.host.organ)

    assert wordings.of_user(people.host, on=TODAY) == "works"
    assert wordings.of_user(people.office, on=TODAY) == "village"
    assert wordings.language_of(people.host, on=TODAY) == "zh-hans-x-works"


def test_an_installation_of_an_enterprise_reads_them_everywhere(browse, people, worded):
    worded("group")

    page = browse("office").get(reverse("help")).content.decode()

    assert '<html lang="zh-hans-x-group"' in page
    assert browse("office").get(reverse("help")).headers["Content-Language"] == "zh-hans-x-group"


def test_an_unknown_wording_is_read_as_none(people, worded):
    worded("farm")

    assert wordings.language_of(people.office, on=TODAY) == "zh-hans"


def test_the_norm_chooses_among_the_wordings(people):
    sent = {"value": "farm", "basis": "文", "valid_from": TODAY}
    form = NormForm(sent, user=people.office, code="programme.words")

    assert "value" in form.errors
    assert dict(form.fields["value"].choices)["group"] == "集团企业"


def test_the_portal_is_called_as_the_office_calls_it(browse, people, worded):
    assert wordings.portal_name(on=TODAY) == "为民服务管理平台"
    worded("华岳集团一线服务平台", code="portal.name")

    page = browse("office").get(reverse("help")).content.decode()

    assert "华岳集团一线服务平台</title>" in page
    assert "为民服务管理平台" not in page


def test_labels_of_sheets_are_kept_by_wording():
    label = ledgers.chinese(Source)
    assert label("stay") == "驻村"
    with translation.override("en"):
        assert label("stay") == "驻村"


# Where the language of the page is a key to what is kept, so that each wording has its own.
KEYS = {
    "portal/records/kept.py",
    "portal/pages/cells.py",
    "portal/pages/filters.py",
    "portal/sheets/ledgers.py",
    "portal/tools/languages.py",
    "oversight/burden.py",
}


def test_only_keys_are_read_from_the_language_of_the_page():
    root = Path(settings.BASE_DIR)
    paths = [path for app in catalogue.APPS for path in (root / app).rglob("*.py")]
    found = {str(path.relative_to(root)) for path in paths if "get_language" in path.read_text()}

    assert found == KEYS


# --- The catalogues ------------------------------------------------------------------------------


def test_catalogues_of_wordings_hold_what_differs_and_nothing_else():
    assert catalogue.overlay_problems() == []


# --- No word of villages in an enterprise --------------------------------------------------------

VILLAGES = r"村|乡|镇|(?<![用账客门])户(?![口籍])|居民|社区|民情"
IN_ENGLISH = r"\b(villag\w*|households?|townships?|residents?|communit(y|ies)"
NO_WORD = {
    ("zh-hans", "works"): re.compile(VILLAGES),
    ("zh-hans", "group"): re.compile(f"{VILLAGES}|县"),
    ("en", "works"): re.compile(rf"{IN_ENGLISH})\b", re.I),
    ("en", "group"): re.compile(rf"{IN_ENGLISH}|count(y|ies))\b", re.I),
}
# Messages that an enterprise reads of villages in, each file with its reason.
HIDDEN = {
    "portal/kinds.py": "the names of the wordings themselves, from which the office chooses",
    "portal/models/places.py": "the names of the five kinds of units, and of levels of divisions",
    "portal/models/people.py": "where somebody gathered experience, a village too",
    "portal/views/places.py": "units made from the national list of divisions",
    "portal/events.py": "units made from the national list of divisions",
    "portal/forms/staff.py": "units made from the national list of divisions",
    "portal/forms/reorganisations.py": "divisions that merge",
    "portal/rules.py": "divisions, and what lies below them",
    "templates/portal/divisions.html": "the national list of divisions",
    "portal/actions/people.py": "the home of a person, a place in the national list",
    "outreach/rules/needs.py": "who publishes needs, which an enterprise does not",
    "research/rules/samples.py": "家乡 is where a person comes from",
    "research/acts/samples.py": "家乡 is where a person comes from",
}


def _read_as(message, language):
    """All forms of a message as a page in this language shows them."""
    texts = [message.id] if isinstance(message.id, str) else list(message.id)
    with translation.override(language):
        if len(texts) == 2:
            return [ngettext(*texts, n) for n in (1, 2)]
        read = partial(pgettext, message.context) if message.context else gettext
        return [read(texts[0])]


def _wrong(language, words):
    pattern, variant = NO_WORD[language, words], languages.variant(language, words)
    for message in catalogue.collect():
        if not message.id:
            continue
        for text in _read_as(message, variant):
            if pattern.search(text):
                yield min(place for place, _line in message.locations), text


@pytest.mark.parametrize(("language", "words"), NO_WORD)
def test_no_message_that_an_enterprise_reads_speaks_of_villages(language, words):
    wrong = list(_wrong(language, words))

    assert [one for one in wrong if one[0] not in HIDDEN] == []
    if (language, words) == ("zh-hans", "group"):
        assert {path for path, _text in wrong} == set(HIDDEN)


def _texts_of(ledger):
    yield ledger.title
    yield from getattr(ledger, "notes", ())
    yield getattr(ledger, "signature", "")
    for column in ledger.columns:
        yield column.heading
        yield column.group


@pytest.mark.parametrize("words", ["works", "group"])
def test_no_sheet_of_an_enterprise_speaks_of_villages(words):
    with translation.override(languages.variant("en", words)):
        found = {
            (name, text)
            for name, ledger in ledgers.REGISTRY.items()
            for text in map(worded_text, _texts_of(ledger))
            if re.search(VILLAGES, text)
        }

    assert found == set()


def test_a_slip_of_an_enterprise_does_not_speak_of_villages():
    """Each Chinese text of a slip that does goes by the tag `worded`, and has other words."""
    root = Path(settings.BASE_DIR) / "templates"
    tags = re.compile(r'{% worded "([^"]+)" %}')
    plain, said = set(), set()
    for path in root.glob("*/slips/*.html"):
        text = path.read_text()
        said.update(tags.findall(text))
        shown = re.sub(r"<[^>]*>|{%.*?%}|{{.*?}}|{#.*?#}", "\n", text)
        plain.update(line for line in shown.splitlines() if re.search(VILLAGES, line))
    with translation.override("zh-hans-x-works"):
        wrong = {text for text in map(worded_text, said) if re.search(VILLAGES, text)}

    assert (plain, wrong) == (set(), set())


def test_a_village_reads_its_own_words(people):
    assert worded_text("所在乡镇（街道）") == "所在乡镇（街道）"
    with translation.override("en"):
        assert worded_text("所在乡镇（街道）") == "所在乡镇（街道）"
    with translation.override("en-x-works"):
        assert worded_text("所在乡镇（街道）") == "所属二级单位"
        assert gettext("Diary") == "Visits to the front line"
    with translation.override("zh-hans-x-group"):
        assert gettext("Pass up to the county") == "提请集团"
        assert gettext("Matter ledger") == "职工诉求台账"
    with translation.override("zh-hans-x-works"):
        assert gettext("Pass up to the county") == "提请县级"


def test_headings_of_a_sheet_are_those_of_the_wording(people):
    ledger = ledgers.REGISTRY["matters"]
    with translation.override("zh-hans-x-works"):
        shown = [column.heading for _index, column, _row in ledgers.headings(ledger)]

    assert "所属二级单位" in shown
    assert "车间（项目部）、班组" in shown
    assert "所在乡镇（街道）" in [column.heading for column in ledger.columns]


def test_pages_about_sheets_call_them_as_the_wording_does(browse, people, worded):
    worded("group")
    client = browse("office")

    shown = client.get(reverse("headings")).content.decode()
    main = re.sub(r"<[^>]*>", "\n", shown[shown.index("<main") : shown.index("</main>")])
    assert not [line for line in main.splitlines() if re.search(VILLAGES, line)]
    panel = client.get(reverse("oversight:burden_panel")).content.decode()
    assert "驻点蹲点登记表" in panel
    assert "驻村" not in panel
    set_one = client.get(reverse("set_heading", args=["matters", 3])).content.decode()
    assert "职工诉求台账" in set_one
    assert "民情台账" not in set_one


def test_a_sheet_is_saved_under_its_name_in_the_wording(people):
    ledger = ledgers.REGISTRY["matters"]
    with translation.override("zh-hans-x-works"):
        assert ledgers.file_name(ledger, timezone.now()).startswith("职工诉求台账")


def test_an_edition_keeps_the_headings_of_who_locks_it(people, worded):
    """Also where it is locked outside of a page."""
    worded("group")
    with translation.override("zh-hans"):
        edition = actions.lock_edition(
            subject=Subject(people.county),
            breakdown="area",
            period=Period(TODAY - timedelta(days=30), TODAY),
            document_number="华岳党〔2026〕5号",
            by=people.office,
            at=timezone.now(),
        )

    headings = [column["heading"] for column in edition.table["columns"]]
    assert not [heading for heading in headings if re.search(VILLAGES, heading)]


def test_the_diary_of_an_enterprise_tells_of_workers(people, worded):
    with translation.override("zh-hans-x-works"):
        visit = Visit(household_count=6)
        assert _met(visit, [], people.author) == "6名"
    assert _met(Visit(household_count=6), [], people.author) == "6户"
