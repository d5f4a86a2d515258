"""Detection: the kind of a bundle is seen in its files, never by running them."""

from pathlib import Path

import pytest

from gatepost_server.apps.detection import KindUnclear, ManifestInvalid, detect, read_manifest
from gatepost_server.apps.model import Kind

PLUMBER = "#* @get /mean\nnormalMean <- function(samples=10){\n  mean(rnorm(samples))\n}\n"
ASGI = "async def app(scope, receive, send):\n    pass\n"
WSGI = "def application(environ, start_response):\n    return []\n"
SEEN = [
    ("fastapi", {"main.py": "from fastapi import FastAPI\napp = FastAPI()\n"}, Kind.FASTAPI, "main:app"),
    (
        "fastapi by module",
        {"app.py": "import fastapi as f\nservice = f.FastAPI()\n"},
        Kind.FASTAPI,
        "app:service",
    ),
    ("annotated", {"app.py": "from fastapi import FastAPI\nx: FastAPI = FastAPI()\n"}, Kind.FASTAPI, "app:x"),
    (
        "inside try",
        {"app.py": "from flask import Flask\ntry:\n    app = Flask('x')\nfinally:\n    pass\n"},
        Kind.WSGI,
        "app:app",
    ),
    (
        "starlette",
        {"app.py": "from starlette.applications import Starlette\na = Starlette()"},
        Kind.ASGI,
        "app:a",
    ),
    ("plain asgi", {"echo.py": ASGI}, Kind.ASGI, "echo:app"),
    ("plain wsgi", {"hello.py": WSGI}, Kind.WSGI, "hello:application"),
    ("flask", {"app.py": "from flask import Flask\napp = Flask(__name__)\n"}, Kind.WSGI, "app:app"),
    (
        "django",
        {"wsgi.py": "from django.core.wsgi import get_wsgi_application\nw = get_wsgi_application()"},
        Kind.WSGI,
        "wsgi:w",
    ),
    ("dash", {"app.py": "import dash\napp = dash.Dash()\n"}, Kind.WSGI, "app:app.server"),
    (
        "streamlit",
        {"dashboard.py": "import streamlit as st\nst.title('x')\n"},
        Kind.STREAMLIT,
        "dashboard.py",
    ),
    ("streamlit with data", {"app.py": "import streamlit\n", "data.csv": "1"}, Kind.STREAMLIT, "app.py"),
    (
        "shiny",
        {"app.py": "from shiny import App, ui\napp = App(ui.page_fluid(), None)\n"},
        Kind.SHINY,
        "app:app",
    ),
    ("shiny express", {"app.py": "from shiny.express import ui\nui.h1('x')\n"}, Kind.SHINY, "app.py"),
    ("plumber", {"plumber.R": PLUMBER}, Kind.PLUMBER, "plumber.R"),
    ("plumber by another name", {"api.R": PLUMBER, "a.R": "x <- 1"}, Kind.PLUMBER, "api.R"),
    ("static", {"index.html": "<h1>x</h1>", "target.html": "x"}, Kind.STATIC, "."),
    ("static without an index", {"target.html": "x"}, Kind.STATIC, "."),
    ("static below", {"public/index.html": "x", "README.md": "x"}, Kind.STATIC, "public"),
    ("usual names first", {"a.py": "import streamlit", "main.py": ASGI}, Kind.ASGI, "main:app"),
    ("the name app first", {"x.py": f"from flask import Flask\nb = Flask('b')\n{ASGI}"}, Kind.ASGI, "x:app"),
    ("tests are no apps", {"test_a.py": ASGI, "index.html": "x"}, Kind.STATIC, "."),
]
UNCLEAR = [
    ("nothing", {"README.md": "hello"}, "It is not clear"),
    (
        "no object",
        {"app.py": "import flask\ndef make():\n    return flask.Flask('x')\n"},
        "makes no application",
    ),
    (
        "main guard",
        {"app.py": "import flask\nif __name__ == '__main__':\n    app = flask.Flask('x')\n"},
        "no application",
    ),
    ("syntax error", {"app.py": "def (:\n"}, "syntax error in line 1"),
    ("nul byte", {"app.py": "x = 1\x00"}, "app.py"),
    ("deep nesting", {"app.py": "(" * 5000 + ")" * 5000}, "app.py"),
    ("long chain", {"app.py": "x" + ".a" * 100_000}, "app.py"),
    ("many elif", {"app.py": "if x: pass\n" + "elif x: pass\n" * 20_000}, "app.py"),
    ("minus signs", {"app.py": "-" * 300_000 + "1"}, "app.py"),
    ("huge", {"app.py": "#" * 600_000}, "too large"),
    ("plain python", {"app.py": "print(1)\n"}, "gatepost.toml"),
    ("an r script", {"plot.R": "plot(1)\n" + "\n" * 500_000}, "It is not clear"),
]
NAMED = [
    ("kind only", 'kind = "streamlit"', {"app.py": "print(1)"}, (Kind.STREAMLIT, "app.py")),
    (
        "kind and object",
        'kind = "wsgi"\nentrypoint = "pkg.web:make"',
        {"pkg/web.py": "make = 1"},
        (Kind.WSGI, "pkg.web:make"),
    ),
    ("object alone", 'entrypoint = "pkg:app"', {"pkg/__init__.py": ASGI}, (Kind.ASGI, "pkg:app")),
    ("file alone", 'entrypoint = "src/web.py"', {"src/web.py": WSGI}, (Kind.WSGI, "src.web:application")),
    ("folder alone", 'entrypoint = "out"', {"out/a.html": "x", "app.py": ASGI}, (Kind.STATIC, "out")),
    ("r file", 'entrypoint = "r/api.R"', {"r/api.R": "x"}, (Kind.PLUMBER, "r/api.R")),
    (
        "fastapi served as asgi",
        'kind = "asgi"',
        {"app.py": "from fastapi import FastAPI\na = FastAPI()"},
        (Kind.ASGI, "app:a"),
    ),
    ("static beside code", 'kind = "static"', {"index.html": "x", "app.py": ASGI}, (Kind.STATIC, ".")),
    ("only a name", 'name = "My report"', {"index.html": "x"}, (Kind.STATIC, ".")),
]
WRONG = [
    ("not toml", "kind = ", "not valid TOML"),
    ("unknown field", 'kind = "static"\nport = 80', "app.port"),
    ("unknown kind", 'kind = "php"', "app.kind"),
    ("wrong type", "kind = 3", "app.kind"),
    ("bad python", 'python = ">=3"', "app.python"),
    ("empty name", 'name = "  "', "app.name"),
    ("control in the name", 'name = "a\\u0007"', "app.name"),
    ("unknown table", 'kind = "static"\n[server]\nx = 1', "server"),
]
NOT_THERE = [
    'kind = "plumber"',
    'kind = "fastapi"',
    'entrypoint = "missing.py"',
    'entrypoint = "../up.py"',
    'entrypoint = "/etc/passwd"',
    'entrypoint = "a\\\\b.py"',
    'entrypoint = "missing:app"',
    'entrypoint = "app:a b"',
    'kind = "streamlit"\nentrypoint = "app:app"',
    'kind = "static"\nentrypoint = "app.py"',
    'kind = "fastapi"\nentrypoint = "folder"',
    'kind = "plumber"\nentrypoint = "app.py"',
    'kind = "wsgi"\nentrypoint = "api.R"',
    'kind = "wsgi"\nentrypoint = "app.py"',
    'entrypoint = "app:nothing"',
    'entrypoint = "notes.txt"',
]


