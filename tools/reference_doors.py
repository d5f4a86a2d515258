"""The references of the doors: what the API takes, and what each refusal means."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from problem_codes import SDK, SERVER, codes_in

METHODS = ("get", "post", "put", "patch", "delete")


def openapi() -> str:
    """Return the OpenAPI document that the server gives at /openapi.json."""
    return json.dumps(_document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def api() -> str:
    """List every route of the API with the action it asks for."""
    document = _document()
    tags: dict[str, list[tuple[str, str, str, str]]] = {}
    for path, method, said in _routes(document):
        action = f"`{said['x-gatepost-action']}`" if said.get("x-gatepost-action") else ""
        row = (
            f"`{method.upper()}`",
            f"`{path}`",
            action,
            said.get("description", said["summary"]).split("\n")[0],
        )
        tags.setdefault(said.get("tags", ["other"])[0], []).append(row)
    intro = (
        "# API\n\nEvery address below takes and gives JSON in snake_case. Lists take `q`, `sort`, `limit` "
        "(1 to 200) and `cursor`, and answer `{items, next}`: send `next` as the next `cursor` until it is "
        "null. Refusals are `application/problem+json` (RFC 9457); their codes are in "
        "[problems.md](problems.md). The schemas are in [openapi.json](openapi.json), which a server "
        "gives at `/openapi.json`. An action is what [permissions.md](permissions.md) "
        "names a right for; "
        "`public` needs none.\n"
    )
    parts = [f"\n## {tag.capitalize()}\n\n{_table(rows)}" for tag, rows in sorted(tags.items())]
    return intro + "".join(parts)


def problems() -> str:
    """Explain every permanent code of a refusal."""
    from gatepost_server.web.problem_catalogue import catalogue

    sent: dict[str, set[int]] = {}
    for one in (*codes_in(SERVER), *codes_in(SDK)):
        statuses = sent.setdefault(one.code, set())
        if one.status is not None:
            statuses.add(one.status)
    intro = (
        "# Problems\n\nA refusal carries a `code` that never changes its meaning, a `detail` in words, and, "
        "with status 401, 403 and 404, a `decision_id` to quote. Its `type` leads to this page on the server "
        "(`/docs/problems#CODE`).\n"
    )
    parts = []
    for chapter in catalogue():
        parts.append(f"\n## {chapter.title}\n")
        for said in chapter.codes:
            numbers = "" if chapter.name in ("start", "client") else _statuses(sent.get(said.code, set()))
            parts.append(f"\n### {said.code}\n\n{numbers}{said.meaning}\n\n*What to do:* {said.remedy}\n")
    return intro + "".join(parts)


def _statuses(numbers: set[int]) -> str:
    return "".join(f"`{number}` " for number in sorted(numbers))


def _document() -> Mapping[str, Any]:
    """Build the control plane on an empty folder, only to ask it for its description."""
    from gatepost_server.bootstrap import Foundation
    from gatepost_server.bootstrap.control import build_control, build_house
    from gatepost_server.settings import Folders, Settings

    with tempfile.TemporaryDirectory(prefix="gatepost-openapi-") as folder:
        Folders(Path(folder)).secrets.mkdir()
        base = Foundation.lay(Settings(data_dir=Path(folder)))
        document: Mapping[str, Any] = build_control(build_house(base)).openapi()
        base.uow.engine.dispose()
    return document


def _routes(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in sorted(document["paths"].items()):
        for method in METHODS:
            if method in methods:
                yield path, method, methods[method]


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    lines = [("Method", "Path", "Action", "Does"), ("---",) * 4, *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
