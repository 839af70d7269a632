"""Imports go one way, from oversight down to portal; nobody imports the wiring."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

pytestmark = pytest.mark.each_run

ROOT = Path(__file__).resolve().parent.parent
ORDER = [
    "portal",
    "outreach",
    "neighbours",
    "works",
    "research",
    "sync",
    "api",
    "pairing",
    "evaluation",
    "oversight",
    "nation",
    "demo",
]
# portal's own files that join the apps.
WIRING = {"settings.py", "celery.py", "wsgi.py", "serve.py"}


def imported_apps(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)


@pytest.mark.parametrize("app", ORDER)
def test_an_app_uses_only_the_apps_below_it(app):
    above = set(ORDER[ORDER.index(app) + 1 :])
    files = [p for p in (ROOT / app).rglob("*.py") if not (app == "portal" and p.name in WIRING)]

    assert {f"{p}: {name}" for p in files for name in imported_apps(p) if name in above} == set()


def test_two_apps_of_one_level_do_not_use_each_other():
    pair = {"neighbours", "works"}
    found = {
        f"{path}: {name}"
        for app in pair
        for path in (ROOT / app).rglob("*.py")
        for name in imported_apps(path)
        if name in pair - {app}
    }

    assert found == set()


def test_nothing_needs_the_phones():
    """Installations without offline entry need nothing of sync; only the demo imports it, to fill
    it."""
    files = [
        path for app in ORDER if app not in {"sync", "demo"} for path in (ROOT / app).rglob("*.py")
    ]

    assert [path for path in files if "sync" in imported_apps(path)] == []


def files_imported(path, files):
    """Yield those of our own files that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (files.get(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield files.get(f"{node.module}.{alias.name}", files.get(node.module))


def test_no_files_import_each_other_in_a_circle():
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for app in ORDER
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts
    }

    TopologicalSorter(
        {path: set(files_imported(path, files)) - {None, path} for path in files.values()}
    ).prepare()


def test_settings_are_reached_through_django_alone():
    offenders = [
        str(path)
        for app in ORDER
        for path in (ROOT / app).rglob("*.py")
        # The settings of the practice area are the portal's, except for what leads to it.
        if path.name != "practice_settings.py"
        and (
            "from portal.settings" in path.read_text()
            or "import portal.settings" in path.read_text()
        )
    ]

    assert offenders == []


def test_rows_are_locked_in_one_way():
    files = [path for app in ORDER for path in (ROOT / app).rglob("*.py")]

    assert [path for path in files if "select_for_update" in path.read_text()] == [
        ROOT / "portal" / "tools" / "locking.py"
    ]


def test_rules_never_name_a_role():
    rooms = [path for app in ORDER[1:] for path in (ROOT / app).glob("rules/*.py")]
    assert rooms
    for path in rooms:
        names = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        assert "Role" not in names, path


def test_templates_hold_no_inline_script_style_or_handler():
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+\s*=|\sstyle\s*=", re.I)
    found = {
        f"{path}:{number}"
        for path in (ROOT / "templates").rglob("*.html")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if inline.search(line)
    }

    assert found == set()


COMMENTS = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.S)
# Features of Chromium 87 and later: older browsers silently ignore them or abort the script.
YOUNGER = {
    "css": re.compile(
        # Selectors: relative ones, lists inside others, states.
        r":has\(|:is\(|:where\(|:not\([^()]*,|:dir\(|:modal|:user-(?:in)?valid|:popover-open|^\s*&"
        # At-rules, and widths of windows written as comparisons.
        r"|@container|@layer|@scope|@starting-style|@media[^{]*\([^)]*[<>]"
        # Properties.
        r"|\binset(?:-block|-inline)?:|\baspect-ratio:|\baccent-color:|\bscrollbar-gutter:"
        r"|\btext-wrap:|\b(?:margin|padding)-(?:inline|block):|(?<![-\w])(?:translate|rotate|scale):"
        r"|\boverflow(?:-[xy])?:\s*clip|\bfield-sizing:|\bforced-color-adjust:|\binterpolate-size:"
        # Values.
        r"|color-mix\(|\b(?:ok)?l(?:ab|ch)\(|\bhwb\(|\blight-dark\(|\bround\(|\d[sdl]v[hwib]\b",
        re.M,
    ),
    "js": re.compile(
        r"\bstructuredClone\b|\brandomUUID\b|\.at\(|\bObject\.(?:hasOwn|groupBy)\b|\.findLast"
        r"|\.to(?:Sorted|Reversed|Spliced)\b|\.with\(|\bAbortSignal\.(?:timeout|any)\b|\bstatic \{"
        r"|\bIntl\.(?:Segmenter|DurationFormat|ListFormat\.supported)|\bPromise\.withResolvers\b"
        r"|\.checkVisibility\b|\.showPicker\b|\.(?:show|hide|toggle)Popover\b|\.inert\b"
        r"|\bcause:|\bcontentVisibilityAutoStateChange\b|\bCompressionStream\b|\.isWellFormed\b"
        r"|\bArray\.fromAsync\b|\bonscrollend\b|^await\b",
        re.M,
    ),
    "html": re.compile(r"<[^>]*\s(?:inert|popover|popovertarget|commandfor)[\s=>]"),
}


