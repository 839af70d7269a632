"""Pinyin initials, using only the table of pypinyin."""

import subprocess
import sys

from portal.tools import pinyin


def test_initials_are_those_of_pypinyin():
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415 (50 MB, for this test alone)

    assert pinyin.initials("柳湾村") == "lwc"
    assert pinyin.initials("吕家沟 2 组（A）") == "ljg2za"
    assert pinyin._table().keys() == PINYIN_DICT.keys()


def test_a_process_of_the_portal_keeps_no_phrases():
    said = (
        "import sys; from portal.tools import pinyin; pinyin.initials('村'); "
        "print('pypinyin' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
