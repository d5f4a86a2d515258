"""The instance's own log files, and how much is written into them."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from gatepost_server import apps, instance
from gatepost_server.apps import MOST_LINES
from gatepost_server.crypto import scrub
from gatepost_server.http.v1.wire import Body, PageOut, Time
from gatepost_server.instance import LogFile, LogLevels
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["instance"])


class LogFileOut(BaseModel):
    """A log file of one of the instance's own processes."""

    name: str
    size: int
    changed_at: Time

    @classmethod
    def of(cls, file: LogFile) -> "LogFileOut":
        """Present *file*."""
        return cls(name=file.name, size=file.size, changed_at=file.changed_at)


class LogTextOut(LogFileOut):
    """The end of a log file; keys in it are cut short."""

    lines: list[str]


class LevelIn(Body):
    """How much is to be written, of one logger or of all; null takes a logger's own level away."""

    level: str | None
    logger: str | None = None


class LevelsOut(BaseModel):
    """How much is written: of all loggers, and of those with a level of their own."""

    level: str
    loggers: dict[str, str]

    @classmethod
    def of(cls, levels: LogLevels) -> "LevelsOut":
        """Present *levels*."""
        return cls(level=levels.level, loggers=dict(levels.loggers))


@router.reads("/log-files", action="log:list")
def list_log_files(call: ApiCall) -> PageOut[LogFileOut]:
    """List the log files of the instance's own processes."""
    with call.read() as tx:
        found = instance.list_log_files(tx, call.house.folders)
    return PageOut(items=[LogFileOut.of(one) for one in found], next=None)


@router.reads("/log-files/{name:path}", action="log:read")
def read_log_file(
    call: ApiCall, name: str, tail: Annotated[int, Query(ge=0, le=MOST_LINES)] = 200
) -> LogTextOut:
    """Return the last lines of one of the listed files; any other name is not found."""
    with call.read() as tx:
        file = instance.log_file(tx, call.house.folders, name)
    lines = [scrub(line) for line in apps.log_tail(file.path, tail).lines]
    return LogTextOut(**LogFileOut.of(file).model_dump(), lines=lines)


@router.reads("/log-level", action="log:level")
def read_level(call: ApiCall) -> LevelsOut:
    """Say how much is written into the logs."""
    with call.read() as tx:
        return LevelsOut.of(instance.read_log_levels(tx))


@router.replaces("/log-level", action="log:level")
def set_level(call: ApiCall, body: LevelIn) -> LevelsOut:
    """Let all processes write more or less from now on, without a restart."""
    with call.begin() as tx:
        return LevelsOut.of(instance.set_log_level(tx, body.level, body.logger))
