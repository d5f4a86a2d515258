"""Start a relay: `python -m gatepost_server.runtime.relay PLAN`."""

import ctypes
import os
import signal
import sys

import uvloop

from gatepost_server.runtime.isolation.ending import end_group, end_uid
from gatepost_server.runtime.relay.netns import enter_network_of
from gatepost_server.runtime.relay.plan import RelayPlan
from gatepost_server.runtime.relay.service import run_relay

PR_SET_PDEATHSIG = 1


def follow(plan: RelayPlan) -> None:
    """End when our parent ends, however it ends; politely when the app is ours to end too."""
    if plan.parent is None:
        return
    signum = signal.SIGKILL if plan.guarded_group is None else signal.SIGTERM
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)
    if os.getppid() != plan.parent:
        end_orphans(plan)
        sys.exit("the runtime is gone")


def end_orphans(plan: RelayPlan) -> None:
    """End the app with ourselves, where no namespace would end it.

    The parent is not asked whether it lives: its main thread may be gone, and the death
    signal sent, while other threads of it still make it look alive.
    """
    if plan.guarded_group is not None:
        end_group(plan.guarded_group)
    if plan.guarded_uid is not None:
        end_uid(plan.guarded_uid)


def main() -> None:
    """Run one relay to its end."""
    plan = RelayPlan.from_argument(sys.argv[1])
    follow(plan)
    if plan.netns_pid is not None:
        enter_network_of(plan.netns_pid)
    try:
        uvloop.run(run_relay(plan))
    except TimeoutError:
        if os.getppid() != plan.parent:
            end_orphans(plan)
        sys.exit(f"The app did not answer HTTP within {plan.start_timeout:.0f} s")
    end_orphans(plan)  # asked to end: the runtime is gone, which otherwise kills us and ends the app itself


if __name__ == "__main__":
    main()
