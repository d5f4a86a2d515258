"""What every command shares: `--json` and `--server` at any place, and the call at hand."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gatepost.cli import terminal

if TYPE_CHECKING:
    from gatepost.connected import Client
    from gatepost.secret import Secret
    from gatepost.shape import Model

C = TypeVar("C", bound=Callable[..., object])
Columns = Sequence[tuple[str, Callable[[Any], object]]]


@dataclass
class Call:
    """One run of a command: how to answer, and which server to talk to."""

    is_json: bool = False
    server: str | None = None

    def client(self) -> "Client":
        """Connect, for as long as the command runs."""
        from gatepost import client  # noqa: PLC0415 - help needs no HTTP client

        connected = client(self.server, ask_password=confirm_password)
        return click.get_current_context().with_resource(connected)

    def rows(self, found: "Iterable[Model]", columns: Columns, *, limit: int, empty: str) -> None:
        """Show the first *limit* things of a list, and say so when there are more."""
        some: Iterator[Model] = iter(found)
        items = list(islice(some, limit))
        has_more = next(some, None) is not None
        if self.is_json:
            terminal.as_json({"items": [item.raw for item in items], "has_more": has_more})
            return
        if not items:
            terminal.note(empty)
            return
        terminal.table([head for head, _ in columns], [[read(item) for _, read in columns] for item in items])
        if has_more:
            terminal.note(f"There are more than {limit}; narrow the search or raise --limit.")

    def one(self, thing: "Model", pairs: Iterable[tuple[str, object]]) -> None:
        """Show one thing."""
        if self.is_json:
            terminal.as_json(thing.raw)
        else:
            terminal.facts(pairs)

    def lines(self, answer: object, found: Sequence[str], *, empty: str) -> None:
        """Show a list of plain names, one in a line, or say that there is none."""
        if self.is_json:
            terminal.as_json(answer)
        elif found:
            click.echo("\n".join(terminal.clean(one) for one in found))
        else:
            terminal.note(empty)

    def done(self, answer: object, sentence: str) -> None:
        """Say that something was done, or give the server's answer with --json."""
        if self.is_json:
            terminal.as_json(answer)
        else:
            click.echo(terminal.clean(sentence))


def confirm_password() -> "Secret | None":
    """Ask for the password again, because what is to be done needs it fresh."""
    return terminal.ask_hidden("This needs your password once more. Password")


def _set_json(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    call = ctx.find_root().ensure_object(Call)
    call.is_json = call.is_json or value


def _set_server(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.find_root().ensure_object(Call).server = value


def everywhere() -> list[click.Option]:
    """Return the options that may stand before and after every verb."""
    shown = "Print JSON, for programs."
    server = "Address of the server; default: GATEPOST_SERVER, else where you signed in last."
    return [
        click.Option(["--json"], is_flag=True, expose_value=False, callback=_set_json, help=shown),
        click.Option(["--server"], metavar="URL", expose_value=False, callback=_set_server, help=server),
    ]


class Verb(click.Command):
    """A command that takes `--json` and `--server`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(everywhere())


class Noun(click.Group):
    """A group of verbs about one noun."""

    command_class = Verb

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(everywhere())


def list_options(command: C) -> C:
    """Add the options that all lists have."""
    search = click.option("-q", "--search", metavar="TEXT", help="Only what matches this text.")
    limit = click.option(
        "--limit", type=click.IntRange(1), default=200, show_default=True, help="Show at most this many."
    )
    return search(limit(command))


def yes_option(command: C) -> C:
    """Add the option that agrees in advance."""
    return click.option("--yes", "is_agreed", is_flag=True, help="Do not ask.")(command)
