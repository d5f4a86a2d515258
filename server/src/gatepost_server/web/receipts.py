"""Receipts: a taking-back that says who has confirmed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Confirmation:
    """A gate that answered after the change was kept."""

    id: str
    confirmed_at: datetime


@dataclass(frozen=True)
class Receipt:
    """What happened after something was taken back.

    `gates` are the live authorizers that answered after the commit; `connections_closed`
    counts the live connections that were really cut.
    """

    epoch: int
    gates: Sequence[Confirmation]
    connections_closed: int
    took_ms: float


class Collector(Protocol):
    """Asks every gate after a change, and has connections cut that lost their ground."""

    def __call__(self) -> Receipt:
        """Collect a receipt; to be called after the commit."""
        ...
