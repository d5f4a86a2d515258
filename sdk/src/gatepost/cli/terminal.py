"""Words on the terminal: clean text, tables, questions. Results to stdout, the rest to stderr."""

import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from gatepost.secret import Secret

_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")


def clean(text: str) -> str:
    """Return *text* without anything that could steer a terminal."""
    plain = _ESCAPES.sub("", text)
    return "".join(
        char if char == "\t" or not unicodedata.category(char).startswith("C") else "?" for char in plain
    )


def cell(value: object) -> str:
    """Write one value for people, in one line: times in UTC to the minute, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False, default=str)
    return clean(" ".join(str(value).splitlines()))


def _in_full(value: object) -> list[str]:
    """Write one value like `cell`, but keep the lines of text."""
    if not isinstance(value, str):
        return [cell(value)]
    return [clean(one) for one in value.splitlines()] or [""]


def size(count: int) -> str:
    """Write a number of bytes for people: 312 B, 4.0 KiB, 2.5 MiB."""
    amount, unit = float(count), "B"
    for larger in ("KiB", "MiB", "GiB"):
        if amount < 1024:  # noqa: PLR2004 - what makes a KiB
            break
        amount, unit = amount / 1024, larger
    return f"{count} B" if unit == "B" else f"{amount:.1f} {unit}"


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show how far something of *total* steps is: a bar on a terminal, else a few lines.

    What is yielded takes the number of steps done so far. Lines come at 25, 50, 75 and
    100 %, each once; of those that are reached together only the last.
    """
    if sys.stderr.isatty():
        with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
            yield lambda done: bar.update(done - bar.pos)
        return
    told = 0

    def tell(done: int) -> None:
        nonlocal told
        reached = 100 if done >= total else done * 4 // total * 25
        if reached > told:
            told = reached
            note(f"{label}: {reached} %")

    yield tell


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under heads, in columns as wide as their widest cell."""
    shown = [list(heads), *([cell(value) for value in row] for row in rows)]
    widths = [max(_width(row[column]) for row in shown) for column in range(len(heads))]
    for row in shown:
        padded = [text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)]
        click.echo("  ".join(padded).rstrip())


def facts(pairs: Iterable[tuple[str, object]]) -> None:
    """Print one thing as lines of name and value; empty values are left out.

    Further lines of a value are indented, so that none can pass for a name.
    """
    shown = [(name, _in_full(value)) for name, value in pairs if cell(value)]
    width = max((len(name) for name, _ in shown), default=0)
    for name, (first, *further) in shown:
        click.echo(f"{name.ljust(width)}  {first}")
        for one in further:
            click.echo(f"{' ' * width}  {one}")


def as_json(value: object) -> None:
    """Print *value* as JSON; a secret in it is shown, because it is the answer asked for."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=_plain))


def log_line(line: str, *, is_json: bool) -> None:
    """Print one line of a log at once."""
    click.echo(json.dumps({"line": line}, ensure_ascii=False) if is_json else clean(line))


def note(sentence: str) -> None:
    """Tell people something on stderr that is not the result."""
    click.echo("\n".join(clean(line) for line in sentence.split("\n")), err=True)


def ask_hidden(question: str) -> Secret | None:
    """Ask for a secret without showing it; None when there is no terminal to ask at."""
    if not sys.stdin.isatty():
        return None
    return Secret(click.prompt(question, hide_input=True, err=True))


def hidden(question: str) -> Secret:
    """Ask for a secret without showing it; without a terminal, read it from a line of stdin.

    Raises:
        click.UsageError: there is neither.
    """
    typed = ask_hidden(question)
    return typed if typed is not None else Secret(line(question))


def new_secret(question: str) -> Secret:
    """Ask for a new secret, twice; without a terminal, read it from one line of stdin."""
    if not sys.stdin.isatty():
        return Secret(line(question))
    return Secret(click.prompt(question, hide_input=True, confirmation_prompt=True, err=True))


def line(question: str) -> str:
    """Ask for one line; without a terminal, read it from stdin.

    Raises:
        click.UsageError: there is neither.
    """
    if sys.stdin.isatty():
        answer: str = click.prompt(question, err=True)
        return answer
    read = sys.stdin.readline().rstrip("\r\n")
    if not read:
        raise click.UsageError(f"{question} is needed: there is no terminal to ask at, and no line on stdin.")
    return read


def agree(question: str, *, is_agreed: bool) -> None:
    """Ask before something is done that cannot be undone.

    Raises:
        click.UsageError: there is nobody to ask.
        click.Abort: the answer is no.
    """
    if is_agreed:
        return
    if not sys.stdin.isatty():
        raise click.UsageError(f"{clean(question)} There is no terminal to ask at; add --yes to agree.")
    click.confirm(clean(question), abort=True, err=True)


def agree_by_name(question: str, name: str, *, is_agreed: bool) -> None:
    """Ask for the name of what is about to be gone for good.

    Raises:
        click.UsageError: there is nobody to ask.
        click.Abort: another name was typed.
    """
    if is_agreed:
        return
    if not sys.stdin.isatty():
        raise click.UsageError(f"{clean(question)} There is no terminal to ask at; add --yes to agree.")
    note(question)
    if click.prompt(f"Type {clean(name)} to confirm", default="", show_default=False, err=True) != name:
        note("That is another name; nothing was done.")
        raise click.Abort


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _plain(value: object) -> object:
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
