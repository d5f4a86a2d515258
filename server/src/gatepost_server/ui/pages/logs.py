"""The Logs pages of administrators: the instance's own log files, and how much they hold."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from gatepost_server.instance import LEVELS, LogFile, LogLevels
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Text, Timestamp
from gatepost_server.ui.kit.fields import SelectField, TextField
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.pieces import Card, CardForm, Fact, Facts, Stack
from gatepost_server.ui.kit.tables import Choice, Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.kit.work import LogTail

HOME: Final = "/admin/logs"
_KIB: Final = 1024
_COLUMNS: Final = [
    Column("File", place="title"),
    Column("Size", "k-exp", place="left"),
    Column("Last line", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]
_INHERIT: Final = Choice("", "None of its own")


def log_list(
    files: Sequence[LogFile], levels: LogLevels, now: datetime, csrf: str, url: str,
    *, logger: str = "", error: str = "",
) -> Component:  # fmt: skip
    """Return the list of log files, and the form that sets how much is written."""
    same = SameWith(
        [
            Snippet("CLI", "gatepost logs list\ngatepost logs show control.log\ngatepost logs level debug"),
            Snippet(
                "curl",
                'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n'
                f'  "{url}/api/v1/log-files/control.log?tail=50"',
            ),
        ]
    )
    head = PageHead(
        "Logs",
        "What the processes of this server write. Logs of an application are on its own page.",
        [Crumb("Administration"), Crumb("Logs")],
        [same],
    )
    rows = [
        Row(
            [
                NameCell(file.name, "", f"{HOME}/{file.name}"),
                Text(_size(file.size), is_quiet=True),
                Timestamp(file.changed_at, now),
            ]
        )
        for file in files
    ]
    empty = Empty("No logs yet", "They begin when the server is started by `gatepost up`.", "file-text")
    table = ResourceTable("logs", "log files", _COLUMNS, rows, ListState(HOME, {}), empty)
    return Stack([head, table, *_levels(levels, csrf, logger, error)])


def _levels(levels: LogLevels, csrf: str, logger: str, error: str) -> list[Component]:
    choices = [Choice(level, level.capitalize()) for level in LEVELS]
    everything = CardForm(
        "How much is written",
        f"{HOME}/level",
        "Save",
        [SelectField("level", "Level", choices, levels.level)],
        csrf,
        sentence="Every process follows within two seconds; nothing is started again.",
    )
    single = CardForm(
        "One part only",
        f"{HOME}/level",
        "Set",
        [
            TextField("logger", "Logger", logger, hint="Such as gatepost_server.runtime.", error=error),
            SelectField("own_level", "Its level", [*choices, _INHERIT], "DEBUG"),
        ],
        csrf,
        sentence="Only Gatepost’s own loggers: libraries would write down secrets.",
    )
    own = [Fact(name, level.capitalize()) for name, level in sorted(levels.loggers.items())]
    return [everything, single, *([Card("Parts with a level of their own", Facts(own))] if own else [])]


def log_page(file: LogFile, text: str) -> Component:
    """Return the end of one log file."""
    head = PageHead(
        file.name,
        Text(f"{_size(file.size)}; the last lines of it.", is_quiet=True),
        [Crumb("Administration"), Crumb("Logs", HOME), Crumb(file.name)],
        [ButtonLink("Load again", f"{HOME}/{file.name}", "plain", "refresh")],
    )
    tail = LogTail(file.name, text, file.size, f"{HOME}/{file.name}", is_live=False)
    return Stack([head, tail])


def _size(count: int) -> str:
    if count < _KIB:
        return f"{count} B"
    return f"{count / _KIB:.0f} KiB" if count < _KIB * _KIB else f"{count / _KIB / _KIB:.1f} MiB"
