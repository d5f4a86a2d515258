"""Figures for a monitoring system, in the text form of Prometheus."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gatepost_server import apps, jobs
from gatepost_server.apps.model import AppState
from gatepost_server.bootstrap.foundation import Foundation
from gatepost_server.bootstrap.health import health_of
from gatepost_server.gateway import unix_http
from gatepost_server.jobs import JobState
from gatepost_server.kernel.actor import Origin, system_actor

_GATE: Final = "/stats/prometheus"
_UNDER_WAY: Final = (JobState.QUEUED, JobState.RUNNING)


def metrics_of(base: Foundation) -> bytes:
    """Return the figures of this instance and of its gate, as of now.

    No name of an application, person or key is in them: those are counted only. A gate that does
    not answer is left out, and `gatepost_gate_up` says so.
    """
    gate = _gate(base.folders.envoy_admin_socket)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Instance(base, is_gate_up=gate is not None))
    return generate_latest(registry) + (gate or b"")


class _Instance(Collector):
    """What the store knows, read anew each time."""

    def __init__(self, base: Foundation, *, is_gate_up: bool) -> None:
        self._base = base
        self._is_gate_up = is_gate_up

    def collect(self) -> Iterator[Metric]:
        """Yield each figure."""
        with self._base.uow.read(system_actor("metrics"), Origin("metrics")) as tx:
            states, work = apps.count_states(tx), jobs.count_under_way(tx)
        found = health_of(self._base)
        applications = GaugeMetricFamily("gatepost_apps", "Applications by state.", labels=["state"])
        for state in AppState:
            applications.add_metric([state.value], states.get(state, 0))
        yield applications
        under_way = GaugeMetricFamily("gatepost_jobs", "Jobs under way by state.", labels=["state"])
        for one in _UNDER_WAY:
            under_way.add_metric([one.value], work.get(one, 0))
        yield under_way
        yield GaugeMetricFamily("gatepost_gate_up", "1 while the gate answers.", value=self._is_gate_up)
        yield GaugeMetricFamily("gatepost_healthy", "1 while /healthz says ok.", value=not found.reasons)
        reasons = GaugeMetricFamily(
            "gatepost_health_reason", "1 for each reason in /healthz.", labels=["code"]
        )
        for code in found.reasons:
            reasons.add_metric([code], 1)
        yield reasons


def _gate(socket: Path) -> bytes | None:
    try:
        return asyncio.run(unix_http.get(socket, _GATE))
    except OSError:
        return None
