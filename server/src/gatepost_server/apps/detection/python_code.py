"""Reads Python files as syntax trees, to see which framework they serve with."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gatepost_server.apps.model import Kind

_LARGEST: Final = 512 * 1024
_MAKERS: Final = {
    "fastapi.FastAPI": Kind.FASTAPI,
    "starlette.applications.Starlette": Kind.ASGI,
    "litestar.Litestar": Kind.ASGI,
    "quart.Quart": Kind.ASGI,
    "sanic.Sanic": Kind.ASGI,
    "falcon.asgi.App": Kind.ASGI,
    "socketio.ASGIApp": Kind.ASGI,
    "django.core.asgi.get_asgi_application": Kind.ASGI,
    "streamlit.starlette.App": Kind.ASGI,
    "flask.Flask": Kind.WSGI,
    "bottle.Bottle": Kind.WSGI,
    "bottle.default_app": Kind.WSGI,
    "falcon.App": Kind.WSGI,
    "django.core.wsgi.get_wsgi_application": Kind.WSGI,
    "dash.Dash": Kind.WSGI,
    "shiny.App": Kind.SHINY,
}
_FAMILIES: Final = {maker.split(".")[0]: kind for maker, kind in _MAKERS.items()}
_SIGNATURES: Final = {
    ("scope", "receive", "send"): Kind.ASGI,
    ("environ", "start_response"): Kind.WSGI,
    ("env", "start_response"): Kind.WSGI,
}
_EXPRESS: Final = "shiny.express"


@dataclass(frozen=True)
class Sign:
    """A sign in one Python file: what it is served as, by which object, told in words.

    `thing` is the module-level name to serve; None for files that are run as a whole
    (Streamlit, Shiny Express). `package` is the framework's, when the object is of one.
    """

    kind: Kind
    thing: str | None
    because: str
    package: str | None = None


@dataclass(frozen=True)
class CodeRead:
    """What one file shows: its sign if it has one, otherwise what it falls short of."""

    sign: Sign | None = None
    imports: Kind | None = None
    fault: str | None = None


def read_code(path: Path, wanted: str | None = None) -> CodeRead:
    """Say how *path* is served, or what about it cannot be told; runs nothing of it.

    With *wanted*, only the module-level object of that name counts.
    """
    if path.stat().st_size > _LARGEST:
        return CodeRead(fault="is too large to be read")
    try:
        return _judge(ast.parse(path.read_bytes(), filename=path.name), wanted)
    except SyntaxError as error:
        return CodeRead(fault=f"has a syntax error in line {error.lineno}")
    except (ValueError, RecursionError, MemoryError):
        return CodeRead(fault="cannot be read as Python")


def is_named(path: Path, thing: str) -> bool:
    """Tell whether a file may have the name *thing*: it says so somewhere, or imports everything."""
    text = path.read_text(encoding="utf-8", errors="replace")
    return re.search(rf"\b{re.escape(thing)}\b|\bimport\s+\*", text) is not None


def _judge(tree: ast.Module, wanted: str | None) -> CodeRead:
    names = _imported(tree)
    made = [sign for sign in _made(tree, names) if wanted in (None, sign.thing)]
    if made:
        return CodeRead(sign=_preferred(made))
    roots = {name.split(".")[0] for name in names.values()}
    if wanted is None and any(f"{name}.".startswith(f"{_EXPRESS}.") for name in names.values()):
        return CodeRead(sign=Sign(Kind.SHINY, None, "imports shiny.express"))
    if wanted is None and "streamlit" in roots:
        return CodeRead(sign=Sign(Kind.STREAMLIT, None, "imports streamlit"))
    families = [kind for family, kind in _FAMILIES.items() if family in roots]
    return CodeRead(imports=families[0] if families else None)


def _preferred(made: list[Sign]) -> Sign:
    for name in ("app", "application", "api", "server"):
        for sign in made:
            if sign.thing == name:
                return sign
    return made[0]


def _imported(tree: ast.Module) -> dict[str, str]:
    """Return local name → full dotted name for every import in the file."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name] = alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def _made(tree: ast.Module, names: dict[str, str]) -> Iterator[Sign]:
    for node in _top_level(tree.body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            kind = _SIGNATURES.get(tuple(argument.arg for argument in node.args.args))
            if kind and (kind is Kind.ASGI) == isinstance(node, ast.AsyncFunctionDef):
                yield Sign(kind, node.name, f"defines the {kind.name} function {node.name}")
            continue
        target, value = _assignment(node)
        if target is None or not isinstance(value, ast.Call):
            continue
        maker = _full_name(value.func, names)
        if (maker or "").endswith(".make_wsgi_app"):
            yield Sign(Kind.WSGI, target, f"makes the WSGI application {target}")
        elif kind := _MAKERS.get(maker or ""):
            thing = f"{target}.server" if maker == "dash.Dash" else target
            yield Sign(kind, thing, f"makes {target} = {maker}(…)", (maker or "").split(".")[0])


def _assignment(node: ast.stmt) -> tuple[str | None, ast.expr | None]:
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id, node.value
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id, node.value
    return None, None


def _full_name(func: ast.expr, names: dict[str, str]) -> str | None:
    """Return the dotted name that is called, with imports followed; None if not a name."""
    parts: list[str] = []
    while isinstance(func, ast.Attribute):
        parts.append(func.attr)
        func = func.value
    if not isinstance(func, ast.Name):
        return None
    return ".".join([names.get(func.id, func.id), *reversed(parts)])


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield module-level statements, also those inside `if`, `try` and `with`."""
    for node in body:
        yield node
        if isinstance(node, ast.If) and not _is_main_guard(node):
            yield from _top_level(node.body)
            yield from _top_level(node.orelse)
        elif isinstance(node, ast.Try | ast.With):
            yield from _top_level(node.body)


def _is_main_guard(node: ast.If) -> bool:
    test = node.test
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"
