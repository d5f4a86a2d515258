"""The relay's connection to the gate: one request at a time, streamed both ways."""

import asyncio
import time
from typing import cast

import httptools

from gatepost_server.runtime.relay import head
from gatepost_server.runtime.relay.back import HIGH_WATER, SWITCHING, Back, Dialer
from gatepost_server.runtime.relay.exchanges import Exchange, Ledger
from gatepost_server.runtime.relay.measure import Measure
from gatepost_server.runtime.relay.static import StaticSite

STALE_AFTER = 1.0
LINGER = 1.0


class Front(asyncio.Protocol):
    """Takes requests from the gate and has them answered by the app or the static site."""

    def __init__(self, ledger: Ledger, *, dial: Dialer, static: StaticSite | None, body: Measure) -> None:
        self._ledger = ledger
        self._dial = dial
        self._static = static
        self._body = body
        self.transport: asyncio.Transport
        self._parser = httptools.HttpRequestParser(self)
        self._back: Back | None = None
        self._exchange: Exchange | None = None
        self._dialing: asyncio.Task[None] | None = None
        self._sending: asyncio.Task[None] | None = None
        self._drained = asyncio.Event()
        self._drained.set()
        self._url = b""
        self._headers: head.Headers = []
        self._head = b""
        self._method = b"GET"
        self._out: list[bytes] = []
        self._is_upgrade = self._is_tunnel = self._is_chunked = self._has_body = False
        self._is_received = self._is_answering = self._is_retried = False
        self._is_lost = self._is_refused = False

    # asyncio's

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's do not inherit
        self.transport.set_write_buffer_limits(high=HIGH_WATER)

    def data_received(self, data: bytes) -> None:
        """Read what the gate sends."""
        if self._is_tunnel and self._back is not None:
            self._back.transport.write(data)
            return
        if self._is_refused:
            return  # the caller has yet to read why
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            rest = data[upgrade.args[0] :]
            if rest:
                self._out.append(rest)
        except httptools.HttpParserError:
            self._refuse(head.TOO_LONG if self._body.is_too_long else head.UNREADABLE)
            return
        self._flush()

    def pause_writing(self) -> None:
        """Let the app wait: the gate takes no more for now."""
        self._drained.clear()
        if self._back is not None and self._back.is_open:
            self._back.transport.pause_reading()

    def resume_writing(self) -> None:
        """Let the app go on."""
        self._drained.set()
        if self._back is not None and self._back.is_open:
            self._back.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 — asyncio's
        """Let go of the app: nobody waits for its answer."""
        self._is_lost = True
        self._drained.set()
        for task in (self._dialing, self._sending):
            if task is not None:
                task.cancel()
        if self._back is not None and self._back.is_open:
            if self._is_tunnel:
                self._back.transport.close()
            else:
                self._back.transport.abort()
        self._end_exchange()

    # httptools' callbacks

    def on_message_begin(self) -> None:
        """Begin a request."""
        if self._exchange is not None:
            msg = "the gate sends one request at a time"
            raise ValueError(msg)
        self._url, self._headers, self._out = b"", [], []
        self._body.begin()
        self._is_upgrade = self._is_received = self._is_answering = self._is_retried = False

    def on_url(self, url: bytes) -> None:
        """Collect the target."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect a header."""
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Enter the exchange and write the head for the app."""
        self._method = self._parser.get_method()
        self._is_upgrade = bool(self._parser.should_upgrade())
        self._has_body = head.has_body(self._headers)
        self._is_chunked = head.is_chunked(self._headers)
        self._exchange = self._ledger.begin(head.ground_of(self._headers), self._cut)
        if self._static is None:
            self._head = head.request_head(self._method, self._url, self._headers)
            self._out.append(self._head)

    def on_body(self, body: bytes) -> None:
        """Pass a piece of the body on, as far as it may go."""
        self._body.count(body)
        if self._static is None:
            self._out.append(b"%x\r\n%b\r\n" % (len(body), body) if self._is_chunked else body)

    def on_message_complete(self) -> None:
        """End the request."""
        self._is_received = True
        if self._static is not None:
            self._sending = asyncio.get_running_loop().create_task(self._send_file(self._static))
        elif self._is_chunked:
            self._out.append(b"0\r\n\r\n")

    # to the app

    def _flush(self) -> None:
        """Send what has been read on to the app, connecting first where needed."""
        if not self._out or self._exchange is None:
            return
        if self._dialing is not None:
            self.transport.pause_reading()  # the head waits for its connection, the body with it
            return
        back = self._back
        if back is None or not back.is_open:
            self._start_dialing()
        elif self._is_answering:
            back.transport.write(b"".join(self._out))
            self._out.clear()
        elif self._method not in head.SAFE_TO_REPEAT and time.monotonic() - back.idle_since > STALE_AFTER:
            self._forget_back()  # the app may be closing it just now, and this cannot be sent twice
            self._start_dialing()
        else:
            self._speak(back)

    def _start_dialing(self) -> None:
        self.transport.pause_reading()
        self._dialing = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        try:
            self._back = await self._dial(self)
        except OSError as error:
            self._dialing = None
            self._refuse(head.not_there(error))
            return
        self._dialing = None
        if self._exchange is None or self._is_lost:
            self._forget_back()
            return
        self._speak(self._back)
        self.transport.resume_reading()

    def _speak(self, back: Back) -> None:
        back.expect(head_only=self._method == b"HEAD")
        self._is_answering = True
        back.transport.write(b"".join(self._out))
        self._out.clear()

    def _forget_back(self) -> None:
        back, self._back = self._back, None
        if back is not None and back.is_open:
            back.drop()

    # from the app (Receiver)

    def on_response(self, *, status: int, is_stream: bool) -> None:
        """Note what kind of answer comes."""
        if self._exchange is None:
            return
        self._ledger.note(status)
        if status == SWITCHING:
            self._is_tunnel = self._is_upgrade
            if not self._is_upgrade:
                self.transport.abort()
        if is_stream or status == SWITCHING:
            self._exchange.is_open_ended = True

    def on_response_bytes(self, data: bytes) -> None:
        """Pass bytes on to the gate."""
        if not self._is_lost:
            self.transport.write(data)

    def on_response_end(self, *, reusable: bool) -> None:
        """End the exchange; keep the connections where both sides may."""
        if self._back is not None:
            self._back.idle_since = time.monotonic()
        if not self._is_received or self._is_upgrade:
            reusable = False  # the rest of the request has nowhere to go
        self._end_exchange()
        if not reusable:
            self._forget_back()
            self.transport.close()

    def on_back_lost(self, *, is_clean: bool) -> None:
        """Answer for an app that closed."""
        back, self._back = self._back, None
        if self._exchange is None or self._is_lost:
            return
        if self._is_tunnel or is_clean:
            self._end_exchange()
            self.transport.close()
        elif back is None or back.has_answered:
            self._end_exchange()
            self.transport.abort()  # cut short: the caller must see that it is not whole
        elif back.is_used and not self._is_retried and not self._has_body:
            self._is_retried = True
            self._is_answering = False
            self._out = [self._head]
            self._start_dialing()
        else:
            self._refuse(head.NO_ANSWER)

    def on_back_full(self, *, is_full: bool) -> None:
        """Let the gate wait while the app takes no more."""
        if self._is_lost:
            return
        if is_full:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()

    # endings

    def _refuse(self, why: head.Refusal) -> None:
        is_cut_short = self._is_answering and self._back is not None and self._back.has_answered
        self._end_exchange()
        self._forget_back()
        if self._is_lost or is_cut_short:
            self.transport.abort()
            return
        self._ledger.note(why.status)
        self._is_refused = True
        self.transport.write(head.refusal(why, is_head=self._method == b"HEAD"))
        # Closed at once, what is still being sent would hide the answer.
        self.transport.resume_reading()
        asyncio.get_running_loop().call_later(0 if self._is_received else LINGER, self.transport.close)

    def _cut(self, reason: str) -> None:
        """End this exchange at once: its ground is gone."""
        is_tunnel, was_lost = self._is_tunnel, self._is_lost
        self._end_exchange()
        self._forget_back()
        if was_lost:
            return
        if is_tunnel:
            self.transport.write(head.close_frame(reason))
            self.transport.close()
            asyncio.get_running_loop().call_later(LINGER, self.transport.abort)
        else:
            self.transport.abort()

    def _end_exchange(self) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            self._ledger.end(exchange)

    async def _send_file(self, site: StaticSite) -> None:
        """Answer from the static site, piece by piece as the gate takes it."""
        answer = site.answer(self._method, self._url, self._headers)
        self._ledger.note(answer.status)
        try:
            self.transport.write(answer.head)
            for piece in answer.pieces():
                await self._drained.wait()
                if self._is_lost:
                    return
                self.transport.write(piece)
        except OSError:
            self.transport.abort()  # the file vanished or shrank half way
        finally:
            answer.close()
            self._sending = None
            self._end_exchange()
        if not answer.keeps_alive:
            self.transport.close()
