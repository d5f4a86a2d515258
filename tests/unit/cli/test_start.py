"""How the command starts: fast, without the server's parts, and honest about what is missing."""

import subprocess
import sys
from importlib.metadata import EntryPoint, EntryPoints, version

import click
import pytest

from gatepost.cli.exit_codes import MEANING, Exit
from gatepost.cli.main import OWN, cli, run
from gatepost.version import VERSION

_LISTING = """
import sys
sys.argv = ["gatepost", *{arguments!r}]
try:
    from gatepost.cli.main import main
    main()
finally:
    print("\\n".join(sys.modules), file=sys.stderr)
"""


def modules_after(*arguments: str) -> set[str]:
    script = _LISTING.format(arguments=list(arguments))
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(ran.stderr.split())


def test_help_loads_nothing_heavy() -> None:
    loaded = modules_after("--help")
    heavy = {"pydantic", "sqlalchemy", "fastapi", "starlette", "gatepost_server", "httpx", "ssl", "tarfile"}
    assert loaded & heavy == set()
    assert {f"gatepost.cli.{module.rpartition('.')[2]}" for module, _ in OWN.values()} & loaded == set()


def test_a_command_loads_only_itself() -> None:
    loaded = modules_after("keys", "--help")
    assert "gatepost.cli.keys" in loaded
    assert loaded & {"gatepost.cli.apps", "gatepost.cli.deploy", "pydantic", "sqlalchemy", "fastapi"} == set()


def test_the_help_lines_are_those_of_the_commands() -> None:
    context = click.Context(cli)
    for name, (_, line) in OWN.items():
        command = cli.get_command(context, name)
        assert command is not None
        assert (command.help or "").splitlines()[0].startswith(line.removesuffix("."))


def test_without_the_server_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("gatepost.cli.lazy.entry_points", lambda **_: EntryPoints())
    assert run(["up"]) == Exit.UNAVAILABLE
    assert capsys.readouterr().err == (
        "`gatepost up` needs the server. Install it: uv tool install gatepost-server\n"
    )


@click.command()
def extra() -> None:
    """Say that another package was asked."""
    click.echo("extra ran")


def test_commands_of_other_packages_are_found_by_entry_point(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    point = EntryPoint("up", f"{__name__}:extra", "gatepost.commands")
    monkeypatch.setattr(EntryPoint, "load", lambda self: extra)
    monkeypatch.setattr("gatepost.cli.lazy.entry_points", lambda **_: EntryPoints([point]))
    assert run(["up"]) == 0
    assert capsys.readouterr().out == "extra ran\n"


def test_an_unknown_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["aps"]) == Exit.USAGE
    assert "aps" in capsys.readouterr().err


def test_a_fault_of_ours_is_a_sentence_and_exit_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("gatepost.cli.lazy.import_module", broken)
    assert run(["apps"]) == Exit.FAILED
    assert "GATEPOST_DEBUG=1" in capsys.readouterr().err
    monkeypatch.setenv("GATEPOST_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run(["apps"])


def test_every_exit_code_is_explained() -> None:
    assert set(MEANING) == set(Exit)


def test_the_version_is_the_packages() -> None:
    assert version("gatepost") == VERSION
