"""The first steps in an empty installation, page by page."""

from tests.browser.conftest import Person
from tests.people import PASSWORD

LISTS = {
    "provinces.csv": ("code,name", "99,云川省"),
    "cities.csv": ("code,name,provinceCode", "9901,岚江市,99"),
    "areas.csv": ("code,name,cityCode,provinceCode", "990101,云岭县,9901,99"),
    "streets.csv": ("code,name,areaCode,provinceCode,cityCode", "990101001,石桥镇,990101,99,9901"),
    "villages.csv": (
        "code,name,streetCode,provinceCode,cityCode,areaCode",
        "990101001201,柳湾村村民委员会,990101001,99,9901,990101",
        "990101001202,东坪村村民委员会,990101001,99,9901,990101",
    ),
}


def printed_codes(stack):
    """{user name: code} of the first three administrators."""
    lines = stack.do("first_administrators").splitlines()[:3]
    return dict(line.split("\t")[1:] for line in lines)


def load_divisions(stack, folder):
    for name, lines in LISTS.items():
        (folder / name).write_text("\n".join(lines) + "\n")
    stack.do("load_divisions", str(folder))


def arrive(stack, chromium, username, code, **screen):
    """Sign in with the printed code and choose a password; the front page comes next."""
    person = Person(stack, chromium, username, **screen).sign_in(code)
    for name in ("oldpassword", "password1", "password2"):
        person.page.fill(f"input[name={name}]", code if name == "oldpassword" else PASSWORD)
    return person.save()


def next_step(person):
    """Go back to the start page and press the button of the user's next step."""
    person.open("/")
    person.follow(person.page.locator("[aria-current=step] .button-primary"))
    return person


def use_the_least(office):
    """Choose nothing beyond visits and the ledger, for now."""
    next_step(office)
    ticks = office.page.locator("main input[name=codes]")
    assert ticks.count() > 10
    assert not office.page.locator("main input[name=codes]:checked").count()
    office.press("保存选择")


def use_all(office):
    """Choose all of the portal's uses, which asks for a confirmation."""
    next_step(office)
    for tick in office.page.locator("main input[name=codes]").all():
        tick.check()
    office.press("保存选择")
    office.press("确定，现在起生效")


def make_account(system, username, name="", cadre=""):
    """Make an account; return the password on its slip."""
    return fill_account(next_step(system), username, name, cadre)


def fill_account(system, username, name="", cadre=""):
    system.page.fill("input[name=username]", username)
    if name:
        system.page.fill("input[name=name]", name)
    if cadre:
        system.pick("cadre", cadre)
    return system.save().page.inner_text(".one-time")


def give_role(security, name, role, within=""):
    """Give a role to the one account that has none yet."""
    fill_role(next_step(security), name, role, within)


def fill_role(security, name, role, within=""):
    """Give a role, going through the list of accounts that have none."""
    security.page.click(f"main td >> text={name}")
    security.press("授予角色")
    security.page.select_option("select[name=role]", role)
    if within:
        security.pick("organ", within)
    security.save()
