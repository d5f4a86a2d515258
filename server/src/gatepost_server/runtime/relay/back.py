"""The relay's connection to the app: one response at a time, then kept for the next."""

import asyncio
import socket
from typing import Protocol, cast

import httptools

from gatepost_server.runtime.relay.head import UNSENT

HIGH_WATER = 256 * 1024
INTERIM = range(100, 200)
SWITCHING = 101
BODILESS = frozenset({204, 304})


class Receiver(Protocol):
    """What a back connection tells about a response."""

    def on_response(self, *, status: int, is_stream: bool) -> None:
        """Note the final head: its status, and whether it opens an event stream."""

    def on_response_bytes(self, data: bytes) -> None:
        """Pass bytes on to the caller."""

    def on_response_end(self, *, reusable: bool) -> None:
        """Note the end of the response, after its last bytes."""

    def on_back_lost(self, *, is_clean: bool) -> None:
        """Note that the app closed; *is_clean* when that was how its response ends."""

    def on_back_full(self, *, is_full: bool) -> None:
        """Stop, or go on, sending to the app."""


class Back(asyncio.Protocol):
    """Parses responses only for their ends; the bytes pass through as they are."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self.transport: asyncio.Transport
        self._sock: socket.socket | None = None
        self.idle_since = 0.0
        self.is_open = False
        self.is_used = False
        self._is_dropped = False
        self._is_tunnel = False
        self._is_waiting = False
        self._has_bytes = False
        self._ends_by_close = True
        self._head_only = False
        self._is_ended = False
        self._is_final = False
        self._is_stream = False
        self._keeps_alive = False
        self._status = 0
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's do not inherit
        self.transport.set_write_buffer_limits(high=HIGH_WATER)
        sock = transport.get_extra_info("socket")
        self._sock = sock if sock is not None and sock.family != socket.AF_UNIX else None
        self.is_open = True

    def expect(self, *, head_only: bool) -> None:
        """Get ready for the response to the request that is about to be written."""
        self._parser = httptools.HttpResponseParser(self)
        self._head_only = head_only
        self._is_waiting, self._has_bytes = True, False
        self._begin()

    def _begin(self) -> None:
        self._ends_by_close, self._is_stream = True, False
        self._is_ended = self._is_final = False
        self._status = 0

    def drop(self) -> None:
        """Close at once; the receiver, who may talk to another one by then, hears no more of it."""
        self._is_dropped = True
        self.transport.abort()

    @property
    def has_answered(self) -> bool:
        """True once any byte of the response has come."""
        return self._has_bytes

    def data_received(self, data: bytes) -> None:
        """Pass on what the app sends."""
        if self._sock is not None:
            # The app's Nagle would wait 40 ms for our delayed ACK otherwise (Streamlit, plumber).
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        if self._is_tunnel:
            self._receiver.on_response_bytes(data)
            return
        if not self._is_waiting:
            self.transport.abort()  # bytes nobody asked for: never let them meet a later request
            return
        self._has_bytes = True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._is_tunnel = self._status == SWITCHING
        except httptools.HttpParserError:
            self.transport.abort()
            return
        if self._is_final and not self._is_tunnel and self._status:
            self._receiver.on_response(status=self._status, is_stream=self._is_stream)
            self._is_final = False
        elif self._is_tunnel:
            self._receiver.on_response(status=SWITCHING, is_stream=False)
        self._receiver.on_response_bytes(data)
        if self._is_ended and not self._is_tunnel:
            self._finish()

    def _finish(self) -> None:
        self._is_waiting, self.is_used = False, True
        self._receiver.on_response_end(reusable=self._keeps_alive and not self._ends_by_close)

    # httptools' callbacks

    def on_message_begin(self) -> None:
        """Refuse a second response to one request."""
        if self._is_ended:
            msg = "more than one response"
            raise ValueError(msg)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note how the body will end; take from no app what only a relay may say."""
        lower = name.lower()
        if lower == UNSENT:
            msg = "the gate would send the request again"
            raise ValueError(msg)
        if lower in (b"content-length", b"transfer-encoding"):
            self._ends_by_close = False
        elif lower == b"content-type":
            self._is_stream = value.lower().startswith(b"text/event-stream")

    def on_headers_complete(self) -> None:
        """Note the status; a final head may be all there is."""
        self._status = self._parser.get_status_code()
        if self._status in INTERIM and self._status != SWITCHING:
            return
        self._is_final = True
        self._keeps_alive = bool(self._parser.should_keep_alive())  # later it forgets the headers
        if self._head_only or self._status in BODILESS:
            self._ends_by_close = False
            self._is_ended = True

    def on_message_complete(self) -> None:
        """Note the end; an interim answer is none."""
        if self._status in INTERIM and self._status != SWITCHING:
            self._begin()
            return
        self._is_ended = True

    # asyncio's

    def pause_writing(self) -> None:
        """Let the gate wait."""
        self._receiver.on_back_full(is_full=True)

    def resume_writing(self) -> None:
        """Let the gate go on."""
        self._receiver.on_back_full(is_full=False)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the receiver."""
        self.is_open = False
        if self._is_dropped:
            return
        is_clean = self._is_tunnel or (exc is None and self._status != 0 and self._ends_by_close)
        self._receiver.on_back_lost(is_clean=is_clean)


class Dialer(Protocol):
    """Opens connections to the app."""

    async def __call__(self, receiver: Receiver) -> Back:
        """Connect to the app.

        Raises:
            OSError: nobody listens.
        """
        ...
