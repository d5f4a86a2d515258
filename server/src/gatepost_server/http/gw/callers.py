"""Who calls a data API: an application by its AppKey and a signature, or anybody by key or session."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request

from gatepost_server.authn import BadCredential, Identified, RequestFacts, presented
from gatepost_server.authz import load_node, reader_of
from gatepost_server.dataapis import CallerFacts, caller_facts
from gatepost_server.http.gw.bounding import BadSignatures
from gatepost_server.instance import features
from gatepost_server.kernel.actor import ANONYMOUS, Actor, ActorKind, Origin
from gatepost_server.kernel.errors import (
    Denied,
    GatepostError,
    Invalid,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from gatepost_server.keys.allowlist import is_listed
from gatepost_server.signing import Accepted, Profile, Received, Refused, Verifier, Why, strict_answer
from gatepost_server.store import Tx, raw_reader
from gatepost_server.web.call import Call, House, api_call, origin_of

_APP_KEY: Final = "x-ca-key"
_SIGNATURE: Final = b"x-ca-signature"
_READS: Final = 1
"""The rung up to which an AppKey counts (permission-model §4.5): it calls, and changes no rights."""
_BAD: Final = (Why.UNKNOWN_KEY, Why.WRONG_SIGNATURE, Why.OTHER_BODY, Why.REPLAYED)
"""What counts as a bad signature: a captured call that is sent again and again, too."""
LARGEST_BODY: Final = 4 * 1024 * 1024


class Unsigned(Unauthenticated):
    """Signed well, but too early, too late or a second time."""

    code = "signature-untimely"


class NotFromHere(Denied):
    """The application may be called for from listed addresses only, and this is none of them."""

    code = "address-not-listed"

    def __init__(self, ip: str | None) -> None:
        said = ip or "an address that cannot be read"
        super().__init__(f"This application may not call from {said}. Its owners can add that to its list.")


@dataclass(frozen=True)
class GateCall:
    """A call of a data API whose caller is known: `signed` is there for an application with its AppKey.

    `refused` is why it is not answered all the same: it stands in the log of calls then.
    """

    call: Call
    body: bytes
    signed: Accepted | None = None
    refused: GatepostError | None = None

    @property
    def parameters(self) -> Mapping[str, str] | None:
        """What a signature covers; None where none was needed, and the address is read as it came."""
        return None if self.signed is None else self.signed.parameters

    def facts(self, tx: Tx) -> CallerFacts:
        """Return what row rules may compare with."""
        signed = self.signed
        if signed is None:
            return caller_facts(reader_of(tx), self.call.actor)
        client_id, app_key = signed.application_id, signed.app_key
        return caller_facts(reader_of(tx), self.call.actor, client_id=client_id, app_key=app_key)


@dataclass(frozen=True)
class Arrived:
    """A call whose body is there whole: a signature covers it."""

    request: Request
    body: bytes

    def identified(self) -> GateCall:
        """Return the call of whoever it is; it reads the store, so it is no work for the loop.

        Raises:
            Unauthenticated, Denied: nobody good calls, or not from here.
            Invalid: two credentials.
        """
        if _APP_KEY not in self.request.headers:
            return GateCall(api_call(self.request), self.body)
        return by_signature(self.request, self.body)


async def arrived(request: Request) -> Arrived:
    """Wait for the whole body of a call.

    Raises:
        TooLarge: it is larger than any call of a data API may be.
    """
    return Arrived(request, await body_of(request))


Arrival = Annotated[Arrived, Depends(arrived)]


async def body_of(request: Request) -> bytes:
    """Return the whole body.

    Raises:
        TooLarge: it is larger than any call of a data API may be.
    """
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            raise TooLarge(f"The body is larger than {LARGEST_BODY >> 20} MiB.")
        parts.append(part)
    return b"".join(parts)


def by_signature(request: Request, body: bytes, profile: Profile = Profile.STRICT) -> GateCall:
    """Return the call of an application, whose signature says whose it is.

    Raises:
        Unauthenticated, Unavailable, Invalid: it is not signed as *profile* wants it.
        TooManyBad: too many before it were badly signed.
    """
    house: House = request.app.state.house
    verifier: Verifier = request.app.state.verifier
    origin = origin_of(request, house, "gate")
    request.state.origin = origin
    others = list(request.headers.items())
    if presented(RequestFacts(others, None, cookies=())).key is not None:
        raise Invalid("An AppKey and another key were sent; send one.", code="conflicting-credentials")
    scope = request.scope
    asked = Received(request.method, scope["raw_path"], scope["query_string"], scope["headers"], body)
    bad: BadSignatures = request.app.state.bad_signatures
    app_key, at = request.headers.get(_APP_KEY, ""), house.uow.clock.now().timestamp()
    bad.require_room(app_key, origin.ip, at)
    said = _from_trusted(house, verifier, asked, profile, origin) or verifier.verify(asked, profile)
    if isinstance(said, Refused):
        request.state.refused_signature = said
        if said.why in _BAD:
            bad.note(app_key, origin.ip, at)
        error = _refusal(said)
        if said.application_id is None:
            raise error
        actor = _actor(house, said.application_id, app_key)
        return GateCall(_call(house, actor, origin), body, refused=error)
    actor = _actor(house, said.application_id, app_key)
    request.state.actor = actor
    is_from_here = is_listed(said.ip_allowlist, origin.ip)
    return GateCall(_call(house, actor, origin), body, said, None if is_from_here else NotFromHere(origin.ip))


def _from_trusted(
    house: House, verifier: Verifier, asked: Received, profile: Profile, origin: Origin
) -> Accepted | None:
    """Return whose call it is by AppKey and address alone, where this server and the owners allow that."""
    if any(name == _SIGNATURE for name, _ in asked.headers):
        return None
    with house.uow.read(ANONYMOUS, origin) as tx:
        if not features(tx, is_managed=False).ip_trust:
            return None
    said = verifier.unsigned(asked, profile)
    return said if said is not None and is_listed(said.ip_allowlist, origin.ip) else None


def _refusal(refused: Refused) -> GatepostError:
    status, code, says = strict_answer(refused)
    if code == BadCredential.code:
        # Unknown keys and wrong signatures read alike, also while an owner is debugging: what was to be
        # signed is shown on the compatible path only. The trail says which it was.
        return BadCredential(f"signature: {refused.why}")
    if status == 401:  # noqa: PLR2004
        return Unsigned(says, code=code)
    return Unavailable(says) if status == 503 else Invalid(says, code=code)  # noqa: PLR2004


def _actor(house: House, application_id: str, app_key: str) -> Actor:
    with raw_reader(house.uow.engine) as reader:
        node = load_node(reader, application_id)
    return Actor(ActorKind.APP_KEY, application_id, app_key if node is None else node.name, cap=_READS)


def _call(house: House, actor: Actor, origin: Origin) -> Call:
    return Call(house, Identified(actor), origin, None, None)
