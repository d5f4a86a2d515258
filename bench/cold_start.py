"""How long people wait: from `make up` in a fresh clone, and from deploy, to the first 200.

    .venv/bin/python bench/cold_start.py [--starts 1] [--rounds 3]

A start is a `git clone` of what is committed here into an empty folder and `make up` in it; the caches
of uv and npm are warm. Then, in the last of these instances, every kind is deployed in interleaved
rounds: `cold`, with requirements that were never asked for, so that an environment is made from packages
that are cached; and `warm`, with the same requirements again. The median counts, because this machine
is shared.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
from measuring import keep

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from callers import Caller, pack, sign_in, with_key  # noqa: E402
from gate_rig import free_port  # noqa: E402

EXAMPLES = {
    "static": ("static-report", ""),
    "fastapi": ("mean-fastapi", "mean"),
    "asgi": ("echo", ""),
    "wsgi": ("mean-wsgi", "mean"),
    "streamlit": ("streamlit", ""),
    "shiny": ("shiny", ""),
    "plumber": ("mean-plumber", "mean"),
}
"""Of each kind the example that is deployed, and the path that is asked for."""
WITHIN = 300.0
PAUSE = 0.05


@dataclass(frozen=True)
class Clone:
    """A running `make up` in a fresh clone, as `callers` know an instance."""

    folder: Path
    port: int
    began: float

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://localhost:{self.port}"

    @property
    def password(self) -> str:
        """The first administrator's password, once there is one."""
        return (self.folder / "data" / "admin-password").read_text().strip()


@dataclass(frozen=True)
class Start:
    """Seconds since `make up` was typed."""

    answers: float
    first_example: float
    all_examples: float


def main() -> None:
    """Measure, print two tables, keep the numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--starts", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    starts: list[Start] = []
    for number in range(chosen.starts):
        with tempfile.TemporaryDirectory(prefix="gp-bench-") as folder, made_up(Path(folder)) as (clone, up):
            starts.append(started(clone, up))
            if number == chosen.starts - 1:
                deploys = deployed(clone, chosen.rounds)
    report(medians(starts), deploys, chosen)


@contextmanager
def made_up(folder: Path) -> Iterator[tuple[Clone, "subprocess.Popen[str]"]]:
    """Clone, run `make up` until the block is left, and stop it as Ctrl-C does."""
    clone = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, clone], check=True)
    port = free_port()
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("GATEPOST_")}
    argv = ["make", "--silent", "up", f"ARGS=--json --port {port} --data-dir {clone / 'data'}"]
    with (folder / "up.err").open("w") as errors:
        began = time.monotonic()
        up = subprocess.Popen(
            argv, cwd=clone, env=surroundings, stdout=subprocess.PIPE, stderr=errors, text=True,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield Clone(clone, port, began), up
    finally:
        with suppress(ProcessLookupError):
            os.killpg(up.pid, signal.SIGINT)
        up.wait(60)


def started(clone: Clone, up: "subprocess.Popen[str]") -> Start:
    """Wait for the port, for the first example that answers, and for the line that says that all do."""
    with httpx.Client(base_url=clone.url, timeout=5) as anyone:
        answers = since(clone.began, lambda: alive(anyone, up))
    with sign_in(clone, "admin", clone.password) as admin:  # type: ignore[arg-type]
        key = admin.make_key("first example")["key"]
        with with_key(clone, key) as program:  # type: ignore[arg-type]
            first = since(clone.began, lambda: any_example(admin, program))
    assert up.stdout is not None
    told = json.loads(up.stdout.readline())
    whole = time.monotonic() - clone.began
    assert all(app["state"] in ("running", "idle") for app in told["apps"]), told
    return Start(answers, first, whole)


def alive(anyone: httpx.Client, up: "subprocess.Popen[str]") -> bool:
    """Tell whether the control plane answers through the gate; it must not have ended."""
    assert up.poll() is None, "`make up` ended; run it by hand to see why"
    try:
        return anyone.get("/healthz").status_code == 200
    except httpx.HTTPError:
        return False


def any_example(admin: Caller, program: Caller) -> bool:
    """Tell whether any example that should run answers."""
    for app in admin.ok("GET", "apps")["items"]:
        page = EXAMPLES[app["kind"]][1]
        if app["state"] == "running" and program.get(f"/content/{app['number']}/{page}").status_code == 200:
            return True
    return False


def since(began: float, come_true: Callable[[], bool]) -> float:
    """Look again until *come_true*, and return the seconds since *began*."""
    while not come_true():
        assert time.monotonic() - began < WITHIN, f"nothing in {WITHIN:g} seconds"
        time.sleep(PAUSE)
    return time.monotonic() - began


def deployed(clone: Clone, rounds: int) -> dict[str, dict[str, float]]:
    """Deploy each kind cold and warm, in rounds, and return the median seconds to the first 200."""
    with sign_in(clone, "admin", clone.password) as admin:  # type: ignore[arg-type]
        key = admin.make_key("deploys")["key"]
        found: dict[str, dict[str, list[float]]] = {kind: {"cold": [], "warm": []} for kind in EXAMPLES}
        with with_key(clone, key) as program:  # type: ignore[arg-type]
            for turn in range(rounds + 1):
                for kind in EXAMPLES:
                    for way in ("cold", "warm"):
                        took = to_first_200(admin, program, clone, kind, turn)
                        if turn:  # the first one brings the packages
                            found[kind][way].append(took)
    return {kind: {way: statistics.median(one) for way, one in ways.items()} for kind, ways in found.items()}


def to_first_200(admin: Caller, program: Caller, clone: Clone, kind: str, turn: int) -> float:
    """Deploy an example and return the seconds from the upload's first byte; delete it again."""
    folder, page = EXAMPLES[kind]
    bundle = pack(varied(clone.folder / "examples" / folder, turn))
    began = time.monotonic()
    app = admin.ok("POST", "apps", data={"name": f"Bench {kind}"}, files={"bundle": bundle})
    path = f"/content/{app['number']}/{page}"
    took = since(began, lambda: program.get(path).status_code == 200)
    admin.ok("DELETE", f"apps/{app['id']}")
    return took


