"""`gatepost admin config show`: each setting, its value, and where it comes from."""

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from gatepost_server.settings import Settings
from gatepost_server.settings.sections import FILE_VARIABLE


def shown(name: str, value: object) -> object:
    """Return *value* as it may be shown: a store's address without its password."""
    if name == "store" and isinstance(value, str):
        try:
            return make_url(value).render_as_string(hide_password=True)
        except ArgumentError:
            return "***"
    return value


def print_settings(settings: Settings, options: Mapping[str, object], *, as_json: bool) -> None:
    """Print every setting."""
    rows = [
        {"name": name, "value": shown(name, value), "origin": _origin(name, options)}
        for name, value in settings.model_dump(mode="json").items()
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    wide = max(len(str(row["name"])) for row in rows)
    for row in rows:
        value = "–" if row["value"] is None else row["value"]
        click.echo(f"{str(row['name']).ljust(wide)}  {value}  ({row['origin']})")


def _origin(name: str, options: Mapping[str, object]) -> str:
    if options.get(name) is not None:
        return "option"
    variable = f"GATEPOST_{name.upper()}"
    if variable in os.environ:
        return variable
    file = os.environ.get(FILE_VARIABLE)
    if file is not None and name in tomllib.loads(Path(file).read_text()):
        return file
    return "default"
