"""The client: one server, one credential, and the calls of the API by noun."""

import os
from types import TracebackType
from typing import Self

from gatepost.inside import app_here
from gatepost.resources.apis import DataApiCalls
from gatepost.resources.app_connections import NamedConnection
from gatepost.resources.apps import AppCalls
from gatepost.resources.audit import AuditCalls
from gatepost.resources.clients import ClientCalls
from gatepost.resources.connections import ConnectionCalls
from gatepost.resources.credentials import CredentialCalls
from gatepost.resources.dashboards import DashboardCalls
from gatepost.resources.datasets import DatasetCalls
from gatepost.resources.egress import EgressCalls
from gatepost.resources.explain import ExplainCalls
from gatepost.resources.exposure import ExposureCalls
from gatepost.resources.groups import GroupCalls
from gatepost.resources.jobs import JobCalls
from gatepost.resources.keys import KeyCalls
from gatepost.resources.lending import LendingCalls
from gatepost.resources.log_files import LogFileCalls
from gatepost.resources.me import MeCalls
from gatepost.resources.organizations import OrganizationCalls
from gatepost.resources.projects import ProjectCalls
from gatepost.resources.requests import RequestCalls
from gatepost.resources.scenarios import ScenarioCalls
from gatepost.resources.sessions import SessionCalls
from gatepost.resources.settings import SettingCalls
from gatepost.resources.sources import SourceCalls
from gatepost.resources.usecases import UsecaseCalls
from gatepost.resources.users import UserCalls
from gatepost.resources.variables import VariableCalls
from gatepost.transport import Transport


class Client:
    """A connection to a server; made by `gatepost.client()`, closed as a context manager."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.me = MeCalls(transport)
        self.lending = LendingCalls(transport)
        self.keys = KeyCalls(transport)
        self.users = UserCalls(transport)
        self.groups = GroupCalls(transport)
        self.organizations = OrganizationCalls(transport)
        self.requests = RequestCalls(transport)
        self.sessions = SessionCalls(transport)
        self.sources = SourceCalls(transport)
        self.apps = AppCalls(transport)
        self.usecases = UsecaseCalls(transport)
        self.clients = ClientCalls(transport)
        self.connections = ConnectionCalls(transport)
        self.credentials = CredentialCalls(transport)
        self.projects = ProjectCalls(transport)
        self.datasets = DatasetCalls(transport)
        self.dashboards = DashboardCalls(transport)
        self.apis = DataApiCalls(transport)
        self.scenarios = ScenarioCalls(transport)
        self.jobs = JobCalls(transport)
        self.audit = AuditCalls(transport)
        self.explain = ExplainCalls(transport)
        self.exposure = ExposureCalls(transport)
        self.settings = SettingCalls(transport)
        self.egress = EgressCalls(transport)
        self.variables = VariableCalls(transport)
        self.log_files = LogFileCalls(transport)

    def connection(self, name: str, *, app: str | None = None) -> NamedConnection:
        """Return a data connection of this application by its name; nothing is sent yet.

        Inside an application no *app* is needed. The password stays with the server: it signs in,
        and sends rows.

        Raises:
            Invalid: this code is no application, and none is named.
        """
        return NamedConnection(self.transport, app or app_here(os.environ), name)

    @property
    def server(self) -> str:
        """Return the address of the server, without a slash at the end."""
        return self.transport.server.origin

    def close(self) -> None:
        """Close the connections."""
        self.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self.server!r})"
