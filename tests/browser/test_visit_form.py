"""The visit form in a browser: removing a matter again, and photos during upload."""

import io

import pytest
from PIL import Image

pytestmark = pytest.mark.xdist_group("browser")


def is_form(address):
    return "/visits/new/" in address


def photo(name):
    out = io.BytesIO()
    Image.effect_noise((900, 900), 90).convert("RGB").save(out, "JPEG", quality=95)
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.mark.sampled(of="journeys", one_in=20)
def test_a_matter_is_taken_out_of_the_form_and_those_behind_it_move_up(person):
    cadre = person("author", width=390)
    page = cadre.open("/visits/new/").page
    cadre.tell("三组看了看秧田。")
    for title in ("第一件", "第二件", "第三件"):
        page.click("[data-add-part]")
        part = page.locator(".matter-part").last
        part.locator("input[name$=title]").fill(title)
        part.locator("select[name$=category]").select_option("02")
    page.locator("[data-remove-part]").nth(1).click()
    cadre.check()
    titles = [one.input_value() for one in page.locator("input[name$=title]").all()]
    assert titles == ["第一件", "第三件"]
    assert page.input_value("#id_matters-TOTAL_FORMS") == "2"
    assert page.locator("label[for=id_matters-1-title]").count() == 1

    cadre.save()

    assert "/receipt/" in page.url
    listed = cadre.open("/matters/?tab=all").text()
    assert "第一件" in listed and "第三件" in listed and "第二件" not in listed


@pytest.mark.sampled(of="journeys", one_in=20)
def test_photos_tell_how_far_they_are_and_stay_when_the_line_breaks(person):
    cadre = person("author", width=390)
    page = cadre.open("/visits/new/").page
    cadre.tell("拍了水渠。")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.set_input_files("input[name=photos]", [photo("水渠.jpg"), photo("桥.jpg")])
    page.evaluate(
        """() => { window.said = []; new MutationObserver(() => {
            window.said.push(document.querySelector("[data-saved-state]").textContent);
        }).observe(document.querySelector("[data-saved-state]"), {childList: true}); }"""
    )

    page.route(is_form, lambda route: route.abort())
    page.locator("main form .button-primary").last.click()
    page.wait_for_function("() => window.said.includes('没有保存，请再按一次')")
    assert page.evaluate("document.querySelector('input[name=photos]').files.length") == 2
    assert any("正在上传" in one for one in page.evaluate("window.said"))
    cadre.complaints.clear()
    page.unroute(is_form)

    # Errors are shown with their page; then it is saved and its message shown.
    page.fill("textarea[name=summary]", "")
    cadre.save()
    assert page.is_visible(".error-summary")
    cadre.tell("拍了水渠和桥。")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.set_input_files("input[name=photos]", [photo("水渠.jpg"), photo("桥.jpg")])
    cadre.save()
    assert "7 天内可以更正" in cadre.text()
    assert page.locator("main a[href*='/photos/']").count() == 3
