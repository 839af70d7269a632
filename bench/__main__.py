"""`make bench`: each part in its own process, with its table, and a summary of the limits.

python -m bench              all parts except growth; exits with 1 if a limit is missed
python -m bench pages        one of them
BENCH_PROVINCE=small python -m bench pages      on a fiftieth of the province, as a smoke test
"""

import json
import os
import subprocess
import sys
import time
from datetime import datetime
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parent.parent
RESULTS = Path(os.environ.get("PORTAL_VAR", ROOT / "var")) / "bench"
PARTS = {
    "sheet": "The official sheet",
    "divisions": "The national list of divisions",
    "pages": "Lists and text search of a province",
    "wall": "The second wall: lists, counts and searches with policies and without",
    "pairing_pages": "Lists of pairings and support items, and the dashboard's part of them",
    "stays": "Timeline of 5,000 stays",
    "dashboard": "Dashboards of a province and a county, and the roll-up of figures",
    "imports": "A register of 100,000 visits taken in",
    "writers": "Saving a visit with three matters",
    "proposal": "A proposal of who goes where, 3,000 × 1,000",
    "pairing_match": "Who helps whom, 2,000 organs × 20,000 units in need",
    "questionnaire": "A questionnaire of 2,000 questions",
    "sampling": "A draw of 10,000 out of 1,000,000",
    "research_answers": "Results of 100,000 answers to 60 questions",
    "closures": "Limits of the truth of closures, over all possible draws",
    "plans": "The page of a plan of 2,000 tasks, and their count",
    "evaluation": "A cycle of 100,000 cadres with 2,000,000 ballots",
    "door": "The villager's door",
    "sync": "What phones wrote without a signal, taken in",
    # Makes everything due on one day, after which the copy is useless for other parts.
    "reminders": "A morning of reminders",
    "offline": "A phone that starts cold without a signal",
}
# Only measured when named: an hour each.
APART = {"growth": "Ten million visits, in times of a million"}


def run_part(part):
    """Measure here, and keep the results for the parent process."""
    measured = [
        {"part": part, "name": name, "measured": value, "limit": limit, "ok": bool(ok)}
        for name, value, limit, ok in import_module(f"bench.{part}").run()
    ]
    (RESULTS / f"{part}.json").write_text(json.dumps(measured, ensure_ascii=False, indent=1))


def keep(file, found, broken, *, at):
    """Merge the results with those of other runs; each limit has the time of its own run.

    A run narrowed by BENCH_ONLY replaces only the limits that it measured, and marks them; any
    other run replaces its parts completely.
    """
    only = os.environ.get("BENCH_ONLY", "")
    kept = json.loads(file.read_text()) if file.exists() else {"limits": []}
    key = "name" if only else "part"
    replaced = {one[key] for one in found}
    limits = [{"at": kept.get("at", at)} | o for o in kept["limits"] if o[key] not in replaced]
    limits += [one | {"at": at} | ({"only": only} if only else {}) for one in found]
    mended = {one["part"] for one in found}
    broken = sorted((set(kept.get("broken", ())) - mended) | set(broken))
    latest = {"at": at, "limits": limits, "broken": broken}
    file.write_text(json.dumps(latest, ensure_ascii=False, indent=1))


def clear():
    """Drop the copy that the parts share."""
    import_module("bench.pages").clone.clear()


def main(words):
    titles = PARTS | APART
    unknown = set(words) - set(titles)
    if unknown:
        print(f"Parts are {', '.join(titles)}; not {', '.join(sorted(unknown))}.")
        return 2
    RESULTS.mkdir(parents=True, exist_ok=True)
    found, broken = [], []
    inside = [sys.executable, "-m", "bench", "--inside"]
    environment = os.environ | {"BENCH_RUN": f"{os.getpid()} {time.time():.0f}"}
    for part in words or PARTS:
        print(f"\n{titles[part]}\n{'-' * len(titles[part])}", flush=True)
        kept = RESULTS / f"{part}.json"
        kept.unlink(missing_ok=True)
        began = time.monotonic()
        done = subprocess.run([*inside, part], cwd=ROOT, env=environment)
        print(f"{part} took {time.monotonic() - began:.0f} s", flush=True)
        if done.returncode or not kept.exists():
            broken.append(part)
        else:
            found += json.loads(kept.read_text())
    subprocess.run([*inside, "clear"], cwd=ROOT, env=environment)

    print("\nLimits\n------")
    for one in found:
        verdict = "ok" if one["ok"] else "MISSED"
        print(f"{verdict:7} {one['name']}: {one['measured']} (limit {one['limit']})")
    for part in broken:
        print(f"BROKEN  {part}: see above")
    at = datetime.now().astimezone().isoformat(timespec="seconds")
    keep(RESULTS / "latest.json", found, broken, at=at)
    return 1 if broken or not all(one["ok"] for one in found) else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--inside", "clear"]:
        clear()
    elif sys.argv[1:2] == ["--inside"]:
        run_part(sys.argv[2])
    else:
        sys.exit(main(sys.argv[1:]))
