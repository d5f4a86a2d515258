"""Telling people by mail: those who may decide, that something waits; the asker, what was decided."""

from typing import Final

from gatepost_server import notify
from gatepost_server.approvals import queries
from gatepost_server.approvals.model import Request, RequestState
from gatepost_server.approvals.ports import Kinds, RequestKind
from gatepost_server.approvals.service.approvers import deciders_of
from gatepost_server.store import Tx

_MAIL: Final = "request"
_AT_ONCE: Final = 20
_ALARM: Final = "Nobody else is left who may decide this, so it has come to the administrators."
_FOOT: Final = "Opening the page decides nothing. Sign in with your own account; nobody asks you for a key."


def is_anything_untold(tx: Tx) -> bool:
    """Tell whether `tell_deciders` would find something, by a read: nobody waits for it."""
    return queries.count(tx, queries.is_untold(tx)) > 0


def tell_deciders(tx: Tx, kinds: Kinds, home: str) -> int:
    """Mail those who may decide what was asked lately; return how many requests that was about.

    Done apart from the asking, so that its answer takes no longer for a thing that is there.
    Where nobody may decide, the administrators are told: a request has no dead end.
    """
    rows = tx.session.scalars(queries.untold(tx, _AT_ONCE)).all()
    for row, request in zip(rows, queries.present(tx, rows), strict=True):
        row.told_at = tx.now
        kind = kinds.get(row.kind)
        if kind is None or row.node_id is None:
            continue
        deciders = deciders_of(tx, kind, row.node_id, row.asker_id)
        subject = f"{request.asker_name} asks {kind.sentence(tx, request)}"
        if deciders.is_escalated:
            tx.audit("request:escalate", "request", row.id, row.kind)
        if not notify.is_configured(tx):
            continue
        alarm = [_ALARM, ""] if deciders.is_escalated else []
        text = "\n".join(
            [
                f"{subject}.",
                "",
                *_quoted(request.reason),
                "",
                *alarm,
                f"Decide: {home}/requests/{row.id}",
                "",
                _FOOT,
                "",
            ]
        )
        _send(tx, set(deciders.ids), subject, text, row.id)
    if rows:
        tx.audit("request:tell", "request", rows[-1].id, "requests", after={"requests": len(rows)})
    return len(rows)


def tell_asker(tx: Tx, kind: RequestKind, request: Request, home: str) -> None:
    """Mail the asker what was decided, if there is a mail server; a refusal names nothing new to them."""
    if not notify.is_configured(tx):
        return
    is_good = request.state is RequestState.APPROVED
    subject = f"Your request was {'approved' if is_good else 'refused'}"
    note = [f"{request.decider_name} wrote:", "", *_quoted(request.note), ""] if request.note else []
    place = f"{home}{kind.page(request)}" if is_good else f"{home}/requests/{request.id}"
    what = f"asked {kind.sentence(tx, request)}" if is_good else "made a request"
    asked = f"You {what}. {request.decider_name} has {request.state} it. You wrote:"
    text = "\n".join([asked, "", *_quoted(request.reason), "", *note, f"See: {place}", "", _FOOT, ""])
    _send(tx, {request.asker_id}, subject, text, request.id)


def _send(tx: Tx, people: set[str], subject: str, text: str, request_id: str) -> None:
    shown = "".join(letter for letter in subject if letter.isprintable())[:150]
    notify.send_to_people(tx, people, shown, text, _MAIL, request_id)


def _quoted(text: str) -> list[str]:
    return [f"> {line}" for line in text.splitlines()]
