"""`make cells`: see cells/run.py."""

import sys

from cells import run

LIMITS = {
    "up and equal": run.UP_SECONDS,
    "equal without nodes and broker": run.EQUAL_SECONDS,
    "equal again": run.EQUAL_SECONDS,
}


def main():
    print("Three cells and a nation:", flush=True)
    measured = run.go()
    missed = False
    for name, seconds in measured.items():
        limit = LIMITS.get(name)
        is_missed = limit is not None and seconds > limit
        missed |= is_missed
        words = f", limit {limit} s{': MISSED' if is_missed else ''}" if limit else ""
        print(f"{name}: {seconds:.1f} s{words}")
    sys.exit(missed)


if __name__ == "__main__":
    main()
