"""Approving less than was asked for: the fields that say how much less, and what came of it in words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from gatepost_server.approvals import Less, Request
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.editors import Tick, Ticks
from gatepost_server.ui.kit.fields import Advanced, SelectField
from gatepost_server.ui.kit.tables import Choice

_SHORTER: Final = (1, 7, 30, 90, 180)


def days_words(days: int) -> str:
    """Say how many days, of one or of several."""
    return "1 day" if days == 1 else f"{days} days"


def granted_words(request: Request) -> str:
    """Say what was approved, where that is less than was asked for."""
    words = []
    for name, value in request.granted.items():
        if name == "validity" and isinstance(value, dict) and "days" in value:
            words.append(f"for {days_words(value['days'])}")
        elif name == "validity":
            words.append("until an earlier day")
        else:
            words.append(f"{name}: {', '.join(value) if isinstance(value, list) else value}")
    return "; ".join(words)


def narrower_fields(request: Request, less: Sequence[Less], now: datetime) -> Advanced:
    """Return the fields by which less than was asked for is approved; untouched, all of it is."""
    last = request.validity.ends_at(now)
    shorter = [
        Choice(str(days), days_words(days))
        for days in _SHORTER
        if last is None or now + timedelta(days=days) < last
    ]
    fields: list[Component] = [
        SelectField("less_validity", "For how long", [Choice("", "As asked"), *shorter])
    ]
    for one in less:
        if one.is_many:
            ticks = [Tick(name, name, is_on=True) for name in one.choices]
            fields.append(Ticks(f"less_{one.name}", one.label, ticks))
        else:
            choices = [Choice(name, name.capitalize()) for name in one.choices]
            asked = str(request.content.get(one.name, ""))
            fields.append(SelectField(f"less_{one.name}", one.label, choices, asked))
    return Advanced("Approve less than was asked for", fields)
