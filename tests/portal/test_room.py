"""Room for call frames: calls do not allocate and free memory each time."""

import resource
import threading

import pytest

from portal.run.room import with_room


def leaf(a, b, c, d):
    return a + b + c + d


def loop():
    """Count the page faults of a loop of calls."""
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for n in range(300):
        leaf(n, n, n, n)
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


def at_depth(n, call):
    return at_depth(n - 1, call) if n else call()


def worst(call):
    """The most faults of the loop over all call depths within two chunks of frames."""
    return max(at_depth(n, call) for n in range(400))


def in_a_thread(call):
    """Return `call()` from a new thread, which has no frames above it."""
    found = []
    thread = threading.Thread(target=lambda: found.append(call()))
    thread.start()
    thread.join()
    return found[0]


def test_a_loop_across_the_end_of_a_piece_fetches_no_memory_for_each_call():
    assert in_a_thread(lambda: worst(loop)) > 100
    assert in_a_thread(lambda: worst(with_room(loop))) < 30


def test_it_is_called_as_before():
    assert with_room(leaf)(1, 2, c=3, d=4) == 10
    with pytest.raises(TypeError):
        with_room(leaf)(1)
