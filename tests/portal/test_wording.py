"""Words by kind of unit: who reads which, and that an enterprise reads no word of villages."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext, ngettext

from outreach.models.matters import Source
from portal import parameters, wordings
from portal.forms.staff import NormForm
from portal.management.commands import catalogue
from portal.models import PolicyParameter
from portal.sheets import ledgers
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
