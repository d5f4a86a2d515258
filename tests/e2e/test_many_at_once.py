"""Five people publish a hundred applications at once and share them, while the instance is killed twice."""

import io
import itertools
import os
import signal
import tarfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from callers import Caller, People, path_of, sign_in
from instances import Instance
from waiting import until

pytestmark = pytest.mark.e2e

PUBLISHERS, APPS_EACH, GROUPS = 5, 20, 6
SHARES_EACH = PUBLISHERS - 1 + GROUPS
KILLED = ("control", "runtime", "worker")
FASTAPI = Path(__file__).parents[2] / "examples" / "mean-fastapi"


def bundle(files: dict[str, bytes]) -> tuple[str, bytes]:
    """Return *files* as what a form sends."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return "bundle.tar.gz", raw.getvalue()


SITE = bundle({"index.html": b"<h1>One of a hundred</h1>"})
SERVICE = bundle({file.name: file.read_bytes() for file in FASTAPI.iterdir() if file.is_file()})


@dataclass
class Written:
    """What the server said that it had done, and what it was asked without an answer."""

    apps: dict[str, str] = field(default_factory=dict)
    grants: dict[str, tuple[str, str]] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)
    lost: list[str] = field(default_factory=list)
    told: threading.Condition = field(default_factory=threading.Condition)

    def reached(self, apps: int) -> None:
        """Return when so many applications have been promised."""
        with self.told:
            assert self.told.wait_for(lambda: len(self.apps) >= apps, 90), len(self.apps)


@dataclass
class Publisher:
    """One who publishes and shares on, whatever happens to the server."""

    caller: Caller
    to: list[dict[str, str]]
    written: Written

    def work(self) -> None:
        """Publish and share; each thing counts once the server has said that it is done."""
        for turn in range(APPS_EACH):
            app_id = self._publish(f"{self.caller.username} {turn}", SITE if turn else SERVICE)
            for to in self.to:
                self._share(app_id, to)

    def _publish(self, name: str, files: tuple[str, bytes]) -> str:
        for again in itertools.count():
            tried = f"{name}.{again}"
            answer = self._tried("apps", data={"name": tried}, files={"bundle": files})
            if answer is None:
                self.written.unanswered.add(tried)
                continue
            assert answer.status_code == 202, answer.text
            with self.written.told:
                self.written.apps[tried] = answer.json()["id"]
                self.written.told.notify_all()
            return self.written.apps[tried]
        raise AssertionError

    def _share(self, app_id: str, to: dict[str, str]) -> None:
        asked = 1
        while (answer := self._tried(f"apps/{app_id}/grants", {"to": to, "role": "consumer"})) is None:
            asked += 1
        if asked > 1 and answer.status_code == 409:
            self.written.unanswered.add(f"{app_id} {to['name']}")
            return
        assert answer.status_code == 201, answer.text
        self.written.grants[answer.json()["id"]] = (app_id, to["name"])

    def _tried(self, path: str, json: Any = None, **more: Any) -> httpx.Response | None:
        """Return the answer of the server, or None where it died over it or is not there."""
        try:
            answer = self.caller.api("POST", path, json, **more)
            if answer.status_code not in (502, 503, 504):
                return answer
        except httpx.HTTPError:
            pass  # told below, as an answer that says the same
        self.written.lost.append(path)
        until(self._is_there, 60, what="the server")
        return None

    def _is_there(self) -> bool:
        try:
            return self.caller.api("GET", "me").status_code == 200
        except httpx.HTTPError:
            return False


@pytest.fixture
def instance(start_instance) -> Instance:
    return start_instance()


@pytest.fixture
def admin(instance: Instance) -> Caller:
    return sign_in(instance, "admin", instance.password)


def listed(caller: Caller, path: str) -> Iterator[dict[str, Any]]:
    """Give all of a list, page by page."""
    cursor = ""
    while True:
        page = caller.ok("GET", f"{path}{'&' if '?' in path else '?'}limit=200{cursor}")
        yield from page["items"]
        if page["next"] is None:
            return
        cursor = f"&cursor={page['next']}"


def test_a_hundred_applications_and_a_thousand_shares_survive_two_deaths(instance: Instance, admin: Caller):
    people = People(instance, admin)
    callers = [people.someone() for _ in range(PUBLISHERS)]
    groups = [{"type": "group", "name": f"Readers {number}"} for number in range(GROUPS)]
    for group in groups:
        admin.ok("POST", "groups", {"name": group["name"]})
    names = [{"type": "user", "name": one.username} for one in callers]
    written = Written()
    crew = [Publisher(one, names[:at] + names[at + 1 :] + groups, written) for at, one in enumerate(callers)]

    with ThreadPoolExecutor(PUBLISHERS) as pool:
        working = [pool.submit(one.work) for one in crew]
        written.reached(30)
        for part in [instance.part(name) for name in KILLED]:
            part.kill()
        written.reached(60)
        instance.process.kill()
        instance.process.wait()
        instance.process.stdout.close()
        until(lambda: instance.leftovers() == [], what="the end of every process")
        instance.again()
        for one in working:
            one.result(120)

    assert written.lost, "nobody was calling when the server died"
    apps = {one["id"]: one for one in listed(admin, "apps")}
    every_app_is_there_once_and_runs(admin, written, apps)
    every_share_is_there_once(admin, written, apps)
    the_trail_tells_of_all_of_it(admin, written, apps)
    nothing_is_left_over(instance, admin, apps)


def every_app_is_there_once_and_runs(
    admin: Caller, written: Written, apps: dict[str, dict[str, Any]]
) -> None:
    """Whatever was promised is there, and nothing but what was asked for; a state is said of each."""
    assert len(written.apps) == PUBLISHERS * APPS_EACH
    named = Counter(one["name"] for one in apps.values())
    assert set(named.values()) == {1}
    assert set(written.apps.values()) <= set(apps)
    assert set(written.apps) <= set(named) <= set(written.apps) | written.unanswered
    settled = [admin.settled(one) for one in apps]
    assert {(one["state"], one["reason"]) for one in settled} == {("running", None)}
    for one in settled:
        assert admin.get(path_of(one["content_url"])).status_code == 200


def every_share_is_there_once(admin: Caller, written: Written, apps: dict[str, dict[str, Any]]) -> None:
    """Nobody holds a role twice, and each share that was confirmed stands under the id that was told."""
    found = [(app, one) for app in apps for one in listed(admin, f"apps/{app}/grants")]
    shares = {one["id"]: (app, one["to"]["name"]) for app, one in found if one["role"] == "consumer"}
    assert written.grants.items() <= shares.items()
    assert len(set(shares.values())) == len(shares) == PUBLISHERS * APPS_EACH * SHARES_EACH
    assert Counter(app for app, one in found if one["role"] == "owner") == Counter(dict.fromkeys(apps, 1))


def the_trail_tells_of_all_of_it(admin: Caller, written: Written, apps: dict[str, dict[str, Any]]) -> None:
    """One entry for each application and each share, no more: nothing half done was told either."""
    made = Counter(one["resource"]["id"] for one in listed(admin, "audit?action=app:create&decision=allowed"))
    assert made == Counter(dict.fromkeys(apps, 1))
    given = Counter(one["resource"]["id"] for one in listed(admin, "audit?action=app:share&decision=allowed"))
    assert given == Counter(dict.fromkeys(written.apps.values(), SHARES_EACH))


def nothing_is_left_over(instance: Instance, admin: Caller, apps: dict[str, dict[str, Any]]) -> None:
    """On disk is what versions own, and a process for each application: what died left nothing behind."""
    owned = {one["version_id"] for one in apps.values()}
    assert len(owned) == len(apps)
    sources = instance.data / "sources"
    before = time.time() - 2 * 3600
    for path in sources.iterdir():
        os.utime(path, (before, before))
    instance.kill("worker")
    until(
        lambda: {path.name for path in sources.iterdir() if path.name != ".sweep"} == owned, what="the sweep"
    )
    until(lambda: len(instance.relays()) == len(apps), what="a relay for each application")
    instance.end(signal.SIGINT)
    assert instance.leftovers() == []
