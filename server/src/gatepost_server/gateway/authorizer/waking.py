"""Content that sleeps is woken by whoever asks for it, and the request waits."""

import asyncio
import json
import logging
from pathlib import Path

from gatepost_server.apps import request_wake
from gatepost_server.apps.facts import content_facts
from gatepost_server.apps.model import Desired, ReplicaState, VersionState
from gatepost_server.apps.views import ContentFacts
from gatepost_server.gateway.authorizer.answers import FAILED, NOT_YET, STOPPED, WAKING, Problem
from gatepost_server.gateway.authorizer.means import GateMeans
from gatepost_server.gateway.unix_http import is_listed, post
from gatepost_server.kernel.actor import Origin, system_actor
from gatepost_server.store import raw_reader

log = logging.getLogger(__name__)

_EVERY_S = 0.05
_POKE_S = 2.0


async def awake(means: GateMeans, app: ContentFacts, *, is_page: bool) -> ContentFacts | Problem:
    """Return the app's facts once it answers; at once when it does, else after waking it.

    A program waits at most a minute, and no longer than there is hope; a person who opens a
    page a few seconds, and then sees one that goes on asking. Who may not open it never gets
    here, so that nobody wakes what is not theirs.
    """
    if app.is_ready:
        return app
    hopeless = _hopeless(app)
    if hopeless is not None:
        return hopeless
    loop = asyncio.get_running_loop()
    ends = loop.time() + (means.page_seconds if is_page else means.wake_seconds)
    await asyncio.to_thread(_ask, means, app.app_id)
    await _poke(means.folders.runtime_socket, app.app_id)
    while loop.time() < ends:
        await asyncio.sleep(_EVERY_S)
        with raw_reader(means.uow.engine) as reader:
            seen = content_facts(reader, app.app_id)
        if seen is None:
            return STOPPED
        hopeless = _hopeless(seen)
        if hopeless is not None:
            return hopeless
        if seen.is_ready and await is_listed(means.gate.admin_socket, str(seen.live_deployment_id)):
            return seen
    return WAKING if is_page else NOT_YET


def _hopeless(app: ContentFacts) -> Problem | None:
    """Say why no waiting helps, or None while it may."""
    if app.desired is Desired.STOPPED:
        return STOPPED
    if app.version_state is VersionState.FAILED or app.wanted_state is ReplicaState.FAILED:
        return (
            None
            if app.live_state in (ReplicaState.IDLE, ReplicaState.STARTING, ReplicaState.READY)
            else FAILED
        )
    return None


def _ask(means: GateMeans, app_id: str) -> None:
    with means.uow.begin(system_actor("authorizer"), Origin("wake", door="gate")) as tx:
        request_wake(tx, app_id)


async def _poke(socket: Path, app_id: str) -> None:
    """Tell the runtime at once; it would find out by itself, only later."""
    try:
        await post(socket, "/wake", json.dumps({"app_id": app_id}).encode(), seconds=_POKE_S)
    except OSError as error:
        log.info("the runtime was not poked: %s", error)
