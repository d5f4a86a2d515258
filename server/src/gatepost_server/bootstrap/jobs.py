"""The kinds of long work there are, and who they act as."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import uuid4

from gatepost_server.authn import BadCredential, still_good
from gatepost_server.authz import load_subject
from gatepost_server.bootstrap.foundation import Foundation
from gatepost_server.jobs import JobKind, Runner
from gatepost_server.kernel.actor import Actor, ActorKind, Origin, system_actor
from gatepost_server.kernel.errors import Denied
from gatepost_server.store import RawReader

_BEHIND_GONE: Final = (
    "The key {}, within whose rights this is done, is not good any more: it was disabled or deleted, it has "
    "ended, it may not be used from here, or nobody answers for it."
)


def runner_of(base: Foundation, kinds: Mapping[str, JobKind]) -> Runner:
    """Return what runs jobs of *kinds* in this process."""
    who = (system_actor("worker"), Origin(request_id="worker", door="worker"))
    return Runner(base.uow, who, kinds, revive, name=f"worker-{uuid4().hex[:12]}")


def revive(reader: RawReader, actor: Actor, origin: Origin, now: datetime) -> Actor:
    """Identify anew who asked for a job: the key must be good still, the person active.

    A session that ended meanwhile does no harm: what was asked for goes on without it.

    Raises:
        Denied: they could not ask for it now, or the key that stands behind it is not good any more.
        BadCredential: the key is not good any more.
    """
    if actor.kind is ActorKind.SYSTEM:
        return actor
    if actor.via_key_id is not None and actor.kind is not ActorKind.RUN_TOKEN:
        return still_good(reader, actor.via_key_id, ip=origin.ip, now=now).actor
    if actor.behind is not None:
        try:
            return replace(actor, behind=revive(reader, actor.behind, origin, now))
        except BadCredential:
            raise Denied(_BEHIND_GONE.format(actor.behind.name), code="definer-gone") from None
    if not load_subject(reader, actor.on_behalf_of_id or actor.principal_id, actor.cap).is_active:
        raise Denied("Whoever asked for this has no active account any more.", code="asker-gone")
    return actor
