"""The connection: a TCP proxy on loopback, with a separate port for each phone."""

import asyncio
import contextlib
import itertools
import socket
import struct
from dataclasses import replace

from chaos import line
from chaos.toxics import STRANGERS

PIECES = 24


class Proxy:
    def __init__(self, upstream, dealer):
        self.upstream, self.dealer = upstream, dealer
        self.servers, self.running = [], set()

    async def open(self, phone):
        """Open a port for this phone, and return its number."""
        numbers = itertools.count(1)

        async def serve(reader, writer):
            self._keep(asyncio.current_task())
            with contextlib.suppress(*line.BROKEN):
                await self._pass_on(reader, writer, phone, next(numbers))
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

        server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=line.LONGEST_HEAD)
        self.servers.append(server)
        return server.sockets[0].getsockname()[1]

    def _keep(self, task):
        """Keep a reference to a task, which could otherwise be garbage-collected while it waits."""
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def settle(self):
        """Wait until everything in transit has arrived, including late copies."""
        while self.running:
            await asyncio.wait(self.running)

    async def close(self):
        for server in self.servers:
            server.close()
        for task in list(self.running):
            task.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)

    # One request ------------------------------------------------------------------------------

    async def _pass_on(self, reader, writer, phone, number):
        toxic = self.dealer.deal(phone, number)
        if toxic.name == "down":
            return
        head, body = await line.whole_message(reader)
        patience = float(line.headers_of(head)[line.PATIENCE.lower()])
        toxic = replace(toxic, seconds=toxic.patiences * patience)
        if toxic.name == "timeout":
            await asyncio.sleep(toxic.seconds)
            return
        if toxic.name == "portal":
            await _say(writer, *STRANGERS[int(toxic.share * len(STRANGERS))])
            return
        if toxic.deed:
            head = head[:-2] + f"X-Chaos: {toxic.deed}\r\n\r\n".encode()
        message = head + body
        if toxic.name in ("reset up", "limit up"):
            await self._break_off(message, toxic)
            if toxic.name == "reset up":
                _reset(writer)
            return
        if toxic.name in ("latency", "reorder"):
            await asyncio.sleep(toxic.seconds)
        answer = await self._fetch(message, toxic)
        if toxic.name == "late copy":
            self._keep(asyncio.create_task(self._again_later(message, toxic)))
        if answer is not None:
            await self._answer(writer, answer, toxic)

    async def _fetch(self, message, toxic):
        """Return the portal's response as bytes; None if there was none."""
        if toxic.name == "twice at once":
            both = await asyncio.gather(self._ask(message), self._ask(message))
            return both[toxic.share < 0.5]
        answer = await self._ask(message, toxic)
        if toxic.name == "twice":
            answer = await self._ask(message) or answer
        return answer

    async def _ask(self, message, toxic=None):
        try:
            async with line.connected(self.upstream) as (reader, writer):
                await _write(writer, message, toxic)
                return b"".join(await line.whole_message(reader))
        except line.BROKEN:
            return None

    async def _again_later(self, message, toxic):
        await asyncio.sleep(toxic.seconds * 8)
        await self._ask(message)

    async def _break_off(self, message, toxic):
        """Deliver only a part of the request."""
        with contextlib.suppress(*line.BROKEN):
            async with line.connected(self.upstream) as (_reader, writer):
                writer.write(message[: int(toxic.share * len(message))])
                await writer.drain()
                await asyncio.sleep(toxic.seconds)
                if toxic.name == "reset up":
                    _reset(writer)

    async def _answer(self, writer, answer, toxic):
        if toxic.name == "lost answer":
            await asyncio.sleep(toxic.seconds)
        elif toxic.name == "gateway":
            await _say(writer, 502, "<html>502 Bad Gateway</html>")
        elif toxic.name in ("reset down", "limit down"):
            writer.write(answer[: int(toxic.share * len(answer))])
            await writer.drain()
            if toxic.name == "reset down":
                _reset(writer)
        else:
            if toxic.name == "latency":
                await asyncio.sleep(toxic.seconds)
            await _write(writer, answer, toxic)
            if toxic.name == "slow close":
                await asyncio.sleep(toxic.seconds)


async def _write(writer, message, toxic=None):
    """Write the message whole, in small pieces, or slowly."""
    name = toxic.name if toxic else ""
    if name not in ("slicer", "bandwidth"):
        writer.write(message)
        await writer.drain()
        return
    size = 1 + len(message) // PIECES
    pause = 0 if name == "slicer" else toxic.seconds / PIECES
    for at in range(0, len(message), size):
        writer.write(message[at : at + size])
        await writer.drain()
        await asyncio.sleep(pause)


async def _say(writer, status, text):
    """Send a response that does not come from the portal."""
    body = text.encode()
    where = "Location: http://10.0.0.1/login\r\n" if status == 302 else ""
    writer.write(
        f"HTTP/1.1 {status} Stranger\r\nContent-Type: text/html\r\n{where}"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    await writer.drain()


def _reset(writer):
    """Close with RST, like a router that has forgotten the connection."""
    one = writer.get_extra_info("socket")
    if one is not None:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
