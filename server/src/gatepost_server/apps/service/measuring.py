"""What an application used, as charts and programs read it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from gatepost_server.apps.limits import Limit, limits_of
from gatepost_server.apps.model import Kind
from gatepost_server.apps.resources import read_resources
from gatepost_server.apps.service.reading import present_app, require_app
from gatepost_server.apps.service.status import runtime_status
from gatepost_server.apps.tables import SourceVersionRow
from gatepost_server.apps.usage import HOUR, MINUTE, Used, used_since
from gatepost_server.apps.usage_views import Usage, UsagePoint, UsageRange
from gatepost_server.settings import Folders
from gatepost_server.store import Tx

_DAY: Final = 24 * HOUR
_READ: Final[dict[UsageRange, tuple[int, int, int]]] = {
    UsageRange.HOUR: (HOUR, MINUTE, MINUTE),
    UsageRange.DAY: (_DAY, MINUTE, 10 * MINUTE),
    UsageRange.MONTH: (30 * _DAY, HOUR, HOUR),
}
"""The length of a range, what it is read of, and the step between its points, in seconds."""


def read_usage(tx: Tx, ref: str, wanted: UsageRange, folders: Folders, *, step: int | None = None) -> Usage:
    """Return what an app used in the range that ends now, and the limits of what answers.

    The last point is not over yet. *step* makes points of more seconds, a multiple of the usual ones.
    """
    node = require_app(tx, "app:read", ref)
    length, span, usual = _READ[wanted]
    step = step or usual
    now = tx.now.timestamp()
    begin = int(now) // step * step + step - length
    found = used_since(folders.usage / node.id, span, begin, now)
    steps: dict[int, Used] = {}
    for start, used in found.items():
        at = start // step * step
        steps[at] = steps.get(at, Used()) + used
    points = [_point(at, used) for at, used in sorted(steps.items()) if used.seconds]
    app = present_app(tx, node.id)
    held = limits_in_force(tx, app.live_version_id or app.version_id)
    return Usage(wanted, _moment(begin), tx.now, step, points, held)


def limits_in_force(tx: Tx, version_id: str) -> Sequence[Limit]:
    """Return the limits of the processes of a version on this machine; none for what runs no code."""
    version = tx.session.get_one(SourceVersionRow, version_id)
    status = runtime_status(tx)
    if version.kind == Kind.STATIC or status is None:
        return ()
    return limits_of(read_resources(version.resources), status)


def _point(at: int, used: Used) -> UsagePoint:
    return UsagePoint(
        at=_moment(at),
        seconds=used.seconds,
        cpu=used.cpu / used.seconds,
        memory=int(used.memory / used.seconds),
        peak=used.peak,
        requests=used.requests,
        refused=used.refused,
        failed=used.failed,
    )


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
