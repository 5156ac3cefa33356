"""A client of a Myriad server: requests and their results, messages, and what they add up to."""

from __future__ import annotations

import asyncio
from typing import Any, Callable, Coroutine

import msgpack
import websockets

from cells import CellView, Entity
from wire import Wire

SUBPROTOCOL = "myriad.v1.msgpack"
# A cell frame has at most 4 MiB; private messages come on top.
MESSAGE_BYTES_MAX = 8 * 1024 * 1024
# The server says something every 5 s (world.clock), so this much silence means that it is gone.
SILENCE_S_MAX = 20.0
# The server is silent about most of what is over the rate: no result is waited for longer.
RESULT_S_MAX = 10.0
ACK_CHECK_S = 0.05

Handler = Callable[[dict[str, Any]], None]


class Closed(Exception):
    """The connection has ended; the text says why."""


class Refused(Exception):
    """The server refused a request; `code` is the name of the result code."""

    def __init__(self, name: str, code: str) -> None:
        super().__init__(f"{name} was refused: {code}")
        self.code = code


class MyriadClient:
    """Made by `connect`. Handlers run between two messages of the server, and never wait."""

    def __init__(self, wire: Wire, socket: Any) -> None:
        self.wire = wire
        self.view = CellView(wire.layout, wire.cell_size_m)
        # Own columns, for example owner["Purse.gold"] == [12].
        self.owner: dict[str, list[float]] = {}
        # The own entity; 0 before session.entered.
        self.me = 0
        self.tick = 0
        self.tick_hz = 20
        self.bytes_received = 0
        self._socket = socket
        self._tasks: set[asyncio.Task[Any]] = set()
        self._seq = 0
        self._results: dict[int, asyncio.Future[str]] = {}
        self._handlers: dict[str, list[Handler]] = {}
        self._pulse = asyncio.Event()
        self._ended = ""
        self._clear_owner()
        self.on("session.result", self._on_result)
        self.on("session.welcome", self._on_welcome)
        self.on("session.entered", self._on_entered)
        self.on("session.closed", self._on_closed)
        self.on("owner.state", self._on_owner_state)
        self.on("owner.changed", self._on_owner_changed)
        self.on("move.teleported", self._on_teleported)

    @classmethod
    async def connect(cls, url: str, wire: Wire) -> MyriadClient:
        """Raises OSError when there is no such server, or it does not let us in."""
        try:
            # The server does not compress, and its session.ack does what pings would do.
            socket = await websockets.connect(
                url,
                subprotocols=[SUBPROTOCOL],
                compression=None,
                max_size=MESSAGE_BYTES_MAX,
                ping_interval=None,
            )
        except websockets.InvalidHandshake as error:
            raise ConnectionError(f"{url} refuses the handshake: {error}") from error
        client = cls(wire, socket)
        client._later(client._read())
        client._later(client._acknowledge())
        return client

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self._socket.close()

    def _later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Runs beside everything else. The loop itself would forget a task that nobody holds."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- what the client says

    async def send(self, name: str, /, **fields: Any) -> int:
        """Sends one message and returns its seq. Its result, if it has one, is dropped."""
        opcode = self.wire.by_name[name]
        values = opcode.encode(fields)
        self._seq += 1
        seq = self._seq
        await self._send_bytes(msgpack.packb([opcode.id, seq, *values]))
        return seq

    async def ask(self, name: str, /, **fields: Any) -> str:
        """Sends a request and waits for its result: the name of a code, or "noAnswer"."""
        result: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        seq = self._seq + 1
        self._results[seq] = result
        try:
            await self.send(name, **fields)
            return await asyncio.wait_for(result, RESULT_S_MAX)
        except asyncio.TimeoutError:
            return "noAnswer"
        finally:
            self._results.pop(seq, None)

    async def request(self, name: str, /, **fields: Any) -> None:
        """As `ask`, but raises Refused for everything but ok."""
        code = await self.ask(name, **fields)
        if code != "ok":
            raise Refused(name, code)

    async def request_for(self, answer: str, name: str, /, **fields: Any) -> dict[str, Any]:
        """The message that answers a request: it comes before the result."""
        heard: list[dict[str, Any]] = []
        handler = heard.append
        self.on(answer, handler)
        try:
            await self.request(name, **fields)
        finally:
            self._handlers[answer].remove(handler)
        if not heard:
            raise Refused(name, f"no {answer}")
        return heard[-1]

    async def _send_bytes(self, data: bytes) -> None:
        if self._ended:
            raise Closed(self._ended)
        try:
            await self._socket.send(data)
        except websockets.ConnectionClosed as gone:
            raise Closed(self._ended or f"the socket is closed: {gone}") from gone

    async def _acknowledge(self) -> None:
        acked = 0
        while not self._ended:
            await asyncio.sleep(ACK_CHECK_S)
            # Once a second of the world, whose ticks are its clock.
            if self.me != 0 and self.tick - acked >= self.tick_hz:
                acked = self.tick
                await self._send_quietly("session.ack", tick=acked)

    async def _send_quietly(self, name: str, /, **fields: Any) -> None:
        """For tasks that nobody waits for: who does wait hears of the end elsewhere."""
        try:
            await self.send(name, **fields)
        except Closed:
            pass

    # --- what the server says

    def on(self, name: str, handler: Handler) -> None:
        """Calls the handler with the fields of every message or cell event of that name."""
        self._handlers.setdefault(name, []).append(handler)

    async def next_message(self) -> None:
        """Waits until another message of the server has been taken in. Raises Closed."""
        if not self._ended:
            try:
                await asyncio.wait_for(self._pulse.wait(), SILENCE_S_MAX)
            except asyncio.TimeoutError:
                self._ended = f"the server has said nothing for {SILENCE_S_MAX:.0f} s"
        if self._ended:
            raise Closed(self._ended)

    async def until(self, condition: Callable[[], bool], world_s: float) -> bool:
        """Waits until a condition holds, or for so many seconds of world time. Does it hold?"""
        end = self.tick + world_s * self.tick_hz
        while not condition():
            if self.tick >= end:
                return False
            await self.next_message()
        return True

    async def _read(self) -> None:
        try:
            async for data in self._socket:
                self._take(data)
        except websockets.ConnectionClosed as gone:
            self._ended = self._ended or f"the socket was closed: {gone}"
        except Exception as error:  # Whoever waits is told what this client could not follow.
            self._ended = f"{type(error).__name__}: {error}"
        self._ended = self._ended or "the server closed the socket"
        self._wake()

    def _take(self, data: bytes) -> None:
        self.bytes_received += len(data)
        tick, *messages = msgpack.unpackb(data)
        self.tick = tick
        for number, *values in messages:
            opcode = self.wire.by_id.get(number)
            if opcode is None:
                continue  # From a newer server.
            fields = opcode.decode(values)
            if opcode.name == "cell.frame":
                events = self.view.apply(fields["bytes"], tick)
                self._tell("cell.frame", {"tick": tick, "bytes": len(fields["bytes"])})
                for event, payload in events:
                    self._tell(event, payload)
            else:
                self._tell(opcode.name, fields)
        self._wake()

    def _tell(self, name: str, fields: dict[str, Any]) -> None:
        for handler in list(self._handlers.get(name, [])):
            handler(fields)

    def _wake(self) -> None:
        """Wakes whoever waits for this message; who waits from now on waits for the next one."""
        pulse, self._pulse = self._pulse, asyncio.Event()
        pulse.set()
        if self._ended:
            for result in self._results.values():
                if not result.done():
                    result.set_exception(Closed(self._ended))

    def _on_result(self, fields: dict[str, Any]) -> None:
        result = self._results.get(fields["seq"])
        if result is not None and not result.done():
            result.set_result(self.wire.code_name(fields["code"]))

    def _on_welcome(self, fields: dict[str, Any]) -> None:
        self.tick_hz = fields["tickHz"]

    def _on_entered(self, fields: dict[str, Any]) -> None:
        self.me = fields["entity"]
        self.view = CellView(self.wire.layout, fields["cellSizeM"])

    def _on_teleported(self, fields: dict[str, Any]) -> None:
        self._later(self._send_quietly("move.teleportAck", counter=fields["counter"]))

    def _on_closed(self, fields: dict[str, Any]) -> None:
        self._ended = f"the server ended the session: {fields['reason']}"

    # --- the own character

    def own(self) -> Entity | None:
        """The own character, which is in its cell like everybody else."""
        return self.view.entities.get(self.me)

    def _clear_owner(self) -> None:
        self.owner = {name: [0] * length for name, length in self.wire.owner.values()}

    def _on_owner_state(self, fields: dict[str, Any]) -> None:
        self._clear_owner()
        for value in fields["values"]:
            self._on_owner_changed(value)

    def _on_owner_changed(self, fields: dict[str, Any]) -> None:
        name, length = self.wire.owner.get((fields["component"], fields["field"]), ("", 0))
        if fields["index"] < length:
            self.owner[name][fields["index"]] = fields["value"]
