"""What an application used, as the server answers it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gatepost.shape import Model

MetricsRange = Literal["hour", "day", "month"]


@dataclass(frozen=True, kw_only=True)
class MetricPoint(Model):
    """One step from `at` on; `cpu_cores` and `memory_bytes` are means of the `ran_seconds` it ran.

    Of the `requests`, `refused` were answered with 400 to 499, `failed` with 500 or more.
    """

    at: datetime
    ran_seconds: float = 0.0
    cpu_cores: float = 0.0
    memory_bytes: int = 0
    memory_peak_bytes: int = 0
    requests: int = 0
    refused: int = 0
    failed: int = 0


@dataclass(frozen=True, kw_only=True)
class Limit(Model):
    """A limit of each of `processes` copies: MiB of memory, cores of cpu, or tasks; `held` says how."""

    name: str
    value: float
    held: str
    processes: int = 1


@dataclass(frozen=True, kw_only=True)
class Metrics(Model):
    """What an application used; where it did not run there is no point, and the last is not over yet."""

    range: str
    begin: datetime | None = None
    end: datetime | None = None
    step_seconds: int = 0
    points: tuple[MetricPoint, ...] = ()
    limits: tuple[Limit, ...] = ()
