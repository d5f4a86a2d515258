"""How a process ended, in words."""

import signal


def how_it_ended(code: int | None) -> str:
    """Say an exit code in words, to be put after a sentence's beginning."""
    if code is None:
        return ""
    signum = -code if code < 0 else code - 128
    if signum == signal.SIGKILL:
        return " (killed: most often, out of memory)"
    if 0 < signum < signal.NSIG:
        return f" (signal {signal.Signals(signum).name})"
    return f" (exit code {code})"
