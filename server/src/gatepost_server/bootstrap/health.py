"""How the instance is, from its settings and what its parts have reported."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from gatepost_server import apps
from gatepost_server.bootstrap.foundation import Foundation
from gatepost_server.broker import is_answering
from gatepost_server.gateway.certificates import ends_at, misfit_of, unnamed_by
from gatepost_server.kernel.actor import Origin, system_actor
from gatepost_server.settings import Settings
from gatepost_server.vault import State
from gatepost_server.web.health import Health

_SOON: Final = timedelta(days=14)


def health_of(base: Foundation) -> Health:
    """Return the reasons, if any, why the instance is not as it should be."""
    settings = base.settings
    details: dict[str, str] = {}
    with base.uow.read(system_actor("health"), Origin("health")) as tx:
        runtime = apps.runtime_status(tx)
        standing = base.vault.state(tx)
    details |= _of_transport(settings, base.uow.clock.now())
    if standing is not State.OPEN:
        details["vault:sealed"] = (
            "The vault has no key, or not the right one: stored credentials can neither be stored nor used. "
            "Everything else works."
        )
    if not is_answering(base.folders.broker_socket):
        details["broker:silent"] = (
            "The broker does not answer; data connections cannot be used until it is back. "
            "It is started again by itself."
        )
    if settings.test_clock is not None:
        details["test-clock"] = "The clock is shifted by a file. This is for tests only."
    if runtime is None:
        details["runtime:silent"] = "The runtime has not reported yet; applications do not start."
    elif runtime.isolation == "none":
        details["isolation:none"] = runtime.advice or "Applications are not confined on this machine."
    elif runtime.isolation == "reduced":
        details["isolation:reduced"] = (
            "Applications run as the server's own user and are kept apart by Landlock alone. Install "
            "bubblewrap and leave out `--isolation reduced`."
        )
    parts: dict[str, str | None] = {}
    if runtime is not None:
        parts = {"isolation": runtime.isolation, "r": runtime.r_version or runtime.r_missing}
        parts["limits"] = apps.held_in_words(runtime)
        parts["ways"] = _way_of(runtime.isolation)
    return Health(tuple(details), details, parts)


def _of_transport(settings: Settings, now: datetime) -> dict[str, str]:
    """Say what is wrong with how people reach the server, and its applications."""
    said = {}
    if not settings.is_secure() and not _is_loopback(settings.host):
        said["insecure-transport"] = (
            "People reach this server by plain http. Give it a certificate, or put TLS in front of it."
        )
    if settings.apps_are_trusted:
        said["apps-trusted"] = (
            "Applications are shown on Gatepost's own host: each can do there whatever its visitors may. "
            "Give them a domain of their own and leave out `--apps-are-trusted`."
        )
    if settings.tls_certificate is not None:
        said |= _of_certificate(settings, settings.tls_certificate, now)
    return said


def _of_certificate(settings: Settings, chain: Path, now: datetime) -> dict[str, str]:
    misfit = misfit_of(settings)
    if misfit is not None:
        return {"certificate:unfit": f"{misfit} Until then the gate shows the former certificate."}
    said, end = {}, ends_at(chain)
    if end is not None and end - now <= _SOON:
        code, verb = ("ended", "ended") if end <= now else ("ending", "ends")
        said[f"certificate:{code}"] = (
            f"The gate's certificate {verb} on {end:%Y-%m-%d}. Put a new one in its place."
        )
    if missing := unnamed_by(chain, _hosts_of(settings)):
        said["certificate:names"] = (
            f"The gate's certificate is not for {' and '.join(missing)}, so browsers warn of it. Put one in "
            "its place that names both the server and its applications."
        )
    return said


def _hosts_of(settings: Settings) -> list[str]:
    """Return the hosts that people reach: the server's own, and that of every application."""
    own = urlsplit(settings.public_url()).hostname or ""
    apps_host = settings.apps_host_suffix().rpartition(":")[0] or settings.apps_host_suffix()
    return [own] if settings.apps_are_trusted else [own, f"*.{apps_host}"]


def _way_of(isolation: str) -> str:
    """Say how applications reach the API."""
    if isolation == "strict":
        return "Each application reaches the API on a loopback of its own."
    return (
        "Applications share the machine's loopback; a secret in the path tells their ways to the API apart."
    )


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")
