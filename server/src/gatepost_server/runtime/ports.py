"""What the runtime needs from the store; `apps` implements it, `bootstrap` hands it down."""

from collections.abc import Sequence
from typing import Protocol

from gatepost_server.apps.model import BuildOrder, BuildResult, DesiredApp, ReplicaReport
from gatepost_server.apps.views import RuntimeStatus
from gatepost_server.kernel.secret import Secret


class Orders(Protocol):
    """Desired state in, observations out. Every call may block and may be made from any thread."""

    def has_news(self) -> bool:
        """Tell whether anything may have changed since this was last asked; costs next to nothing."""
        ...

    def claim_build(self) -> BuildOrder | None:
        """Take the oldest queued version for building; nobody else gets it. None: nothing waits."""
        ...

    def finish_build(self, version_id: str, result: BuildResult) -> None:
        """Write down how a claimed build ended."""
        ...

    def desired_apps(self) -> Sequence[DesiredApp]:
        """Return every deployment that should be served now."""
        ...

    def launch_key(self, deployment_id: str) -> Secret | None:
        """Return the key that the process of a deployment is given; the same at each start, None for none."""
        ...

    def report(self, report: ReplicaReport) -> None:
        """Write down what was seen of a deployment; one that is gone, or replaced, is ignored."""
        ...

    def requeue_builds(self) -> None:
        """Put back what a dead runtime had claimed, and forget what it had running.

        Called once, before anything else: from then on requests wait for what is started anew.
        """
        ...

    def report_runtime(self, status: RuntimeStatus) -> None:
        """Write down what this runtime offers: its rung, R, the interpreters it found."""
        ...