def varied(folder: Path, turn: int) -> Path:
    """Let an example ask for the same packages in words that it never used: another environment."""
    asked = folder / "requirements.txt"
    if asked.exists():
        lines = [line for line in asked.read_text().splitlines() if not line.startswith("packaging")]
        asked.write_text("\n".join([*lines, f"packaging>=20.{turn}"]) + "\n")
    return folder


def medians(starts: list[Start]) -> Start:
    """Return the median of each number."""
    each = [asdict(one) for one in starts]
    return Start(**{name: statistics.median(one[name] for one in each) for name in each[0]})


def report(start: Start, deploys: dict[str, dict[str, float]], chosen: argparse.Namespace) -> None:
    """Print the tables and keep them."""
    print(f"{'make up, fresh clone':26} {'seconds':>8}")
    for name, value in asdict(start).items():
        print(f"{name.replace('_', ' '):26} {value:8.1f}")
    print(f"\n{'deploy to first 200':26} {'cold s':>8} {'warm s':>8} {'ratio':>8}")
    for kind, ways in deploys.items():
        print(f"{kind:26} {ways['cold']:8.2f} {ways['warm']:8.2f} {ways['warm'] / ways['cold']:8.2f}")
    kept: dict[str, Any] = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "cores": os.cpu_count(),
        "starts": chosen.starts,
        "rounds": chosen.rounds,
        "make_up": {name: round(value, 2) for name, value in asdict(start).items()},
        "deploys": {
            kind: {**{way: round(value, 3) for way, value in ways.items()},
                   "ratio": round(ways["warm"] / ways["cold"], 3)}
            for kind, ways in deploys.items()
        },
    }  # fmt: skip
    keep("cold_start", kept)


if __name__ == "__main__":
    main()