@pytest.mark.parametrize(
    ("kind", "folder"), [("css", "static"), ("js", "static"), ("html", "templates")]
)
def test_nothing_is_younger_than_chromium_86(kind, folder):
    files = sorted((ROOT / folder).rglob(f"*.{kind}"))
    found = {
        f"{path.relative_to(ROOT)}: {seen.group().strip()}"
        for path in files
        for seen in YOUNGER[kind].finditer(COMMENTS.sub("", path.read_text()))
    }

    assert files
    assert found == set()


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("css", "a:not(.one, .two) { color: red; }"),
        ("css", "@media (width > 900px) { a { color: red; } }"),
        ("css", "a { margin-inline: 4px; }"),
        ("css", "main { min-height: 100dvh; }"),
        ("js", "const last = list.at(-1);"),
        ("js", "const key = crypto.randomUUID();"),
        ("html", '<div class="menu" popover>'),
    ],
)
def test_what_is_younger_is_found(kind, line):
    assert YOUNGER[kind].search(line)


def test_what_was_sent_is_read_in_one_place():
    """portal/tools/asked.py parses sent values into numbers and days. Templates must not call
    methods of request.GET or request.POST, since a parameter may be called `items`."""
    reading = re.compile(r"(?<!\bc)\.is(?:digit|numeric|decimal)\(|fromisoformat\(|parse_date\(")
    rooms = ("views", "forms", "filters")
    code = [
        path
        for app in ORDER
        for path in (ROOT / app).rglob("*.py")
        if path.parent.name in rooms or path.name.endswith("_forms.py") or path.name == "web.py"
    ]
    asking = re.compile(r"request\.(?:GET|POST)\.(?:items|lists|keys|values|urlencode|dict)\b")
    found = {str(path) for path in code if reading.search(path.read_text())}
    found |= {
        str(path)
        for path in (ROOT / "templates").rglob("*.html")
        if asking.search(path.read_text())
    }

    assert found == set()


# Where the clock may be read: requests, tasks, commands, sign-in, and the drawing of pages.
EDGES = (
    *("/views/", "/door/views", "/tasks.py", "/management/", "/templatetags/", "/middleware.py"),
    *("portal/pages/accounts.py", "portal/celery.py", "portal/settings.py", "/migrations/"),
    *("portal/sign_in/", "portal/pages/named_networks.py"),
    *("portal/pages/cells.py", "portal/pages/listings.py", "/listings/"),  # draw rows of lists
    "portal/pages/renderer.py",  # hands it to the templates
    "api/v1/gate.py",  # answers the calls of other systems
    "portal/pages/acts.py",  # answers the requests of all acts
    "portal/pages/drafts.py",  # answers what a page sends while somebody types
    "evaluation/door/words.py",  # the page with the form for the unit's word
)
CLOCK_READS = re.compile(
    r"timezone\.now\b|timezone\.localdate\(\)|timezone\.localtime\(\)|\bdate\.today\b"
    r"|\bdatetime\.(now|utcnow)\b|\btime\.time\(\)|\bNow\(\)"
    # Template tags read it for the page that they draw.
    r"|\bportal\.(templatetags|pages\.cells)\b|^from portal\.pages import .*\bcells\b"
)


@pytest.mark.parametrize("app", ORDER)
def test_the_clock_is_read_at_the_edge_alone(app):
    """Everything else takes `on=` or `at=`, or the day of the user who acts."""
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / app).rglob("*.py"))
        if not any(edge in str(path) for edge in EDGES)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if CLOCK_READS.search(line)
    ]

    assert found == []


def test_a_view_takes_the_day_of_who_asks():
    """Rules use `user.today`; if the clock were read again, it might have passed midnight."""
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for app in ORDER
        for path in sorted((ROOT / app / "views").glob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "timezone.localdate()" in line
    ]

    assert found == []
