"""What is answered about the use that was made of an application."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gatepost_server.apps.limits import Limit


class UsageRange(StrEnum):
    """How far back figures are asked for: an hour, a day or thirty days."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True)
class UsagePoint:
    """What an app used from `at` on, for one step.

    `seconds` is for how much of it the app ran; `cpu` in cores and `memory` in bytes are the means of
    that time, `peak` the most memory at once. Of the `requests`, `refused` were answered with 400 to
    499, `failed` with 500 and more.
    """

    at: datetime
    seconds: float
    cpu: float
    memory: int
    peak: int
    requests: int
    refused: int
    failed: int


@dataclass(frozen=True)
class Usage:
    """What an app used between two moments, in points of `step` seconds; while it did not run there is none.

    `limits` are those of what answers now; none for a static site.
    """

    range: UsageRange
    begin: datetime
    end: datetime
    step: int
    points: Sequence[UsagePoint]
    limits: Sequence[Limit] = ()
