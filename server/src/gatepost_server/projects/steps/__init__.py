"""The kinds of steps that need nothing from upper rooms: SQL, refreshing, mail."""

from gatepost_server.projects.steps.mailing import MailStep
from gatepost_server.projects.steps.querying import SqlStep
from gatepost_server.projects.steps.refreshing import RefreshStep

__all__ = ["MailStep", "RefreshStep", "SqlStep"]
