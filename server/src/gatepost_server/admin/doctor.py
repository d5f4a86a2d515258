"""`gatepost admin doctor`: what this machine offers, what is missing, how to mend it."""

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import click

from gatepost_server.admin.preflight import require_envoy
from gatepost_server.gateway.launch import EnvoyMissing
from gatepost_server.runtime.r import find_r
from gatepost_server.settings import Settings


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `is_needed` when nothing starts without it."""

    name: str
    ok: bool
    detail: str
    is_needed: bool = False


def findings(settings: Settings) -> Sequence[Finding]:
    """Look at everything; changes nothing."""
    return (_python(), _envoy(settings), _data_folder(settings), _bubblewrap(), _r())


def print_findings(found: Sequence[Finding], *, as_json: bool) -> None:
    """Print what was found, one line each."""
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], indent=2))
        return
    for finding in found:
        mark = "ok     " if finding.ok else "missing"
        click.echo(f"{mark}  {finding.name.ljust(12)}  {finding.detail}")


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", ok=True, detail=f"{version} at {sys.executable}", is_needed=True)


def _envoy(settings: Settings) -> Finding:
    try:
        binary = require_envoy(settings)
    except EnvoyMissing as refusal:
        return Finding("envoy", ok=False, detail=refusal.detail, is_needed=True)
    return Finding("envoy", ok=True, detail=str(binary), is_needed=True)


def _data_folder(settings: Settings) -> Finding:
    folder = settings.data_dir
    if not folder.exists():
        return Finding(
            "data folder", ok=True, detail=f"{folder} will be made at the first start", is_needed=True
        )
    ok = folder.is_dir()
    return Finding("data folder", ok=ok, detail=f"{folder}{'' if ok else ' is not a folder'}", is_needed=True)


def _bubblewrap() -> Finding:
    found = shutil.which("bwrap")
    detail = found or "not installed (Debian: apt install bubblewrap); apps are confined less strictly"
    return Finding("bubblewrap", ok=found is not None, detail=detail)


def _r() -> Finding:
    support = find_r()
    return Finding("r", ok=support.rscript is not None, detail=support.reason)
