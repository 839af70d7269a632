"""Wording by kind of unit: who reads which, and that an enterprise reads no word about villages."""

import ast
import io
import re
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext, ngettext, pgettext
from openpyxl import load_workbook

from outreach.actions import cards as card_actions
from outreach.models import ContactArea, Visit
from outreach.models.matters import Source
from outreach.views.visits import _met
from portal import imports, parameters, wordings
from portal.actions import reports as actions
from portal.forms.staff import NormForm
from portal.imports import cells, workbook
from portal.imports.marking import write_template
from portal.management.commands import catalogue
from portal.models import PolicyParameter
from portal.pages import side_list
from portal.sheets import ledgers
from portal.sheets.periods import Period
from portal.sheets.statistics import Subject
from portal.sheets.wording import worded as worded_text
from portal.tools import languages
from tests.day import TODAY


@pytest.fixture
def worded(people):
    """give(words, organ) sets the wording of an organ, or of everybody."""

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


# Files where the page's language is part of a cache key, so that each wording has its own; answers
# to other systems state their language.
KEYS = {
    "portal/records/kept.py",
    "portal/pages/cells.py",
    "portal/pages/filters.py",
    "portal/pages/side_list.py",
    "portal/sheets/ledgers.py",
    "portal/tools/languages.py",
    "oversight/burden.py",
    "api/v1/gate.py",
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
ENTERPRISES = ("works", "group", "company", "society")
NO_WORD = {
    **{("zh-hans", words): re.compile(VILLAGES) for words in ENTERPRISES},
    ("zh-hans", "group"): re.compile(f"{VILLAGES}|县"),
    **{("en", words): re.compile(rf"{IN_ENGLISH})\b", re.I) for words in ENTERPRISES},
    ("en", "group"): re.compile(rf"{IN_ENGLISH}|count(y|ies))\b", re.I),
}
# Words of state enterprises for which private ones and organisations use others.
OF_GROUPS = "二级单位|基层单位|职工诉求|一线走访|下一线|项目部"
OF_WORKS = r"subsidiar(y|ies)|front line|on the shift"
NOT_THEIRS = {
    ("zh-hans", "company"): re.compile(OF_GROUPS),
    ("zh-hans", "society"): re.compile(f"{OF_GROUPS}|职工|车间|班组|工会"),
    ("en", "company"): re.compile(OF_WORKS, re.I),
    ("en", "society"): re.compile(rf"{OF_WORKS}|workshops?|workers?|\bteams?\b", re.I),
}
# Messages about villages that an enterprise may read, each file with its reason.
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
    "templates/nation/_note.html": "cities and counties of a nation, which is no enterprise",
}


@cache
def _messages():
    return list(catalogue.collect())


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
    for message in _messages():
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


@pytest.mark.parametrize(("language", "words"), NOT_THEIRS)
def test_what_differs_from_villages_is_said_in_the_words_of_the_kind(language, words):
    """Checks only what a wording overrides, since it is based on the catalogue of works."""
    texts = [
        text
        for message in catalogue.merged(language, words)
        if message.id
        for text in ([message.string] if isinstance(message.string, str) else message.string)
    ]

    assert len(texts) > 200
    assert [text for text in texts if NOT_THEIRS[language, words].search(text)] == []


def _texts_of(ledger):
    yield ledger.title
    yield from getattr(ledger, "notes", ())
    yield getattr(ledger, "signature", "")
    for column in ledger.columns:
        yield column.heading
        yield column.group


@pytest.mark.parametrize("words", ENTERPRISES)
def test_no_sheet_of_an_enterprise_speaks_of_villages(words):
    with translation.override(languages.variant("en", words)):
        found = {
            (name, text)
            for name, ledger in ledgers.REGISTRY.items()
            for text in map(worded_text, _texts_of(ledger))
            if re.search(VILLAGES, text)
        }

    assert found == set()


@pytest.mark.parametrize("words", ENTERPRISES)
def test_a_slip_of_an_enterprise_does_not_speak_of_villages(words):
    """Chinese text about villages on a slip must use the tag `worded` and have other words."""
    root = Path(settings.BASE_DIR) / "templates"
    tags = re.compile(r'{% worded "([^"]+)" %}')
    plain, said = set(), set()
    for path in (*root.glob("*/slips/*.html"), *root.glob("door/*.html")):
        text = path.read_text()
        said.update(tags.findall(text))
        shown = re.sub(r"<[^>]*>|{%.*?%}|{{.*?}}|{#.*?#}", "\n", text)
        plain.update(line for line in shown.splitlines() if re.search(VILLAGES, line))
    with translation.override(languages.variant("zh-hans", words)):
        wrong = {text for text in map(worded_text, said) if re.search(VILLAGES, text)}

    assert (plain, wrong) == (set(), set())


def _template_of(kind):
    """The texts of an import's blank workbook."""
    file = io.BytesIO()
    write_template(kind, file)
    book = load_workbook(file)
    for sheet in book.worksheets:
        yield sheet.title
        for row in sheet.iter_rows(values_only=True):
            yield from (text for cell in row if cell for text in str(cell).splitlines())


