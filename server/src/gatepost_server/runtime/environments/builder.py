"""Builds environments with uv: once per set of requirements, kept for all who ask the same."""

import asyncio
import contextlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gatepost_server.apps.detection import framework_of
from gatepost_server.apps.model import BuildOrder, BuildResult, Detected, Kind
from gatepost_server.kernel.ids import hex_of
from gatepost_server.runtime.environments.interpreters import Interpreter, choose
from gatepost_server.runtime.environments.own_library import OwnLibrary, write_own_library
from gatepost_server.runtime.environments.reasons import cause_of
from gatepost_server.runtime.environments.requirements import (
    UnacceptableError,
    Wanted,
    complete,
    parse_pyproject,
    parse_requirements,
)
from gatepost_server.runtime.isolation.cgroups import Cgroups
from gatepost_server.runtime.isolation.model import Cell, Confinement, Limits
from gatepost_server.runtime.isolation.spawn import spawn
from gatepost_server.runtime.logs import LineLog
from gatepost_server.settings.folders import Folders

MARKER = "gatepost-environment.json"
LONGEST_FILE = 1 << 20
LIMITS = Limits(memory=4096, cpu=2.0, pids=256)
WITHIN = 900.0
INDEX_SETTINGS = (
    "SSL_CERT_FILE", "SSL_CERT_DIR", "UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS", "UV_OFFLINE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy",
    "no_proxy",
)  # fmt: skip


class _BuildFailedError(Exception):
    """A step failed; says which, in words for the publisher."""


@dataclass(frozen=True)
class Workshop:
    """With what environments are built; `uid` is the builder's, where we are root."""

    confinement: Confinement
    cgroups: Cgroups | None
    interpreters: Sequence[Interpreter]
    uv: Path
    uid: int
    rscript: Path | None
    rscript_reason: str
    surroundings: Mapping[str, str]


