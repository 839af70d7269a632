"""Hand-written HTTP, one request per connection, to distinguish truncated messages from whole
ones."""

import asyncio
import contextlib

from chaos.phone import Answer

# Read by the proxy: some disturbances must last longer than the phone waits.
PATIENCE = "X-Patience"
LONGEST_HEAD = 64 * 1024
BROKEN = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError)


async def ask(port, request, device):
    """Return the Answer to a phone's request; None for silence or a truncated message."""
    try:
        async with asyncio.timeout(request.patience):
            return await _ask(port, request, device)
    except (*BROKEN, TimeoutError):
        return None


async def _ask(port, request, device):
    host = f"127.0.0.1:{port}"
    head = [
        f"{request.method} {request.path} HTTP/1.1",
        f"Host: {host}",
        f"Origin: http://{host}",
        f"Authorization: Portal-Device {device.id}.{device.secret}",
        "X-Portal-Sync: 1",
        f"X-Portal-Unsent: {request.unsent}",
        f"{PATIENCE}: {request.patience}",
        f"Content-Type: {'application/octet-stream' if request.part else 'application/json'}",
        f"Content-Length: {len(request.body)}",
        "Connection: close",
    ]
    async with connected(port) as (reader, writer):
        writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + request.body)
        await writer.drain()
        return read_answer(await whole_message(reader))


@contextlib.asynccontextmanager
async def connected(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=LONGEST_HEAD)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def whole_message(reader):
    """Read head and body, as bytes, of a request or response with a declared length."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = headers_of(head).get("content-length", "")
    if length:
        return head, await reader.readexactly(int(length))
    if head.startswith(b"HTTP/"):
        return head, await reader.read()
    return head, b""


def headers_of(head):
    lines = head.decode("latin-1").split("\r\n")[1:]
    pairs = (line.partition(":") for line in lines if line)
    return {name.strip().lower(): value.strip() for name, _colon, value in pairs}


def read_answer(message):
    head, body = message
    status = int(head.split(b" ", 2)[1])
    return Answer(status, body, headers_of(head))