def _folder(tmp_path: Path, files: dict[str, str], toml: str | None = None) -> Path:
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())
    if toml is not None:
        (tmp_path / "gatepost.toml").write_text(f"[app]\n{toml}\n")
    return tmp_path


@pytest.mark.parametrize(("name", "files", "kind", "entrypoint"), SEEN, ids=[row[0] for row in SEEN])
def test_a_kind_is_seen_in_the_files(
    tmp_path: Path, name: str, files: dict[str, str], kind: Kind, entrypoint: str
) -> None:
    found = detect(_folder(tmp_path, files))
    assert (kind, entrypoint) == (found.kind, found.entrypoint)
    assert found.because


@pytest.mark.parametrize(("name", "files", "says"), UNCLEAR, ids=[row[0] for row in UNCLEAR])
def test_an_unclear_bundle_is_refused_with_the_way_to_mend_it(
    tmp_path: Path, name: str, files: dict[str, str], says: str
) -> None:
    with pytest.raises(KindUnclear) as refusal:
        detect(_folder(tmp_path, files))
    assert says in refusal.value.detail
    assert "gatepost.toml" in refusal.value.detail


@pytest.mark.parametrize(("name", "toml", "files", "seen"), NAMED, ids=[row[0] for row in NAMED])
def test_what_the_author_names_goes_first(
    tmp_path: Path, name: str, toml: str, files: dict[str, str], seen: tuple[Kind, str]
) -> None:
    found = detect(_folder(tmp_path, files, toml))
    assert seen == (found.kind, found.entrypoint)