# Village words that blank forms keep, and why.
IN_TEMPLATES = {
    "divisions": "the national list of divisions",
    "cadres": "where somebody gathered experience, a village too",
    "units": "the names of the five kinds of units",
}


@pytest.mark.parametrize("words", ENTERPRISES)
def test_no_blank_form_of_an_enterprise_speaks_of_villages(people, words):
    with translation.override(languages.variant("en", words)):
        found = {
            (name, text)
            for name, kind in imports.REGISTRY.items()
            for text in _template_of(kind)
            if re.search(VILLAGES, text)
        }

    assert {name for name, _text in found} <= set(IN_TEMPLATES)
    assert {text for name, text in found if name == "units"} == {"农村", "街道社区"}


@pytest.mark.parametrize("words", ["village", *languages.LAYERS])
def test_a_template_is_read_in_the_words_that_it_was_written_in(people, words):
    """Its own headings and the general ones; no two columns share one."""
    with translation.override(languages.variant("zh-hans", words)):
        for kind in imports.REGISTRY.values():
            columns = [column for column in kind.columns if not column.is_left_out]
            for headings in ([one.shown for one in columns], [one.heading for one in columns]):
                assert workbook.propose(kind, headings) == {
                    column.name: place for place, column in enumerate(columns)
                }, (kind.name, headings)
                assert workbook.is_template(kind, headings)


def test_choices_of_a_template_are_read_in_both_words(people):
    column = imports.REGISTRY["areas"].column("kind")
    with translation.override("zh-hans-x-works"):
        for label in (str(ContactArea.Kind.HOUSEHOLDS.label), "联户"):
            assert cells.choices_of(column)[cells.plainly(label)] == "households"
        assert "联系职工" in column.choices()
    assert "联户" in "、".join(column.choices())


# Chinese texts of the code about villages that are shown unchanged, each with its reason.
AS_THEY_ARE = {
    "portal/actions/places.py": "names of villages on the national list",
    "portal/imports/cells.py": "what people write behind a number",
    "portal/imports/kinds.py": "further headings of workbooks, and where experience was gathered",
    "portal/imports/lookups.py": "names of villages as people write them",
    "portal/imports/workbook.py": "headings of what is private",
    "portal/parameters.py": "names of documents that norms are based on",
    "research/frame_lists.py": "headings of lists that people bring",
    "pairing/forms/support.py": "a pattern of numbers of accounts",
}
for _app in ("outreach", "neighbours", "pairing"):
    _folder = Path(settings.BASE_DIR) / _app / "imports"
    AS_THEY_ARE |= {
        f"{_app}/imports/{path.name}": "further headings and words of workbooks"
        for path in _folder.glob("*.py")
    }


@cache
def _texts_in_code():
    """Return (file, Chinese text) of the code, without docstrings, comments and messages."""
    return list(_read_code())


def _read_code():
    root, messages = Path(settings.BASE_DIR), {one.id for one in _messages()}
    for path in (path for app in catalogue.APPS for path in (root / app).rglob("*.py")):
        if "migrations" in path.parts:
            continue
        nodes = list(ast.walk(ast.parse(path.read_text())))
        explained = {
            id(node.body[0].value)
            for node in nodes
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in nodes:
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and id(node) not in explained and text not in messages:
                yield str(path.relative_to(root)), text


@pytest.mark.parametrize("words", ENTERPRISES)
def test_no_text_of_the_code_speaks_of_villages_in_an_enterprise(words):
    """Text that is printed or written into a workbook must use `worded` and have other words."""
    with translation.override(languages.variant("zh-hans", words)):
        found = {
            (path, text)
            for path, text in _texts_in_code()
            if re.search(VILLAGES, text) and re.search(VILLAGES, worded_text(text))
        }

    assert {one for one in found if one[0] not in AS_THEY_ARE} == set()


def test_the_card_of_a_party_members_area_says_what_it_is(browse, people):
    people.cadre.public_phone = "100-0000-0017"
    people.cadre.save()
    area = people.area
    area.kind, area.group = ContactArea.Kind.POST, "电工班示范岗"
    area.save()
    card, _is_new = card_actions.issue_card(area=area, by=people.host, at=timezone.now())

    page = browse("host").get(reverse("outreach:print_card", args=[card.pk])).content.decode()

    assert "党员责任区牌" in page
    assert "责任区：柳湾村 电工班示范岗" in page


def test_the_foot_of_a_phone_has_short_words():
    """Five tabs must fit side by side on 390 px."""
    tabs = [tab.label for tab in side_list._TABS]
    for words in languages.LAYERS:
        with translation.override(languages.variant("zh-hans", words)):
            assert max(len(str(label)) for label in tabs) <= 4, words
        with translation.override(languages.variant("en", words)):
            assert max(len(str(label)) for label in tabs) <= 10, words


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
    """Also if it is locked outside a page."""
    worded("group")
    with translation.override("zh-hans"):
        edition = actions.lock_edition(
            subject=Subject(people.county),
            breakdown="area",
            period=Period(TODAY - timedelta(days=30), TODAY - timedelta(days=1)),
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
