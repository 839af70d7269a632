"""Page assets: exact files of node_modules, collected and hashed as in production."""

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from whitenoise.compress import Compressor

from portal.run import assets
from portal.settings import STATICFILES_DIRS
from tests.conftest import ROOT

SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))


def test_everything_is_collected_with_its_hash(settings, tmp_path):
    # Without axe, which only the journeys serve; and packing the large scripts takes seconds.
    settings.STATICFILES_DIRS = STATICFILES_DIRS
    settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (
        *Compressor.SKIP_COMPRESS_EXTENSIONS,
        "js",
        "map",
    )
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }

    call_command("collectstatic", interactive=False, verbosity=0)

    assert list(tmp_path.glob("vendor/htmx.*.js"))
    assert list(tmp_path.glob("css/portal.*.css.gz"))


def test_nothing_else_of_node_modules_is_served():
    assert finders.find("vendor/htmx.js")
    assert finders.find("htmx.org/package.json") is None
    assert finders.find("vendor/../package.json") is None
    assert set(assets.ALLOWED) >= {"vendor/bootstrap.css", "vendor/htmx.js"}


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_block_of_a_style_sheet_is_left_open_over_the_rules_after_it(sheet):
    text = sheet.read_text()
    assert text.count("{") == text.count("}")
