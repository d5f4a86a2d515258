"""What a million keys cost: issuing one more with its audit entry, a page of all, a search.

    .venv/bin/python bench/keys.py [--keys 1000000] [--rounds 15]

On SQLite and PostgreSQL. Keys are made one after the other, each by one call of its use-case in
one transaction; the store waits for the disk at each commit, as in production. A page is asked
twice: the use-case alone (what the table shows) and by HTTP as JSON.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from keys_world import ADMIN, NOW, Stand, stands
from measuring import keep, middle

from gatepost_server import keys
from gatepost_server.kernel.actor import Origin
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.keys import (
    Draft,
    ExpiryChoice,
    GlobalKeyWish,
    GlobalRights,
    KeyKind,
    KeyStatus,
    ProjectKeyWish,
    ProjectRights,
)
from gatepost_server.store import Tx

ORIGIN = Origin("req_0000000000000000000000be")
PAGES: dict[str, dict[str, Any]] = {
    "first page": {},
    "second page": {"is_second": True},
    "of a kind": {"kind": KeyKind.GLOBAL},
    "of an owner": {"owner_id": ADMIN},
    "disabled ones": {"status": KeyStatus.DISABLED},
    "disabled ones of a kind": {"status": KeyStatus.DISABLED, "kind": KeyKind.GLOBAL},
    "expired ones": {"status": KeyStatus.EXPIRED},
    "expired ones of a kind": {"status": KeyStatus.EXPIRED, "kind": KeyKind.GLOBAL},
    "search: in expired ones": {"status": KeyStatus.EXPIRED, "q": "nig"},
    "search: in every name": {"q": "key"},
    "search: in one name": {"q": "key 777777"},
    "search: in no name": {"q": "nosuchword"},
    "search: a frequent beginning": {"q": "nig"},
    "search: old ones only": {"q": "ancient"},
    "search: a prefix": {"q": "gpp_0777"},
    "search: a letter": {"q": "gpg_"},
}


def main() -> None:
    """Measure, print a table, keep the numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    chosen = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="gp-bench-") as folder:
        for stand in stands(Path(folder), chosen.keys):
            found[stand.name] = {**issuing(stand), **pages(stand, chosen.rounds)}
    report(found, chosen.keys)


def issuing(stand: Stand, seconds: float = 4.0) -> dict[str, float]:
    """Return how many keys of each kind are made a second, one transaction each, and their CPU ms."""
    maker, rights = (stand.peppers, stand.rules), ProjectRights(["READ_CONF"], {"orders": ["READ_DATA"]})
    project = ProjectKeyWish(Draft("one more"), rights)
    whole = GlobalKeyWish(Draft("one more"), GlobalRights(projects={stand.project_id: ["READ_CONF"]}))
    kinds: dict[str, Callable[[Tx], Any]] = {
        "personal": lambda tx: keys.issue_personal_key(tx, *maker, name="one more", expiry=ExpiryChoice()),
        "project": lambda tx: keys.issue_project_key(tx, *maker, stand.project_id, project),
        "global": lambda tx: keys.issue_global_key(tx, *maker, whole),
    }
    found = {}
    for name, make in kinds.items():

        def one(make: Callable[[Tx], Any] = make) -> None:
            with stand.uow.begin(stand.actor(), ORIGIN) as tx:
                make(tx)

        found[f"{name} keys/s"], cpu = rate(one, seconds)
        found[f"CPU of a {name} key, ms"] = cpu * 1e3
    return found


def pages(stand: Stand, rounds: int) -> dict[str, float]:
    """Return the ms of each page, as values and as JSON."""
    found = {}
    for name, wanted in PAGES.items():
        ask = _asked(stand, **wanted)
        ask()
        found[f"{name}, ms"] = middle(ask, rounds) * 1e3
    for name, q in (("first page", ""), ("search: in one name", "key 777777")):
        found[f"{name} as JSON, ms"] = middle(lambda q=q: stand.get("admin/keys/all", q=q), rounds) * 1e3
    return found


def _asked(stand: Stand, *, q: str = "", is_second: bool = False, **wanted: Any) -> Callable[[], Any]:
    def ask(cursor: str | None = None) -> Any:
        with stand.uow.read(stand.actor(), ORIGIN) as tx:
            return keys.list_all_keys(tx, PageRequest(q=q, cursor=cursor), **wanted)

    after = ask().next if is_second else None
    return lambda: ask(after)


def rate(what: Callable[[], None], seconds: float) -> tuple[float, float]:
    """Return how often *what* is done in a second, and the seconds of CPU that it takes each time."""
    what()
    began, worked, count = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - began < seconds:
        what()
        count += 1
    return count / (time.perf_counter() - began), (time.process_time() - worked) / count


def report(found: dict[str, dict[str, float]], count: int) -> None:
    """Print the table and keep the numbers."""
    names = list(found)
    print(f"{count:,} keys, {NOW:%Y}\n\n| | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for row in next(iter(found.values())):
        print(f"| {row} | {' | '.join(f'{found[name][row]:,.2f}' for name in names)} |")
    keep("keys", {"keys": count, **found})


if __name__ == "__main__":
    main()
