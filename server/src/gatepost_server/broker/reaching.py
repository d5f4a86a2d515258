"""The first steps to every far end: its name, its address, a connection to it."""

import socket
import time
from dataclasses import dataclass
from pathlib import Path

from gatepost_server.broker.fuse import Fuse
from gatepost_server.broker.spool import Spool
from gatepost_server.broker.trial import StepFailed, Trial
from gatepost_server.connections import Code, StepName
from gatepost_server.egress import Dialer, Refused, Word
from gatepost_server.kernel.clock import Clock

_CODES = {
    Word.UNKNOWN_NAME: Code.UNKNOWN_NAME,
    Word.ADDRESS_REFUSED: Code.ADDRESS_REFUSED,
    Word.UNREACHABLE: Code.UNREACHABLE,
}


@dataclass(frozen=True)
class Means:
    """What a call is done with: who dials, where files lie, how long a statement may take, what ends it."""

    dialer: Dialer
    files: Path
    scratch: Path
    seconds: float
    clock: Clock
    fuse: Fuse
    spool: Spool
    is_look: bool = False
    """Whether somebody looks at the beginning only, for which nothing large is fetched."""


def reach(host: str, port: int, means: Means, trial: Trial) -> socket.socket:
    """Connect to *host* at *port*; every address was judged, and nothing has been sent.

    Raises:
        StepFailed: the name is not known, an address is refused, or nothing answers. A closed
            port takes as long as a silent one, so that time tells nothing either.
    """
    with trial.step(StepName.NAME):
        try:
            addresses = means.dialer.judged(host, port)
        except Refused as refused:
            raise StepFailed(_CODES[refused.word]) from None
    with trial.step(StepName.TCP):
        started = time.monotonic()
        try:
            opened = means.dialer.connect(addresses, port)
        except Refused as refused:
            time.sleep(max(0.0, started + means.dialer.seconds - time.monotonic()))
            raise StepFailed(_CODES[refused.word]) from None
        means.fuse.hold(opened)
        return opened
