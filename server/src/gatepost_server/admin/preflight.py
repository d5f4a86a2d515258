"""Look before starting: folder, port, Envoy. Nothing is started when one is missing."""

import errno
import socket
from pathlib import Path

from gatepost_server.admin.refusals import FolderNotWritable, PortTaken
from gatepost_server.gateway.launch import find_envoy
from gatepost_server.settings import Folders, Settings


def prepare_folders(folders: Folders) -> None:
    """Make every folder and prove that files can be written in it.

    Raises:
        FolderNotWritable: it cannot be made or written.
    """
    try:
        folders.prepare()
        probe = folders.data / ".written"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as fault:
        where = fault.filename or folders.data
        raise FolderNotWritable(
            f"The data folder {folders.data} cannot be used: {where}: {fault.strerror}. "
            "Choose one that this user may write with --data-dir or GATEPOST_DATA_DIR."
        ) from fault


def require_free_port(host: str, port: int) -> None:
    """Prove that the gate can listen on *host*:*port*.

    Raises:
        PortTaken: it cannot; the sentence says why.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise PortTaken(_why_not(host, port, fault)) from fault


def _why_not(host: str, port: int, fault: OSError) -> str:
    if fault.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken by another program. Stop that one, or choose "
            "another port with --port or GATEPOST_PORT."
        )
    if fault.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has. Choose one above 1023 with --port."
    return f"Nothing can listen on {host}, port {port}: {fault.strerror}. Choose with --host and --port."


def require_envoy(settings: Settings) -> Path:
    """Return the Envoy that will run.

    Raises:
        EnvoyMissing: there is none that can be used.
    """
    return find_envoy(settings.envoy)
