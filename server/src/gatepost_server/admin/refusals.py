"""What keeps a server from starting, each as one sentence that says what to do."""

from gatepost_server.kernel.errors import Conflict, Precondition, Unavailable


class FolderNotWritable(Precondition):
    """The data folder cannot be made or written."""

    code = "folder-not-writable"


class PortTaken(Conflict):
    """Somebody else listens where the gate should."""

    code = "port-taken"


class AlreadyRunning(Conflict):
    """Another `gatepost up` works on the same data folder."""

    code = "already-running"


class TestClockRefused(Precondition):
    """The test clock is asked for on a data folder that was made without it."""

    code = "test-clock-refused"
    __test__ = False  # pytest: this is no test


class PartsNotReady(Unavailable):
    """A process did not answer in time."""

    code = "parts-not-ready"
