"""What a bundle may ask for, and what its kind adds."""

import pytest

from gatepost_server.apps.model import Kind
from gatepost_server.runtime.environments.requirements import (
    UnacceptableError,
    complete,
    parse_pyproject,
    parse_requirements,
)


def test_names_versions_markers_extras_and_hashes_are_taken():
    text = (
        "\ufeff".strip("\ufeff")
        + "# ours\nfastapi>=0.100 # why\n\nuvicorn[standard]==0.54.0 ; python_version > '3'\n"
        "idna==3.10 \\\n    --hash=sha256:" + "a" * 64 + " \\\n    --hash=sha256:" + "b" * 64 + "\n"
    )
    assert parse_requirements(text) == (
        "fastapi>=0.100",
        'uvicorn[standard]==0.54.0; python_version > "3"',
        f"idna==3.10 --hash=sha256:{'a' * 64} --hash=sha256:{'b' * 64}",
    )


@pytest.mark.parametrize(
    "line",
    ["-r more.txt", "-c c.txt", "--extra-index-url=http://x", "-e .", "--find-links /", "a @ file:///etc/passwd",
     "git+https://x/y", "../wheel.whl", "https://x/y.whl", "a b", "=1"],
)  # fmt: skip
def test_everything_that_chooses_where_code_comes_from_is_refused(line):
    with pytest.raises(UnacceptableError, match="line 2"):
        parse_requirements("fastapi\n" + line)


def test_pyproject_dependencies_are_read_by_the_same_rules():
    assert parse_pyproject('[project]\ndependencies = ["flask>=3"]') == ("flask>=3",)
    assert parse_pyproject("") == ()
    for bad in (
        "[project",
        '[project]\ndependencies = "flask"',
        '[project]\ndependencies = ["x @ http://y"]',
    ):
        with pytest.raises(UnacceptableError):
            parse_pyproject(bad)


def test_only_what_is_missing_is_added():
    assert complete(Kind.WSGI, ["flask"]).added == ("gunicorn",)
    assert complete(Kind.WSGI, ["Flask", "GUnicorn==27"]).added == ()
    assert complete(Kind.STREAMLIT, []).added == ("streamlit",)
    assert complete(Kind.ASGI, ["uvicorn[standard]>=0.5"]).added == ("httptools", "websockets")
    assert complete(Kind.STATIC, []).added == ()


def test_the_key_depends_on_what_is_asked_and_by_which_python_not_on_order():
    one = complete(Kind.ASGI, ["a", "b"]).key(interpreter="3.11", library="a")
    assert one == complete(Kind.ASGI, ["b", "a"]).key(interpreter="3.11", library="a")
    assert one != complete(Kind.ASGI, ["a", "b"]).key(interpreter="3.12", library="a")
    assert one != complete(Kind.ASGI, ["a", "c"]).key(interpreter="3.11", library="a")
