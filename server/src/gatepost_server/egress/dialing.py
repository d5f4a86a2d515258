"""Resolve a name, judge every address, connect to a judged one; nothing is sent here."""

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from queue import Empty, SimpleQueue
from typing import Final

from gatepost_server.egress.allowlist import Address, Allowlist
from gatepost_server.egress.judging import Judged, Own, judge

CONNECT_S: Final = 5.0
_MOST_ADDRESSES: Final = 16
_MOST_DIALED: Final = 3
_LEAST_S: Final = 0.05


class Word(StrEnum):
    """What went wrong on the way out; there are no other words, and no text of the far end."""

    UNKNOWN_NAME = "unknown-name"
    ADDRESS_REFUSED = "address-refused"
    UNREACHABLE = "unreachable"


class Refused(Exception):  # told as a word in a step, never raised to a caller
    """Nothing was connected, for the reason of *word*."""

    def __init__(self, word: Word) -> None:
        super().__init__(word.value)
        self.word = word


def resolve(host: str, port: int) -> list[Address]:
    """Return the addresses of *host* as the machine resolves it, none twice.

    Raises:
        OSError: there are none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    return list(dict.fromkeys(addresses))


@dataclass(frozen=True)
class Dialer:
    """Opens connections to what *allowed* and the fixed rules let through."""

    allowed: Allowlist
    own: Own = field(default_factory=Own)
    resolve: Callable[[str, int], Sequence[Address]] = resolve
    seconds: float = CONNECT_S

    def judged(self, host: str, port: int) -> list[Address]:
        """Return the addresses of *host*, all of which may be dialed.

        One address that may not be dialed refuses them all: a name that leads to both is
        a name that is being turned.

        Raises:
            Refused: the name is not known, or an address is refused.
        """
        found = self.explained(host, port)
        if not found:
            raise Refused(Word.UNKNOWN_NAME)
        if not all(one.may_be_dialed for one in found):
            raise Refused(Word.ADDRESS_REFUSED)
        return [one.address for one in found]

    def explained(self, host: str, port: int) -> list[Judged]:
        """Return every address of *host* with the rule that decides of it; none if nobody knows the name.

        Nothing is connected.
        """
        return [judge(host, one, port, self.allowed, self.own) for one in self._resolved(host, port)]

    def may_dial(self, host: str, address: str, port: int) -> bool:
        """Tell whether *address*, where a connection to *host* leads already, might be dialed now."""
        return judge(host, ipaddress.ip_address(address), port, self.allowed, self.own).may_be_dialed

    def connect(self, addresses: Sequence[Address], port: int) -> socket.socket:
        """Connect to the first of the judged *addresses* that answers; three are tried, in one time together.

        A closed and a silent port look the same to whoever asked.

        Raises:
            Refused: none answers.
        """
        ends, dialed = time.monotonic() + self.seconds, addresses[:_MOST_DIALED]
        for at, address in enumerate(dialed):
            family = socket.AF_INET6 if address.version == 6 else socket.AF_INET  # noqa: PLR2004
            opened = socket.socket(family, socket.SOCK_STREAM)
            opened.settimeout(max(_LEAST_S, (ends - time.monotonic()) / (len(dialed) - at)))
            try:
                opened.connect((str(address), port))
            except OSError:
                opened.close()
                continue
            opened.settimeout(self.seconds)
            return opened
        raise Refused(Word.UNREACHABLE)

    def _resolved(self, host: str, port: int) -> list[Address]:
        """Return the addresses of *host*; who serves its zone is waited for no longer than anybody else."""
        answers: SimpleQueue[list[Address]] = SimpleQueue()

        def ask() -> None:
            try:
                answers.put(list(self.resolve(host, port))[:_MOST_ADDRESSES])
            except (OSError, UnicodeError, ValueError):
                answers.put([])

        threading.Thread(target=ask, name="resolving", daemon=True).start()
        try:
            return answers.get(timeout=self.seconds)
        except Empty:
            return []


def is_of_this_machine(address: Address) -> bool:
    """Tell whether *address* is one of this machine's own."""
    if address.is_loopback:
        return True
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET  # noqa: PLR2004
    with socket.socket(family, socket.SOCK_DGRAM) as trying:
        try:
            trying.bind((str(address), 0))
        except OSError:
            return False
    return True
