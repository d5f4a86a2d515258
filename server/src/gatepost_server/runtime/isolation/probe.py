"""Chooses the best rung that really works here, by trying it."""

import asyncio
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gatepost_server.runtime.isolation import landlock
from gatepost_server.runtime.isolation.cgroups import Cgroups
from gatepost_server.runtime.isolation.direct import Direct
from gatepost_server.runtime.isolation.model import Confinement, Isolation, Rung, uid_for
from gatepost_server.runtime.isolation.seccomp import filter_for
from gatepost_server.runtime.isolation.selftest import SelfTestError, reached_by_attack
from gatepost_server.runtime.isolation.strict import Strict
from gatepost_server.settings.folders import PASSABLE, Folders

Wish = Literal["auto", "strict", "hardened", "reduced", "none"]
LANDLOCK_WITH_TCP = 4
LANDLOCK_WITH_SCOPES = 6
EVERYONE_MAY_ENTER = 0o001
BUILDER = 99_999


@dataclass(frozen=True)
class Machine:
    """What the probe needs to know; *interpreters* are Pythons outside /usr."""

    folders: Folders
    python: Path
    cgroups: Cgroups | None
    instance: int
    has_wide_uids: bool
    interpreters: Sequence[Path] = ()

    @property
    def builder_uid(self) -> int:
        """The uid that owns environments; also that of the self-test."""
        return uid_for(BUILDER, instance=self.instance, is_wide=self.has_wide_uids)


async def choose_isolation(wish: Wish, machine: Machine) -> tuple[Isolation, Confinement]:
    """Return the rung in force for *wish*, and what starts cells on it.

    A rung counts only when a command ran on it and the attack reached nothing. When none
    does, the answer is rung `none`, which only trusted apps may use unless *wish* named it.
    The reduced rung is taken only by name; otherwise the answer says whether it would stand.
    """
    why_not: list[str] = []
    for rung in _to_try(wish):
        held = await _tried(rung, machine)
        if not isinstance(held, str):
            return Isolation(rung, _praise(rung, why_not)), held
        why_not.append(f"{rung}: {held}")
    reason = "isolation is switched off in the settings" if wish == "none" else "; ".join(why_not)
    offered = None
    if wish == "auto" and not isinstance(await _tried(Rung.REDUCED, machine), str):
        offered = Rung.REDUCED
    bare = Direct(Rung.NONE, machine.python, machine.folders.data / "scratch")
    return Isolation(Rung.NONE, reason, is_accepted=wish == "none", offered=offered), bare


async def _tried(rung: Rung, machine: Machine) -> Confinement | str:
    """Return what starts cells on *rung*, or why it does not hold here."""
    prepare = {Rung.STRICT: _strict, Rung.HARDENED: _hardened, Rung.REDUCED: _reduced}[rung]
    confinement = prepare(machine)
    if isinstance(confinement, str):
        return confinement
    fault = await _fault_of(confinement, machine)
    return confinement if fault is None else fault


def _to_try(wish: Wish) -> tuple[Rung, ...]:
    return {
        "auto": (Rung.STRICT, Rung.HARDENED),
        "strict": (Rung.STRICT,),
        "hardened": (Rung.HARDENED,),
        "reduced": (Rung.REDUCED,),
        "none": (),
    }[wish]


def _strict(machine: Machine) -> Strict | str:
    found = shutil.which("bwrap")
    if found is None:
        return "bubblewrap is not installed"
    return Strict(
        Path(found),
        machine.python,
        machine.folders.run / "accounts",
        tuple(machine.interpreters),
        filter_for(),
    )


def _hardened(machine: Machine) -> Direct | str:
    if os.geteuid() != 0:
        return "own uids need root"
    if machine.interpreters and not landlock.abi():
        return "no Python that other users can read was found"
    blocked = open_ways(machine.folders)
    if blocked is not None:
        return f"app users cannot enter {blocked}; choose a data folder outside it"
    version = landlock.abi()
    return Direct(
        Rung.HARDENED, machine.python, machine.folders.data / "scratch",
        landlock_abi=version if version >= LANDLOCK_WITH_TCP else 0, seccomp=filter_for(shares_network=True),
    )  # fmt: skip


def _reduced(machine: Machine) -> Direct | str:
    if os.geteuid() == 0:
        return "it is for servers that do not run as root; hardened is stronger"
    if landlock.abi() < LANDLOCK_WITH_SCOPES:
        return "this kernel's Landlock cannot hold signals and abstract sockets (it needs version 6)"
    seccomp = filter_for(shares_network=True, shares_uid=True)
    if seccomp is None:
        return "system calls cannot be filtered on this processor"
    return Direct(
        Rung.REDUCED, machine.python, machine.folders.data / "scratch",
        landlock_abi=landlock.abi(), seccomp=seccomp, interpreters=tuple(machine.interpreters),
    )  # fmt: skip


def open_ways(folders: Folders) -> Path | None:
    """Let other uids pass through (not list) the folders above code and environments.

    Returns the first folder above the data folder that stays closed, or None.
    """
    for parent in reversed(folders.data.resolve().parents):
        if not parent.stat().st_mode & EVERYONE_MAY_ENTER:
            return parent
    for file in folders.data.iterdir():
        if file.is_file() and not file.is_symlink():
            file.chmod(0o600)  # the folder's own mode guarded them until now
    for folder in (folders.data, folders.sources, folders.envs):
        folder.chmod(PASSABLE)
    return None


async def _fault_of(confinement: Confinement, machine: Machine) -> str | None:
    """Run the attack on a rung; return what is wrong with it, or None."""
    try:
        reached = await asyncio.wait_for(
            reached_by_attack(
                confinement, machine.cgroups, machine.folders, python=machine.python, uid=machine.builder_uid
            ),
            60,
        )
    except (SelfTestError, TimeoutError) as error:
        return f"it does not work here ({error})"
    return f"the self-test reached: {', '.join(reached)}" if reached else None


def _praise(rung: Rung, why_not: Sequence[str]) -> str:
    if rung is Rung.STRICT:
        return "bubblewrap works here and the self-test reached nothing"
    if rung is Rung.REDUCED:
        return "Landlock and filtered system calls work here and the self-test reached nothing"
    because = f" ({'; '.join(why_not)})" if why_not else ""
    return f"own uids and Landlock work here and the self-test reached nothing{because}"


def has_wide_uids(uid_map: Path = Path("/proc/self/uid_map")) -> bool:
    """Tell whether the high uids that apps get exist in our user namespace."""
    try:
        spans = [[int(part) for part in line.split()] for line in uid_map.read_text().splitlines()]
    except (OSError, ValueError):
        return False
    return any(first + count > 1 << 31 for first, _, count in spans)
