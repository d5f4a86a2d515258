"""From an address and a body to what is asked of a data API: page, order, fields, parameters. Pure."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

from gatepost_server.dataapis import Definition, Operation, Ordering, Stage
from gatepost_server.kernel.errors import FieldFault, Invalid

Pairs = Sequence[tuple[str, str]]
Choice = TypeVar("Choice", bound=StrEnum)
_WRITES: Final = {"POST": Operation.CREATE, "PATCH": Operation.UPDATE, "DELETE": Operation.DELETE}
_ONCE: Final = ("limit", "next", "order", "fields", "total", "format", "stage")


class Form(StrEnum):
    """In which form rows are sent."""

    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    ARROW = "arrow"

    @property
    def media(self) -> str:
        """The media type of an answer."""
        return _MEDIA[self]


_MEDIA: Final = {
    Form.JSON: "application/json",
    Form.NDJSON: "application/x-ndjson",
    Form.CSV: "text/csv; charset=utf-8",
    Form.ARROW: "application/vnd.apache.arrow.stream",
}


@dataclass(frozen=True)
class Asked:
    """What an address asks for beside the parameters of the API itself."""

    stage: Stage
    form: Form
    limit: int | None
    offset: int
    order: tuple[Ordering, ...]
    fields: tuple[str, ...] | None
    with_total: bool
    parameters: Mapping[str, Any]


def pairs_of(query: bytes) -> Pairs:
    """Return the parameters of an address, in their order.

    Raises:
        Invalid: they are no text.
    """
    try:
        return parse_qsl(query.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict")
    except (UnicodeDecodeError, ValueError):
        raise Invalid("The query cannot be read.", code="bad-request") from None


def asked_of(pairs: Pairs, accept: str, many: frozenset[str]) -> Asked:
    """Read what is asked for; those parameters that take several values are named by *many*.

    Raises:
        Invalid: something of ours cannot be read, or was sent twice; each fault names it.
    """
    ours: dict[str, str] = {}
    sent: dict[str, Any] = {}
    faults: list[FieldFault] = []
    for name, value in pairs:
        if name in _ONCE:
            if name in ours:
                faults.append(FieldFault(name, "once"))
            ours[name] = value
        elif name in many:
            sent.setdefault(name, []).append(value)
        elif name in sent:
            faults.append(FieldFault(name[:100], "once"))
        else:
            sent[name] = value
    made = Asked(
        stage=_chosen(Stage, ours.get("stage", Stage.PRODUCTION), "stage", faults, Stage.PRODUCTION),
        form=_chosen(Form, ours.get("format", _accepted(accept)), "format", faults, Form.JSON),
        limit=_number(ours["limit"], "limit", faults) if "limit" in ours else None,
        offset=_place(ours["next"], faults) if ours.get("next") else 0,
        order=_orderings(ours.get("order", "")),
        fields=tuple(_parts(ours["fields"])) or None if "fields" in ours else None,
        with_total=_truth(ours.get("total", "false"), "total", faults),
        parameters=sent,
    )
    if faults:
        raise Invalid("The call cannot be read.", faults=faults, code="call-invalid")
    return made


def operation_of(method: str, definition: Definition, *, is_row: bool) -> Operation:
    """Return what a method means: reading a list, or the one row where the address says so."""
    if method in _WRITES:
        return _WRITES[method]
    if is_row or Operation.LIST not in definition.operations:
        return Operation.GET
    return Operation.LIST


def many_of(definition: Definition) -> frozenset[str]:
    """Return the names of parameters that take several values."""
    return frozenset(one.name for one in definition.parameters if one.is_many)


def rows_of(body: bytes) -> list[Mapping[str, Any]]:
    """Return the rows that a body holds: `{"rows": [{…}, …]}`.

    Raises:
        Invalid: it holds none, or something else beside them.
    """
    said = json_of(body)
    rows = said.get("rows") if isinstance(said, dict) and set(said) == {"rows"} else None
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        fault = FieldFault("rows", "a list of objects, and nothing beside it")
        raise Invalid("The body cannot be used.", faults=[fault], code="call-invalid")
    return rows


def json_of(body: bytes) -> Any:
    """Return what a body says.

    Raises:
        Invalid: it is no JSON, or holds text that is none.
    """
    try:
        text = body.decode()
        said = json.loads(text)
        if "\\u" in text:
            json.dumps(said, ensure_ascii=False).encode()  # half a character is no text
    except (ValueError, RecursionError):
        raise Invalid("The body is not JSON that can be read.", code="bad-request") from None
    return said


def place_at(offset: int) -> str:
    """Return what asks for the page that begins after *offset* rows."""
    return base64.urlsafe_b64encode(str(offset).encode()).decode().rstrip("=")


def _place(text: str, faults: list[FieldFault]) -> int:
    try:
        return int(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        faults.append(FieldFault("next", "what an answer said under next"))
        return 0


def _accepted(accept: str) -> Form:
    """Return the first form that the caller takes; JSON where they do not say, or take anything."""
    for one in accept.split(","):
        media = one.partition(";")[0].strip().lower()
        for form in Form:
            if media == form.media.partition(";")[0]:
                return form
    return Form.JSON


def _orderings(text: str) -> tuple[Ordering, ...]:
    return tuple(Ordering(one.removeprefix("-"), one.startswith("-")) for one in _parts(text))


def _parts(text: str) -> list[str]:
    return [one for one in (part.strip() for part in text.split(",")) if one]


def _number(text: str, name: str, faults: list[FieldFault]) -> int:
    if text.isascii() and text.isdigit() and len(text) < 10:  # noqa: PLR2004 — as many digits as any limit has
        return int(text)
    faults.append(FieldFault(name, "a whole number"))
    return 0


def _truth(text: str, name: str, faults: list[FieldFault]) -> bool:
    if text.lower() not in ("true", "false", "1", "0"):
        faults.append(FieldFault(name, "true or false"))
    return text.lower() in ("true", "1")


def _chosen(of: type[Choice], text: str, name: str, faults: list[FieldFault], usual: Choice) -> Choice:
    if text in set(of):
        return of(text)
    faults.append(FieldFault(name, f"one of {', '.join(of)}"))
    return usual
