"""The root of all commands: each is loaded when it is called, not before."""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

import click

from gatepost.cli.verb import Noun
from gatepost.errors import Unavailable

ENTRY_POINTS = "gatepost.commands"


class LazyGroup(Noun):
    """Commands by name: `own` maps to (module, help line), `outside` to help lines.

    Outside commands are entry points of other packages (the server's `up` and `admin`);
    without the package they answer with one sentence that says what to install.
    """

    def __init__(
        self,
        *args: Any,
        own: Mapping[str, tuple[str, str]],
        outside: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._own = own
        self._outside = outside

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names, loading nothing."""
        del ctx
        return sorted([*self._own, *self._outside])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command.

        Raises:
            Unavailable: its package is not installed.
        """
        del ctx
        if cmd_name in self._own:
            loaded = getattr(import_module(self._own[cmd_name][0]), cmd_name.replace("-", "_"))
            assert isinstance(loaded, click.Command)
            return loaded
        found = next(iter(entry_points(group=ENTRY_POINTS, name=cmd_name)), None)
        if found is not None:
            command = found.load()
            assert isinstance(command, click.Command)
            return command
        if cmd_name in self._outside:
            detail = f"`gatepost {cmd_name}` needs the server. Install it: uv tool install gatepost-server"
            raise Unavailable(detail, code="server-not-installed")
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands and their help lines, loading nothing."""
        lines = {name: line for name, (_, line) in self._own.items()} | dict(self._outside)
        with formatter.section("Commands"):
            formatter.write_dl([(name, lines[name]) for name in self.list_commands(ctx)])