def test_the_upload_goes_before_the_manifest(tmp_path: Path) -> None:
    folder = _folder(tmp_path, {"index.html": "x", "app.py": ASGI}, 'kind = "asgi"')
    assert detect(folder, kind=Kind.STATIC).kind is Kind.STATIC


@pytest.mark.parametrize(("name", "toml", "says"), WRONG, ids=[row[0] for row in WRONG])
def test_a_manifest_that_says_something_unknown_is_refused(
    tmp_path: Path, name: str, toml: str, says: str
) -> None:
    with pytest.raises(ManifestInvalid) as refusal:
        detect(_folder(tmp_path, {"index.html": "x"}, toml))
    assert says in refusal.value.detail


@pytest.mark.parametrize("toml", NOT_THERE)
def test_an_entrypoint_that_cannot_be_right_is_refused(tmp_path: Path, toml: str) -> None:
    files = {"app.py": "import os\n", "folder/x.txt": "x", "api.R": "x <- 1", "notes.txt": "x"}
    with pytest.raises(KindUnclear):
        detect(_folder(tmp_path, files, toml))


def test_requirements_and_the_python_version_are_noted_for_python_only(tmp_path: Path) -> None:
    files = {"app.py": ASGI, "requirements.txt": "uvicorn\n", "index.html": "x"}
    folder = _folder(tmp_path, files, 'python = "3.11"')
    seen, static = detect(folder), detect(folder, kind=Kind.STATIC)
    assert (seen.requirements, seen.python) == ("requirements.txt", "3.11")
    assert (static.requirements, static.python) == (None, None)


def test_the_name_of_a_manifest_is_read(tmp_path: Path) -> None:
    assert read_manifest(_folder(tmp_path, {}, 'name = "My report"')).name == "My report"


def test_a_bundle_is_never_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    code = f"from fastapi import FastAPI\nopen({str(mark)!r}, 'w').close()\napp = FastAPI()\n"
    detect(_folder(tmp_path, {"app.py": code}))
    assert not mark.exists()


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("from flask import Flask\napp = Flask(__name__)\n", "app.py has no “application”; it has “app”."),
        ("from flask import Flask\napp = Flask(__name__)\napplication = wrapped(app)\n", "cannot be seen"),
        ("from flask import Flask\nfrom more import *\napp = Flask(__name__)\n", "cannot be seen"),
    ],
    ids=["missing", "made elsewhere", "perhaps imported"],
)
def test_a_wrong_object_is_answered_with_the_one_that_is_there(tmp_path: Path, code: str, says: str) -> None:
    (tmp_path / "app.py").write_text(code)
    manifest = '[app]\nentrypoint = "app:application"\n'
    (tmp_path / "gatepost.toml").write_text(manifest)
    with pytest.raises(KindUnclear, match=says):
        detect(tmp_path)
