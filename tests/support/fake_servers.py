"""A server that says what it is told to, and records every byte that it gets."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Script = Callable[[socket.socket, "Recorded"], None]


@dataclass
class Recorded:
    """What was sent to a fake server, all its connections together."""

    port: int = 0
    sent: bytearray = field(default_factory=bytearray)

    def read(self, source: socket.socket, most: int = 65536) -> bytes:
        """Read what comes next, and keep it; what comes after *most* bytes is left for who reads next."""
        part = source.recv(most)
        self.sent += part
        return part


@contextmanager
def fake_server(script: Script) -> Iterator[Recorded]:
    """Serve *script* on a port of the loopback; after it, whatever comes is recorded."""
    listener = socket.create_server(("127.0.0.1", 0))
    recorded = Recorded(listener.getsockname()[1])
    threads: list[threading.Thread] = []

    def one(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(5)
            script(connection, recorded)
            while recorded.read(connection):
                pass

    def accept() -> None:
        with suppress(OSError):
            while True:
                threads.append(threading.Thread(target=one, args=(listener.accept()[0],)))
                threads[-1].start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield recorded
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        accepting.join(5)
        listener.close()
        for thread in threads:
            thread.join(6)


@contextmanager
def filtered_port() -> Iterator[int]:
    """A port whose connections are neither accepted nor refused."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            yield port


def greeting(plugin: bytes, *, tls: bool = False) -> bytes:
    """Return how a MySQL server greets who connects."""
    capabilities = 0x008FF7DF & ~0x0800 | (0x0800 if tls else 0) | 0x00080000 | 0x00200000
    said = b"\x0a8.0.36\0" + struct.pack("<I", 7) + b"saltsalt\0" + struct.pack("<H", capabilities & 0xFFFF)
    said += b"\x2d" + struct.pack("<H", 2) + struct.pack("<H", capabilities >> 16) + b"\x15" + bytes(10)
    said += b"saltsaltsalt\0" + plugin + b"\0"
    return packet(0, said)


def packet(number: int, payload: bytes) -> bytes:
    """Return a packet of MySQL's."""
    return struct.pack("<I", len(payload))[:3] + bytes([number]) + payload
