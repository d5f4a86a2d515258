"""Keeps Envoy's clusters in step with the store, and makes routed deployments live."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from gatepost_server.apps import Route
from gatepost_server.gateway.envoy import Gate, Upstream, clusters_file, upstreams_in, write_files
from gatepost_server.gateway.envoy.files import CLUSTERS
from gatepost_server.gateway.unix_http import clusters_listed

log = logging.getLogger(__name__)

_SLEEPING: Final = 500


class Desk(Protocol):
    """What the keeper asks of the apps."""

    def has_news(self) -> bool:
        """Tell whether anything may have changed since this was last asked; costs next to nothing."""
        ...

    def routes(self) -> Sequence[Route]:
        """Return everything that may be reached now, and where."""
        ...

    def awaiting_promotion(self) -> Sequence[str]:
        """Return the deployments that answer, but are not what people reach yet."""
        ...

    def promote(self, deployment_id: str) -> bool:
        """Make a deployment what people reach; False when it is not wanted any more."""
        ...


class KnownRoutes:
    """The routes there are, and the last few hundred that were there a moment ago.

    An app that sleeps or restarts keeps its cluster, so that the first request after it
    answers again finds the way; only the authorizer says what may be reached. *before* are
    those that Envoy has already.
    """

    def __init__(self, sleeping: int = _SLEEPING, *, before: Sequence[Upstream] = ()) -> None:
        self._sleeping = sleeping
        self._gone = OrderedDict((upstream.cluster, upstream) for upstream in before)
        self._here: dict[str, Upstream] = {}

    def now(self, routes: Sequence[Route]) -> tuple[Upstream, ...]:
        """Return every cluster that Envoy should have, given the present *routes*."""
        here = {route.deployment_id: upstream_of(route) for route in routes}
        for name, upstream in self._here.items():
            if name not in here:
                self._gone[name] = upstream
        for name in here:
            self._gone.pop(name, None)
        while len(self._gone) > self._sleeping:
            self._gone.popitem(last=False)
        self._here = here
        return tuple(upstream for _, upstream in sorted({**self._gone, **here}.items()))


def upstream_of(route: Route) -> Upstream:
    """Return the cluster for *route*."""
    first, *more = map(Path, route.sockets)
    return Upstream(route.deployment_id, first, tuple(more), is_sticky=route.is_sticky)


class Keeper:
    """One step: store → clusters file → Envoy has it → the deployment becomes live."""

    def __init__(self, desk: Desk, gate: Gate) -> None:
        self._desk = desk
        self._gate = gate
        self._known = KnownRoutes(before=upstreams_in(gate))
        self._is_settled = False

    async def step(self) -> None:
        """Bring Envoy and the store one step nearer to each other; next to nothing without news.

        Raises:
            Unavailable: the store does not answer; try again later.
        """
        has_news = await asyncio.to_thread(self._desk.has_news)
        if self._is_settled and not has_news:
            return
        self._is_settled = False
        self._is_settled = await self._brought_together()

    async def _brought_together(self) -> bool:
        """Do the step; tell whether nothing is left to wait for."""
        routes = await asyncio.to_thread(self._desk.routes)
        gate = replace(self._gate, upstreams=self._known.now(routes))
        write_files(gate.folder, {CLUSTERS: clusters_file(gate)})
        waiting = await asyncio.to_thread(self._desk.awaiting_promotion)
        if not waiting:
            return True
        try:
            listed = await clusters_listed(gate.admin_socket)
        except OSError as error:
            log.info("Envoy cannot be asked now: %s", error)
            return False
        for deployment in waiting:
            if deployment in listed and await asyncio.to_thread(self._desk.promote, deployment):
                log.info("%s is live", deployment)
        return False
