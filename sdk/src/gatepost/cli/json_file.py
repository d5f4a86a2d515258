"""JSON files that verbs take what is wanted from."""

import json
from pathlib import Path

import click

json_file = click.Path(path_type=Path, exists=True, dir_okay=False)
"""The type of an option that names such a file."""


def object_in(file: Path) -> dict[str, object]:
    """Return the JSON object that a file holds.

    Raises:
        click.UsageError: it holds none.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError) as fault:
        raise click.UsageError(f"{file} is not JSON: {fault}.") from None
    if not isinstance(found, dict):
        raise click.UsageError(f"{file} has to hold a JSON object.")
    return found


def list_in(file: Path, field: str) -> list[dict[str, object]]:
    """Return the list of objects that the object in a file has as *field*.

    Raises:
        click.UsageError: it has none.
    """
    found = object_in(file).get(field)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise click.UsageError(f'{file} has to hold an object with a list "{field}" of objects.')
    return found


def names_in(file: Path, found: object, field: str) -> list[str]:
    """Return *found*, a list of texts that *file* has as *field*; empty where it has none.

    Raises:
        click.UsageError: it is something else.
    """
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise click.UsageError(f'{file} has to hold a list of permissions as "{field}".')
    return found


def names_by_thing_in(file: Path, found: object, field: str) -> dict[str, list[str]]:
    """Return *found*, lists of texts by the names of things that *file* has as *field*.

    Raises:
        click.UsageError: it is something else.
    """
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise click.UsageError(f'{file} has to hold an object as "{field}".')
    return {str(thing): names_in(file, names, f"{field}.{thing}") for thing, names in found.items()}
