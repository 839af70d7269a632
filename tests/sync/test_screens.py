"""The screens of the phone, in Node and without a browser (screen.js): what is typed is neither
lost nor sent twice."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings

SCRIPTS = Path(settings.BASE_DIR) / "static" / "js"
LINE = {"name": "text", "label": "text", "as": "lines", "required": True}
STEP = [
    {"kind": "me", "id": "me", "row": {"kinds": ["step"], "limits": {}}},
    {"kind": "matter", "id": "7", "row": {"title": "Road", "number": "1", "moves": ["note"]}},
    {"kind": "form", "id": "note", "row": {"fields": [LINE]}},
]
UNITS = [
    {"kind": "unit", "id": "3", "row": {"name": "Willow", "above": "Stone", "kind": "village"}},
    {"kind": "unit", "id": "4", "row": {"name": "Plum", "above": "Stone", "kind": "village"}},
]
VISIT = [
    {"kind": "me", "id": "me", "row": {"kinds": ["visit"], "limits": {}}},
    *UNITS,
    {"kind": "cadre", "id": "11", "row": {"name": "Li"}},
    {
        "kind": "form",
        "id": "visit",
        "row": {
            "fields": [
                {"name": "unit", "label": "unit", "as": "unit", "required": True},
                {"name": "summary", "label": "summary", "as": "lines", "required": True},
                {"name": "companions", "label": "companions", "as": "cadres"},
                {
                    "name": "campaigns",
                    "label": "campaigns",
                    "as": "several",
                    "choices": [["5", "A"]],
                },
            ]
        },
    },
    {
        "kind": "visit",
        "id": "9",
        "row": {
            "label": "Willow",
            "kind": "village",
            "fields": {"summary": ["was"], "companions": ["10", "11"], "campaigns": ["2"]},
        },
    },
]


def tried(script, rows):
    return json.loads(
        in_node(Path(__file__).with_name("screen.js"), SCRIPTS, script, json.dumps(rows))
    )


def in_node(*given):
    beside = Path(sys.executable).parent  # an environment may contain a Node of its own
    node = shutil.which("node", path=f"{os.environ['PATH']}:{beside}")
    run = subprocess.run([node, *given], capture_output=True, text=True, timeout=60, check=False)
    assert not run.returncode, run.stderr
    return run.stdout


def test_a_stored_entry_leaves_no_draft():
    """Its draft, kept a moment after the last key, would come back and be sent again."""
    script = """
        await phone.open("#step/7/note");
        await phone.type("text", "Done");
        await phone.store();
        await phone.soon(null, 1200);
        return [phone.written.length, [...phone.drafts.keys()]];
    """
    assert tried(script, STEP) == [1, []]


def test_what_was_typed_of_a_step_is_there_again():
    script = """
        await phone.open("#step/7/note");
        await phone.type("text", "Half of it");
        await phone.soon(null, 1200);
        await phone.open("#today");
        await phone.open("#step/7/note");
        return phone.input("text").value;
    """
    assert tried(script, STEP) == "Half of it"


def test_nothing_is_stored_twice_by_a_second_tap():
    script = """
        await phone.open("#step/7/note");
        await phone.type("text", "Done");
        await Promise.all([phone.store(), phone.store()]);
        return phone.written.length;
    """
    assert tried(script, STEP) == 1


def test_an_error_after_storing_does_not_ask_to_store_again():
    script = """
        offline.dropDraft = async () => { throw new Error("busy"); };
        await phone.open("#step/7/note");
        await phone.type("text", "Done");
        await phone.store();
        return [phone.written.length, Boolean(phone.main.querySelector("[data-stored]"))];
    """
    assert tried(script, STEP) == [1, True]


def test_a_chosen_unit_stays_when_its_field_is_touched():
    script = """
        await phone.open("#visit");
        await phone.input("unit").focus();
        phone.field("unit").querySelector("button").click();
        await phone.input("unit").focus();
        await phone.type("summary", "Seen");
        await phone.store();
        const { unit, unit_text: text } = phone.written[0].fields;
        return [unit, text];
    """
    assert tried(script, VISIT) == [["3"], None]


def test_a_correction_keeps_what_the_phone_cannot_show():
    """A companion who has left and a campaign that is over have no chip."""
    script = """
        await phone.open("#visit-correct/9");
        await phone.type("summary", "is");
        await phone.store();
        return [phone.written[0].fields, phone.written[0].base];
    """
    assert tried(script, VISIT) == [{"summary": ["is"]}, {"summary": ["was"]}]


def test_a_correction_taken_up_again_is_compared_with_what_its_writer_saw():
    script = """
        await phone.open("#visit-correct/9");
        await phone.type("summary", "is");
        await phone.soon(null, 1200);
        await phone.open("#today");
        phone.rows.find((one) => one.kind === "visit").row.fields.summary = ["somebody else"];
        await phone.open("#visit-correct/9");
        const shown = phone.input("summary").value;
        await phone.store();
        return [shown, phone.written[0].fields, phone.written[0].base];
    """
    assert tried(script, VISIT) == ["is", {"summary": ["is"]}, {"summary": ["was"]}]


SENDER = """
    const vm = require("vm"), fs = require("fs");
    const waiting = { id: "1", state: "waiting", next: 0, parts: [], letter: "", tries: 0 };
    const offline = {
        get: async () => ({ device: "phone", stopped: "401" }),
        entries: async () => [waiting], unsent: async () => ({ count: 1, help: 0 }), tell() {},
    };
    const locks = { request: (name, how, work) => work({}) };
    const self = { offline };
    vm.runInNewContext(fs.readFileSync(process.argv[1], "utf8"), {
        self, navigator: { locks }, setTimeout, clearTimeout, Date, Math, Number, Map, Error,
    });
    const late = new Promise((done) => setTimeout(done, 500, "runs on"));
    Promise.race([offline.send().then(() => "rests"), late]).then((said) => {
        process.stdout.write(said);
        process.exit(0);
    });
"""


def test_the_sender_rests_once_the_portal_refuses_the_phone():
    """It would go round for ever with an entry that it may not send."""
    assert in_node("-e", SENDER, SCRIPTS / "offline" / "sender.js") == "rests"
