"""Which command serves which kind, and how one asks it whether it is alive; pure."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gatepost_server.apps.model import DesiredApp, Kind

LAUNCH: Final = Path(__file__).resolve().parent / "launch"
ALIVE: Final = "/.gatepost-alive"


@dataclass(frozen=True)
class Command:
    """A command line inside the sandbox, and the path that answers when it is alive."""

    argv: tuple[str, ...]
    alive_path: str
    env: tuple[tuple[str, str], ...] = ()


def command_for(app: DesiredApp, *, port: int, rscript: Path | None) -> Command | None:
    """Return how to serve *app* on *port*; None for static sites, which need no process.

    Raises:
        LookupError: the kind needs something that is missing; the message says what.
    """
    if app.kind is Kind.STATIC:
        return None
    if app.kind is Kind.PLUMBER:
        if rscript is None:
            msg = "Rscript with plumber is not installed on this machine."
            raise LookupError(msg)
        script = str(LAUNCH / "serve_plumber.R")
        return Command((str(rscript), "--vanilla", script, app.entrypoint, str(port)), "/")
    if app.env_dir is None:
        msg = "This version has no environment; deploy it again."
        raise LookupError(msg)
    env = Path(app.env_dir)
    python = str(env / "bin" / "python")
    surroundings = (("VIRTUAL_ENV", str(env)), ("PATH", f"{env / 'bin'}:/usr/local/bin:/usr/bin:/bin"))
    if app.kind is Kind.STREAMLIT:
        script = str(LAUNCH / "serve_streamlit.py")
        return Command((python, script, app.entrypoint, str(port)), "/_stcore/health", surroundings)
    if app.kind is Kind.WSGI:
        script = str(LAUNCH / "serve_wsgi.py")
        return Command((python, script, app.entrypoint, str(port)), ALIVE, surroundings)
    argv = (python, str(LAUNCH / "serve_asgi.py"), app.kind.value, app.entrypoint, str(port))
    return Command(argv, ALIVE, surroundings)
