"""Room for Python's call frames.

Python (3.11 to 3.14) keeps a thread's frames in chunks of 16 KB and returns a chunk to the system
with the last frame in it. If a loop happens to call across the end of a chunk, each call allocates
and frees memory: rendering a page 40 calls deeper took up to 40 % longer. The depth depends on the
server and its middleware, so the cause is hard to see.
"""

from functools import wraps


def with_room(call):
    """Wrap `call` in one large frame: all frames below it share a chunk of 1 MB."""

    def roomy(*args, **kwargs):
        return call(*args, **kwargs)

    # Slots of 8 bytes, so that the frame itself needs more than half of the chunk.
    roomy.__code__ = roomy.__code__.replace(co_stacksize=70_000)
    return wraps(call)(roomy)
