"""Start a relay: `python -m gatepost_server.runtime.relay PLAN`."""

import ctypes
import os
import signal
import sys

import uvloop

from gatepost_server.runtime.relay.netns import enter_network_of
from gatepost_server.runtime.relay.plan import RelayPlan
from gatepost_server.runtime.relay.service import run_relay

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4


def follow(parent: int | None) -> None:
    """End when *parent* ends, however it ends."""
    if parent is None:
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the runtime is gone")


def main() -> None:
    """Run one relay to its end."""
    plan = RelayPlan.from_argument(sys.argv[1])
    follow(plan.parent)
    if plan.netns_pid is not None:
        enter_network_of(plan.netns_pid)
    try:
        uvloop.run(run_relay(plan))
    except TimeoutError:
        sys.exit(f"The app did not answer HTTP within {plan.start_timeout:.0f} s.")


if __name__ == "__main__":
    main()
