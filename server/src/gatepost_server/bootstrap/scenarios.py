"""The kinds of steps there are, and what runs them."""

from collections.abc import Mapping

from gatepost_server.apps import RestartStep
from gatepost_server.bootstrap.foundation import Foundation
from gatepost_server.broker import Client
from gatepost_server.connections import Broker
from gatepost_server.projects import DatasetFeeds, Limits, Shelf, StepKind
from gatepost_server.projects.service.running import ScenarioRuns
from gatepost_server.projects.steps import MailStep, RefreshStep, SqlStep


def step_kinds(broker: Broker) -> Mapping[str, StepKind]:
    """Return every kind of step by its name."""
    kinds: tuple[StepKind, ...] = (SqlStep(), RefreshStep(broker), MailStep(), RestartStep())
    return {kind.name: kind for kind in kinds}


def scenario_runs(base: Foundation) -> ScenarioRuns:
    """Return the kind of job that runs scenarios on this instance."""
    folder = base.folders.datasets
    return ScenarioRuns(step_kinds(Client(base.folders.broker_socket)), Shelf(folder), Limits(), folder)


def dataset_feeds(base: Foundation) -> DatasetFeeds:
    """Return the kind of job that reads datasets from their connections."""
    return DatasetFeeds(Client(base.folders.broker_socket), Shelf(base.folders.datasets))
