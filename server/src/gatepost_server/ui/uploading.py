"""Receives a file that a page sends: judged first, then read, then taken in; or asked for again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gatepost_server import apps
from gatepost_server.apps import Bundle, BundleLimits, Kind
from gatepost_server.kernel.errors import Conflict, GatepostError, Invalid, Precondition
from gatepost_server.ui.visits import Visit, fault_of, faults_of
from gatepost_server.web import check_token
from gatepost_server.web.call import CSRF_FIELD
from gatepost_server.web.receiving import Received, receive

_MIB: Final = 1024 * 1024

Again = Callable[[Received, GatepostError], Response]


async def receive_upload(
    visit: Visit,
    *,
    judge: Callable[[], None],
    use: Callable[[Received], Response],
    again: Again,
    folder: Path | None = None,
) -> Response:
    """Answer an upload: *judge* refuses before a byte is read, *use* makes something of it.

    The file is written below *folder* (that of sources, if not said) and removed afterwards.

    What is wrong with the input itself leads back to the form, which *again* draws. The
    token of the session is checked before the file begins.
    """
    request, house = visit.request, visit.call.house

    def check(received: Received) -> None:
        field = received.fields.get(CSRF_FIELD)
        check_token(request, visit.call, field if isinstance(field, str) else None)

    received = Received()
    try:
        limit = house.settings.upload_limit_mb
        received = await receive(
            request, folder or house.folders.sources, limit, before_upload=judge, before_file=check
        )
        check(received)
        return await run_in_threadpool(use, received)
    except (Invalid, Conflict, Precondition) as error:
        return await run_in_threadpool(again, received, error)
    finally:
        received.forget()


@contextmanager
def taken_in(visit: Visit, received: Received) -> Iterator[Bundle]:
    """Take in the bundle of a form, as the kind it names; nothing is left when the block raises."""
    house, kind = visit.call.house, text_of(received, "kind")
    limits = BundleLimits(compressed=house.settings.upload_limit_mb * _MIB)
    wanted = Kind(kind) if kind in set(Kind) else None
    now = house.uow.clock.now()
    with apps.taken_in(received.file(), house.folders.sources, now, kind=wanted, limits=limits) as bundle:
        yield bundle


def text_of(received: Received, name: str) -> str:
    """Return a field of the form as text; empty when it was not sent."""
    value = received.fields.get(name, "")
    return value if isinstance(value, str) else ""


def wrong_of(error: GatepostError) -> tuple[dict[str, str], str]:
    """Return what is wrong by field (name, bundle), and what no such field says."""
    faults = faults_of(error)
    kept: dict[str, str] = {name: faults.pop(name) for name in ("name", "bundle") if name in faults}
    said = [f"{name}: {words}" for name, words in faults.items()]
    rest = fault_of(error) or " ".join([error.detail, *said] if said else [])
    return kept, rest
