"""Find every permanent code of a refusal in the source, and the status it is sent with.

Three spellings are read: the `code` of an error class, `code=` where one is raised, and the
ready-made problems of the gate. Nothing is run to find them, so none can be missed by an
import that did not happen.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
SERVER: Final = ROOT / "server" / "src" / "gatepost_server"
SDK: Final = ROOT / "sdk" / "src" / "gatepost"

FAMILIES: Final[Mapping[str, int]] = {
    "TooLarge": 413, "Unprocessable": 422, "Invalid": 400, "Unauthenticated": 401, "Denied": 403,
    "NotFound": 404, "Conflict": 409, "Precondition": 409, "TooMany": 429, "Unavailable": 503,
    "WrongMethod": 405, "Broken": 500,
}  # fmt: skip

_READY_MADE: Final[Mapping[str, tuple[int, int]]] = {
    "Problem": (0, 1), "Refusal": (0, 3), "_problem": (0, 1), "Answer": (0, 1),
}  # fmt: skip
"""Ready-made problems of the gate and the relay: which arguments are the status and the code."""


@dataclass(frozen=True)
class Found:
    """A code where it stands; *status* is None where no HTTP answer carries it."""

    code: str
    status: int | None
    where: Path


def codes_in(folder: Path) -> Sequence[Found]:
    """Return every code below *folder*, each with its status once."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.py"))}
    parents = _parents(trees.values())
    found: dict[tuple[str, int | None], Found] = {}
    for path, tree in trees.items():
        for code, status in _codes_of(tree, parents):
            found.setdefault((code, status), Found(code, status, path.relative_to(folder)))
    return sorted(found.values(), key=lambda one: (one.code, one.status or 0))


def _parents(trees: Iterable[ast.Module]) -> Mapping[str, str]:
    """Return the base of every class that is a refusal, by name."""
    bases = {
        (node.name, base.id)
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for base in node.bases[:1]
        if isinstance(base, ast.Name)
    }
    known = {"GatepostError": "Exception"} | dict.fromkeys(FAMILIES, "GatepostError")
    while more := {name: base for name, base in bases if base in known and name not in known}:
        known.update(more)
    return known


def _status(name: str, parents: Mapping[str, str]) -> int | None:
    while name in parents and name not in FAMILIES:
        name = parents[name]
    return FAMILIES.get(name)


def _codes_of(tree: ast.Module, parents: Mapping[str, str]) -> Iterator[tuple[str, int | None]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name in parents and node.name != "GatepostError":
            for code in _class_code(node):
                yield code, _status(node.name, parents)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from _call_codes(node, node.func.id, parents)
        elif isinstance(node, ast.FunctionDef):
            yield from _composed(node, tree, parents)
        elif isinstance(node, ast.Dict):
            yield from _written_out(node)


def _class_code(node: ast.ClassDef) -> Iterator[str]:
    for line in node.body:
        target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
        value = getattr(line, "value", None)
        is_code = isinstance(target, ast.Name) and target.id == "code"
        if is_code and isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


def _call_codes(node: ast.Call, name: str, parents: Mapping[str, str]) -> Iterator[tuple[str, int | None]]:
    if name in _READY_MADE and len(node.args) > max(_READY_MADE[name]):
        status, code = (node.args[at] for at in _READY_MADE[name])
        # What a vendor's client is told has codes of the vendor's kind, which are not explained here.
        is_ours = isinstance(code, ast.Constant) and str(code.value).islower()
        if is_ours and isinstance(code, ast.Constant) and isinstance(status, ast.Constant):
            yield str(code.value), status.value if isinstance(status.value, int) else None
    for keyword in node.keywords:
        if keyword.arg == "code" and name in parents:
            for value in _constants(keyword.value):
                yield value, _status(name, parents)


def _constants(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.IfExp):
        yield from _constants(value.body)
        yield from _constants(value.orelse)


def _composed(
    function: ast.FunctionDef, tree: ast.Module, parents: Mapping[str, str]
) -> Iterator[tuple[str, int | None]]:
    """Read `code=f"bundle-{code}"` in a function, and what the module calls it with."""
    names = [argument.arg for argument in function.args.args]
    for call in ast.walk(function):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        for keyword in call.keywords:
            if keyword.arg != "code" or not isinstance(keyword.value, ast.JoinedStr):
                continue
            head, tail = keyword.value.values
            assert isinstance(head, ast.Constant)
            assert isinstance(head.value, str)
            assert isinstance(tail, ast.FormattedValue)
            assert isinstance(tail.value, ast.Name)
            place = names.index(tail.value.id)
            for word in _words_at(tree, function.name, place):
                yield f"{head.value}{word}", _status(call.func.id, parents)


def _words_at(tree: ast.Module, function: str, place: int) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function:
            word = node.args[place]
            if isinstance(word, ast.Constant):
                yield str(word.value)


def _written_out(node: ast.Dict) -> Iterator[tuple[str, int | None]]:
    """Read a problem that is written as a literal dictionary."""
    said = {
        key.value: value.value
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(value, ast.Constant)
    }
    if isinstance(said.get("code"), str) and isinstance(said.get("status"), int):
        yield str(said["code"]), int(str(said["status"]))
