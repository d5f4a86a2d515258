"""Scenarios of a project: steps that run together, by hand or by a schedule."""

from collections.abc import Iterator, Mapping, Sequence

from gatepost.resources.grants import GrantCalls
from gatepost.shape import read
from gatepost.transport import Transport, segment
from gatepost.work_models import Run, Scenario


class _Same:
    """Says that a field stays as it is."""


SAME = _Same()
"""What `change` takes for fields that stay; None clears them."""


class ScenarioCalls:
    """Calls about scenarios, which are named by their project's key and their name or id."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.grants = GrantCalls(transport, "scenarios")

    def list(self, project: str, *, q: str | None = None) -> Iterator[Scenario]:
        """Yield the scenarios of a project that one may see."""
        return self._transport.pages(Scenario, _all(project), {"q": q})

    def get(self, project: str, scenario: str) -> Scenario:
        """Return one scenario."""
        return self._transport.get(Scenario, _path(project, scenario))

    def create(
        self,
        project: str,
        name: str,
        steps: Sequence[Mapping[str, object]],
        *,
        cron: str | None = None,
        run_as: str | None = None,
    ) -> Scenario:
        """Make a scenario; it acts as the caller, who must hold what its steps do.

        *cron* has five fields and counts in UTC.

        Raises:
            Invalid: a step, the name or the schedule cannot be used.
            Denied: a step does what one may not do oneself.
        """
        body: dict[str, object] = {"name": name, "steps": [dict(step) for step in steps]}
        body |= {field: value for field, value in (("cron", cron), ("run_as", run_as)) if value is not None}
        return read(Scenario, self._transport.call("POST", _all(project), body=body))

    def change(
        self,
        project: str,
        scenario: str,
        *,
        name: str | _Same = SAME,
        steps: Sequence[Mapping[str, object]] | _Same = SAME,
        cron: str | _Same | None = SAME,
        run_as: str | _Same | None = SAME,
    ) -> Scenario:
        """Change a scenario; from then on it acts as the caller."""
        said = {"name": name, "steps": steps, "cron": cron, "run_as": run_as}
        body = {field: value for field, value in said.items() if not isinstance(value, _Same)}
        return read(Scenario, self._transport.call("PATCH", _path(project, scenario), body=body))

    def delete(self, project: str, scenario: str) -> None:
        """Delete a scenario with its runs; one that runs is cancelled."""
        self._transport.call("DELETE", _path(project, scenario))

    def run(self, project: str, scenario: str) -> Run:
        """Start a scenario now, and return the run that waits to begin.

        Raises:
            Conflict: it is running already.
        """
        return read(Run, self._transport.call("POST", f"{_path(project, scenario)}/run"))

    def runs(self, project: str, scenario: str) -> Iterator[Run]:
        """Yield the runs of a scenario, latest first."""
        return self._transport.pages(Run, f"{_path(project, scenario)}/runs", {})

    def run_of(self, project: str, scenario: str, run_id: str) -> Run:
        """Return a run as it is now, step by step."""
        return self._transport.get(Run, f"{_path(project, scenario)}/runs/{segment(run_id)}")

    def cancel(self, project: str, scenario: str, run_id: str) -> Run:
        """Cancel a run.

        Raises:
            Conflict: it has ended already.
        """
        path = f"{_path(project, scenario)}/runs/{segment(run_id)}"
        return read(Run, self._transport.call("DELETE", path))


def _all(project: str) -> str:
    return f"projects/{segment(project)}/scenarios"


def _path(project: str, scenario: str) -> str:
    return f"{_all(project)}/{segment(scenario)}"
