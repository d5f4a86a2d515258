"""What an application used: CPU, memory and requests over time, and the limits in force."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from gatepost_server import apps
from gatepost_server.apps import Limit, Usage, UsagePoint, UsageRange
from gatepost_server.http.v1.wire import Time
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["apps"])


class MetricsQuery(BaseModel):
    """How far back: `hour` in points of a minute, `day` of ten, `month` (30 days) of an hour."""

    range: UsageRange = UsageRange.DAY


class MetricPoint(BaseModel):
    """One step of `step_seconds` from `at` on.

    `ran_seconds` is for how much of it the application ran; `cpu_cores` and `memory_bytes` are means of
    that time. Of the `requests`, `refused` were answered with 400 to 499, `failed` with 500 or more.
    """

    at: Time
    ran_seconds: float
    cpu_cores: float
    memory_bytes: int
    memory_peak_bytes: int
    requests: int
    refused: int
    failed: int

    @classmethod
    def of(cls, one: UsagePoint) -> "MetricPoint":
        """Present *one* point."""
        return cls(
            at=one.at,
            ran_seconds=round(one.seconds, 1),
            cpu_cores=round(one.cpu, 4),
            memory_bytes=one.memory,
            memory_peak_bytes=one.peak,
            requests=one.requests,
            refused=one.refused,
            failed=one.failed,
        )


class LimitOut(BaseModel):
    """A limit of each of `processes` copies of the application: MiB of memory, cores of cpu, or tasks.

    `held` says how: `exactly` (for all that a copy starts, by a control group), `each_process` (twice
    the value for each process alone), `by_user` (all copies count together) or `not`.
    """

    name: str = Field(examples=["memory"])
    value: float
    held: str
    processes: int

    @classmethod
    def of(cls, one: Limit) -> "LimitOut":
        """Present *one* limit."""
        return cls(name=one.name, value=one.value, held=one.held, processes=one.replicas)


class MetricsOut(BaseModel):
    """What an application used. Where it did not run there is no point; the last one is not over yet."""

    range: str
    begin: Time
    end: Time
    step_seconds: int
    points: list[MetricPoint]
    limits: list[LimitOut]

    @classmethod
    def of(cls, usage: Usage) -> "MetricsOut":
        """Present *usage*."""
        return cls(
            range=usage.range,
            begin=usage.begin,
            end=usage.end,
            step_seconds=usage.step,
            points=[MetricPoint.of(one) for one in usage.points],
            limits=[LimitOut.of(one) for one in usage.limits],
        )


@router.reads("/apps/{app_id}/metrics", action="app:read")
def read_metrics(call: ApiCall, app_id: str, wanted: Annotated[MetricsQuery, Query()]) -> MetricsOut:
    """Return what an application used of CPU and memory, its requests, and the limits in force.

    Requests are those that reached it, also while it was being woken for them; what the gate refused
    is not among them.
    """
    with call.read() as tx:
        return MetricsOut.of(apps.read_usage(tx, app_id, wanted.range, call.house.folders))
