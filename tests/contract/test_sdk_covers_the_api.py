"""No door is forgotten: each documented call is a method of the client, and each method a verb's."""

import ast
import inspect
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_type_hints

import httpx
import pytest

from gatepost.address import address_of
from gatepost.cli import main
from gatepost.connected import Client
from gatepost.credentials import KeyCredential
from gatepost.errors import GatepostError
from gatepost.secret import Secret
from gatepost.signing_in import Challenge, exchange, log_in, reset_password
from gatepost.transport import Transport

SERVER = address_of("http://gatepost.test")
FOR_PROBES = {
    ("GET", "/healthz"): "for what watches the server; nobody signs in there",
    ("GET", "/readyz"): "as /healthz",
}
NO_VERB: dict[str, str] = {}
"""Methods that no verb is made of, and why."""


class Seen(httpx.BaseTransport):
    """Notes each call and answers none, so that a method ends at its first."""

    def __init__(self) -> None:
        self.calls: set[tuple[str, str]] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.calls.add((request.method, request.url.path))
        raise httpx.ConnectError("nothing is sent by this test")


@pytest.fixture
def seen() -> Seen:
    return Seen()


def _argument(kind: Any, file: Path) -> Any:
    """Return something that a parameter of this type may be."""
    fitting: dict[str, Any] = {
        "Request": SimpleNamespace(id="x", content_hash="x"), "Mapping": {}, "Path": file,
        "Secret": Secret("x"), "Sequence": [], "int": 1, "bool": True,
    }  # fmt: skip
    said = str(kind)
    return next((value for word, value in fitting.items() if re.search(rf"\b{word}\b", said)), "x")


def _use(method: Any, file: Path) -> Any:
    """Call *method* with anything that fits, and return what comes of it before anything is answered."""
    hints = get_type_hints(method)
    known = inspect.signature(method).parameters
    needed = [one for one in known.values() if one.default is one.empty]
    given = {one.name: _argument(hints[one.name], file) for one in needed}
    if "sleep" in known:  # what waits for a server that is away waits here for nothing
        given["sleep"] = lambda _: None
    try:
        made = method(**given)
        if isinstance(made, AbstractContextManager):
            made.__enter__()
        elif isinstance(made, Iterator):
            next(made)
    except GatepostError:
        return None
    return made


def _walk(of: object, file: Path) -> Iterator[str]:
    """Use every method of calls by noun, and of those that they lead to; yield the methods' names."""
    for one in vars(of).values():
        if _is_noun(one):
            yield from _walk(one, file)
    for name, method in inspect.getmembers(of, inspect.ismethod):
        if not name.startswith("_"):
            yield name
            made = _use(method, file)
            if _is_noun(made):
                yield from _walk(made, file)


def _is_noun(one: object) -> bool:
    return type(one).__module__.startswith("gatepost.resources")


@pytest.fixture
def methods(seen: Seen, tmp_path: Path) -> set[str]:
    """Use the whole client once, and return the names of its methods."""
    file, secret = tmp_path / "rows.csv", Secret("x")
    file.write_text("id\n1\n")
    with Transport(SERVER, KeyCredential(secret), transport=seen) as transport:
        nouns = [one for one in vars(Client(transport)).values() if _is_noun(one)]
        names = {name for noun in nouns for name in _walk(noun, file)}
        for sign_in in (
            lambda: transport.confirm(secret),
            lambda: log_in(SERVER, "x", secret, transport=seen),
            lambda: exchange(SERVER, "x", Challenge.fresh(), transport=seen),
            lambda: reset_password(SERVER, "x", secret, secret, transport=seen),
            lambda: list(Client(transport).connection("x", app="app_1").rows("SELECT 1")),
        ):
            with pytest.raises(GatepostError):
                sign_in()
    return names


@pytest.mark.usefixtures("methods")
def test_every_call_of_the_document_is_a_method_of_the_client(seen: Seen, documented: Any) -> None:
    paths = documented.document["paths"]
    patterns = {path: re.compile(re.sub(r"{[^}]+}", "[^/]+", path)) for path in paths}
    # An address that stands in the document word for word is that one, whatever else fits it.
    called = {
        (method, min(fitting, key=lambda path: path.count("{")))
        for method, address in seen.calls
        if (fitting := [path for path, pattern in patterns.items() if pattern.fullmatch(address)])
    }
    there_are = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert there_are - called - FOR_PROBES.keys() == set()
    assert FOR_PROBES.keys() <= there_are


def test_every_method_of_the_client_is_a_verbs(methods: set[str]) -> None:
    used = {
        node.attr
        for module in Path(main.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Attribute)
    }
    assert methods - used - NO_VERB.keys() == set()
    assert NO_VERB.keys() <= methods
