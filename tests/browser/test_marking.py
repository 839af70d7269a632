"""Names of the form surname and title are marked as one types."""

import pytest

from portal.trust import addressing
from tests.portal.test_addressing import sentences

pytestmark = pytest.mark.xdist_group("browser")

FIND = """async (texts) => {
  const find = await window.findsPeople();
  return texts.map((text) => find(text));
}"""


@pytest.mark.sampled(of="journeys", one_in=20)
@pytest.mark.parametrize("width", [1440, 390])
def test_a_writer_sees_who_is_named_and_the_text_stays(person, width):
    author = person("author", width=width).open("/visits/new/")
    page, typed = author.page, "到三组看望黄奶奶<b>，李书记在老石桥。"

    page.fill("[name=summary]", typed)
    page.wait_for_selector("#div_id_summary .marks mark")
    author.check()
    assert page.locator(".marks mark").all_inner_texts() == ["黄奶奶"]
    assert "请写“反映人”" in page.inner_text(".marks")
    assert page.locator(".marks b").count() == 0
    assert page.input_value("[name=summary]") == typed

    page.fill("[name=summary]", "到三组看望反映人")
    page.wait_for_selector(".marks", state="hidden")


@pytest.mark.sampled(of="journeys", one_in=20)
def test_the_script_finds_what_the_form_asks_about(person):
    page = person("author").open("/visits/new/").page
    texts = [text for text, _spans in sentences()]
    texts += [
        "",
        "黄",
        "老黄家",
        "欧阳",
        "🙂黄奶奶家",
        "周末王大爷来过",
        "向大爷大妈宣传，向大爷家",
    ]

    found = page.evaluate(FIND, texts)

    # JavaScript counts characters outside the basic plane twice.
    taken = [
        [
            [end - start, text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")]
            for start, end in spans
        ]
        for text, spans in zip(texts, found, strict=True)
    ]
    assert taken == [
        [[end - start, text[start:end]] for start, end in addressing.find(text)] for text in texts
    ]


def test_without_script_the_form_asks_once_and_the_proposal_is_chosen(person):
    author = person("author", script=False).open("/visits/new/")
    page = author.page
    page.fill("[name=unit_text]", "柳湾村")
    page.fill("[name=summary]", "到三组看望黄奶奶")
    author.press("保存")

    assert page.inner_text(".proposal mark") == "黄奶奶"
    assert page.is_checked("[name=people][value=replace]")
    author.press("保存")

    assert "到三组看望反映人" in author.text()
