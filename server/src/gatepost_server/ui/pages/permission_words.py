"""Permissions in words: what each lets one do, in a project and with its datasets."""

from collections.abc import Iterable, Mapping
from typing import Final

from gatepost_server.ui.kit.editors import Tick

PROJECT_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "READ_CONF": ("Read configuration", "What is in the project, columns, variables; no rows"),
    "WRITE_CONF": ("Write configuration", "Add and change what is in the project"),
    "READ_DASHBOARDS": ("Read dashboards", "Open the dashboards"),
    "WRITE_DASHBOARDS": ("Write dashboards", "Add dashboards, change own ones"),
    "MODERATE_DASHBOARDS": ("Moderate dashboards", "Change and delete those of others"),
    "RUN_SCENARIOS": ("Run scenarios", "Start and cancel runs"),
    "EXPORT_DATASETS_DATA": ("Export datasets", "Read rows and take them away as files"),
    "MANAGE_DASHBOARD_AUTHORIZATIONS": ("Authorize objects", "Say what dashboards may show"),
    "MANAGE_EXPOSED_ELEMENTS": ("Expose elements", "Lend datasets to other projects"),
    "ADMIN": ("Administer", "Everything, with permissions and keys"),
}
DATASET_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "READ_DATA": ("Read data", "The rows"),
    "READ_METADATA": ("Read metadata", "Description, tags, own fields"),
    "READ_SCHEMA": ("Read schema", "The columns"),
    "EXPORT_DATA": ("Export data", "Take the rows away as a file"),
    "WRITE_DATA": ("Write data", "Append and overwrite rows"),
    "WRITE_METADATA": ("Write metadata", "Change description, tags, own fields"),
    "WRITE_SCHEMA": ("Write schema", "Declare the columns"),
}
_ALL: Final = {**PROJECT_WORDS, **DATASET_WORDS}


def said(names: Iterable[str]) -> str:
    """Return permissions in words, as a list."""
    words = [_ALL[name][0] if name in _ALL else name.replace("_", " ").capitalize() for name in names]
    return ", ".join([words[0], *(word[:1].lower() + word[1:] for word in words[1:])]) if words else "Nothing"


def ticks(words: Mapping[str, tuple[str, str]], on: Iterable[str] = ()) -> list[Tick]:
    """Return a tick for each permission."""
    chosen = set(on)
    return [Tick(name, title, sentence, name in chosen) for name, (title, sentence) in words.items()]