class Environments:
    """The environments of one instance: `envs/<key>`, owned by the builder, never changed."""

    def __init__(self, folders: Folders, workshop: Workshop) -> None:
        self._envs = folders.envs
        self._cache = folders.cache
        self._shelf = folders.library
        self._library: OwnLibrary
        self._workshop = workshop
        self._busy: dict[str, asyncio.Lock] = {}

    def prepare(self) -> None:
        """Clear away what a dead builder left half done, and lay out what builders take from."""
        self._library = write_own_library(self._shelf)
        shutil.rmtree(self._cache / "building", ignore_errors=True)
        for folder in (self._cache, self._cache / "building", self._cache / "uv"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.geteuid() == 0 and self._workshop.confinement.has_own_network:
                os.chown(folder, self._workshop.uid, self._workshop.uid)

    async def build(self, order: BuildOrder) -> BuildResult:
        """Build what *order* needs, or find it built; its log tells the story as it goes."""
        with LineLog(Path(order.log_path)) as log:
            log.note(f"Building version {order.number} as {order.detected.kind}: {order.detected.because}")
            try:
                env = await self._environment_for(order, log)
            except (UnacceptableError, LookupError, _BuildFailedError) as error:
                log.note(f"The build failed: {error}")
                return BuildResult(ok=False, reason=str(error))
            log.note("The build is done.")
            return BuildResult(ok=True, env_dir=str(env) if env is not None else None)

    async def _environment_for(self, order: BuildOrder, log: LineLog) -> Path | None:
        kind = order.detected.kind
        if kind is Kind.STATIC:
            log.note("A static site needs no environment.")
            return None
        if kind is Kind.PLUMBER:
            if self._workshop.rscript is None:
                raise _BuildFailedError(self._workshop.rscript_reason)
            log.note(f"R runs with the packages of this machine ({self._workshop.rscript}).")
            return None
        interpreter = choose(self._workshop.interpreters, order.detected.python)
        wanted = _wanted(Path(order.code_dir), order.detected)
        if wanted.added:
            log.note(f"Added, since {kind} needs it and the bundle names none: {', '.join(wanted.added)}")
        key = wanted.key(
            interpreter=f"{interpreter.path} {interpreter.version}", library=self._library.digest
        )
        async with self._busy.setdefault(key, asyncio.Lock()):
            env = self._envs / key
            if (env / MARKER).exists():
                log.note(f"Environment {key} has the same requirements and is used again.")
                return env
            await self._make(env, wanted, interpreter, order, log)
            return env

    async def _make(
        self, env: Path, wanted: Wanted, interpreter: Interpreter, order: BuildOrder, log: LineLog
    ) -> None:
        """Build aside, then rename: whoever sees *env* sees it whole."""
        aside = self._cache / "building" / f"{env.name}-{hex_of(order.version_id)}"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(mode=0o755)
        steps = _Steps(self._workshop, aside, order, log, reads=(self._library.wheel,))
        try:
            steps.own()
            asked = _written(aside / "requirements.txt", "\n".join((*wanted.lines, *wanted.added)) + "\n")
            ours = _written(aside / "overrides.txt", self._library.override())
            target = aside / "env"
            uv = str(self._workshop.uv)
            log.note(f"Making environment {env.name} with Python {interpreter.version}.")
            made = (uv, "venv", "--quiet", "--relocatable", "--python", str(interpreter.path), str(target))
            await steps.run("The environment could not be made", made)
            python = str(target / "bin" / "python")
            lists = ("--overrides", str(ours), "-r", str(asked))
            install = (uv, "pip", "install", "--python", python, "--no-build", *lists)
            await steps.run("The packages could not be installed", install, has_network=True)
            # -S: no .pth file of any package is executed here, so the cache cannot be touched by one
            compiled = (str(interpreter.path), "-I", "-S", "-m", "compileall", "-q", "-j", "2")
            shown = ("-s", str(target), "-p", str(env), str(target / "lib"))
            await steps.run("The packages could not be compiled", (*compiled, *shown), may_fail=True)
            facts = {"python": interpreter.version, "lines": [*wanted.lines, *wanted.added]}
            _written(target / MARKER, json.dumps(facts))
            with contextlib.suppress(FileExistsError):
                target.rename(env)
        finally:
            await asyncio.to_thread(shutil.rmtree, aside, ignore_errors=True)


class _Steps:
    """Runs the commands of one build, each in a sandbox of its own."""

    def __init__(
        self, workshop: Workshop, aside: Path, order: BuildOrder, log: LineLog, *, reads: Sequence[Path]
    ) -> None:
        self._workshop = workshop
        self._reads = reads
        self._aside = aside
        self._order = order
        self._log = log
        self._count = 0

    def own(self) -> None:
        """Give the working folder to the builder, where it is somebody else."""
        if os.geteuid() == 0 and self._workshop.confinement.has_own_network:
            os.chown(self._aside, self._workshop.uid, self._workshop.uid)

    async def run(
        self, failure: str, argv: tuple[str, ...], *, has_network: bool = False, may_fail: bool = False
    ) -> None:
        """Run *argv*, its output into the log; raises _BuildFailedError with *failure*."""
        self._count += 1
        cache = self._aside.parent.parent
        index = {
            name: value
            for name, value in self._workshop.surroundings.items()
            if has_network and name in INDEX_SETTINGS
        }
        ours = {
            "UV_CACHE_DIR": str(cache / "uv"), "UV_LINK_MODE": "hardlink", "UV_NO_CONFIG": "1",
            "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1", "NO_COLOR": "1",
        }  # fmt: skip
        reads = [self._workshop.uv.resolve(), *self._reads]
        for interpreter in self._workshop.interpreters:
            reads += interpreter.reads
        reads += _local_links(index)
        cell = Cell(
            name=f"build-{hex_of(self._order.version_id)}-{self._count}", argv=argv, uid=self._workshop.uid,
            cwd=cache, reads=tuple(reads), writes=(cache,), env={**ours, **index}, limits=LIMITS,
            has_network=has_network, umask=0o022,
        )  # fmt: skip
        self._log.begin()
        code = await self._run(cell)
        if code and not may_fail:
            cause = cause_of(self._log.tail())
            raise _BuildFailedError(f"{failure}: {cause}" if cause else f"{failure} (exit code {code}).")

    async def _run(self, cell: Cell) -> int:
        spawned = await spawn(cell, self._workshop.confinement, self._workshop.cgroups)
        assert spawned.process.stdout is not None
        try:
            async with asyncio.timeout(WITHIN):
                await self._log.follow(spawned.process.stdout)
                return await spawned.process.wait()
        except TimeoutError:
            raise _BuildFailedError(f"A step took longer than {WITHIN / 60:.0f} minutes.") from None
        finally:
            if spawned.process.returncode is None:
                spawned.process.kill()
                await spawned.process.wait()
            await asyncio.to_thread(spawned.close)


def _written(path: Path, text: str) -> Path:
    """Write a small file that everyone may read."""
    path.write_text(text)
    path.chmod(0o644)
    return path


def _local_links(index: Mapping[str, str]) -> list[Path]:
    """Return the folder of wheels that the operator named, if it is one."""
    links = Path(index.get("UV_FIND_LINKS", ""))
    return [links] if links.is_absolute() and links.is_dir() else []


def _wanted(code: Path, detected: Detected) -> Wanted:
    """Return what a bundle asks for and what it needs besides.

    One that names no requirements gets the framework that its application is made with.
    """
    names_none = detected.requirements is None
    framework = framework_of(code, detected.entrypoint) if names_none else None
    return complete(detected.kind, _asked_for(code, detected), framework)


def _asked_for(code: Path, detected: Detected) -> tuple[str, ...]:
    """Return the requirement lines of a bundle; none when it names no file."""
    if detected.requirements is None:
        return ()
    path = code / detected.requirements
    if path.is_symlink() or not path.is_file() or path.stat().st_size > LONGEST_FILE:
        raise UnacceptableError(f"{detected.requirements} is missing or too long.")
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnacceptableError(f"{detected.requirements} is not UTF-8 text.") from error
    return parse_pyproject(text) if path.suffix == ".toml" else parse_requirements(text)
