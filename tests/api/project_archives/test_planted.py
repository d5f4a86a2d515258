"""Planted archives: each is refused with the reason, and nothing is changed."""

import copy
import hashlib
import tarfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from archive_desk import ArchiveDesk, contents, manifest_of, packed, planted
from calling import problem

Change = Callable[[dict[str, Any]], object]
BOB = {"on": {"type": "project", "name": "P"}, "to": {"type": "user", "name": "bob"}, "until": None}


@pytest.fixture(autouse=True)
def unchanged(desk: ArchiveDesk) -> Iterator[None]:
    """Expect that no test leaves a project, a file of rows or an unpacked archive behind."""
    before = desk.files
    yield
    assert [one["key"] for one in desk.owner.pages("projects")] == ["P"]
    assert desk.files == before
    assert [one.name for one in desk.folder.iterdir() if one.is_dir()] == []


LENT = {"dataset": "orders", "to_project": "R", "until": None}


def _key(**more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "name": "k",
        "description": "",
        "permissions": [],
        "datasets": {},
        "ip_allowlist": None,
    }
    return {**plain, "allowed_origins": [], **more}


PLANTED: list[tuple[Change, str | None]] = [
    (lambda m: m["keys"].append(_key(verifier="00")), "archive-refused"),
    (lambda m: m["keys"][0].update(secret="gpj_x"), "archive-refused"),
    (lambda m: m["keys"][0].update(is_enabled=True), "archive-refused"),
    (lambda m: m["keys"][0].update(sponsor="root"), "archive-refused"),
    (lambda m: m["keys"][0].update(run_as={"name": "ada", "consent": True}), "archive-refused"),
    (lambda m: m["keys"][0].update(expires_at="tomorrow"), "archive-refused"),
    (lambda m: m["keys"][0].update(expires_at="2027-02-01T00:00:00"), "archive-refused"),
    (lambda m: m["keys"][0].update(expires_at="0001-01-01T00:00:00+14:00"), "archive-refused"),
    (lambda m: m.update(withheld=[BOB]), "archive-refused"),
    (lambda m: m["keys"][0].update(permissions=["ADMIN"]), "archive-owner"),
    (lambda m: m["keys"][0].update(datasets={"orders": ["OWN"]}), "archive-owner"),
    (lambda m: m["keys"][0].update(permissions=["GLOBAL_ADMIN"]), "archive-owner"),
    (lambda m: m["keys"][0].update(permissions=["FLY"]), "archive-refused"),
    (lambda m: m["keys"][0].update(datasets={"nowhere": ["READ_DATA"]}), "unknown-dataset"),
    (lambda m: m["grants"].append({**BOB, "role": "admin", "permissions": []}), "archive-owner"),
    (lambda m: m["grants"].append({**BOB, "role": "owner", "permissions": []}), "archive-owner"),
    (lambda m: m["grants"].append({**BOB, "role": None, "permissions": ["ADMIN"]}), "archive-owner"),
    (lambda m: m["grants"].append({**BOB, "role": None, "permissions": ["FLY"]}), "archive-refused"),
    (lambda m: m["exposures"].append({**LENT, "permissions": ["ADMIN"]}), "archive-owner"),
    (lambda m: m["exposures"].append({**LENT, "permissions": ["OWN", "READ_DATA"]}), "archive-owner"),
    (lambda m: m["exposures"].append({**LENT, "permissions": ["FLY"]}), "archive-refused"),
    (lambda m: m["exposures"].append({**LENT, "permissions": [], "is_active": True}), "archive-refused"),
    (lambda m: m["datasets"][0].update(query={"sql": "SELECT 1", "definer": "root"}), "archive-refused"),
    (lambda m: m["datasets"][0].update(query="  "), "invalid"),
    (lambda m: m.update(verifiers=[]), "archive-refused"),
    (lambda m: m.pop("grants"), "archive-refused"),
    (lambda m: m.update(version=2), "archive-version"),
    (lambda m: m.update(format="other"), "archive-unknown"),
    (lambda m: m["project"].update(id="prj_1"), "archive-refused"),
    (lambda m: m["datasets"].append(m["datasets"][0]), "archive-refused"),
    (lambda m: m["datasets"].append({**m["datasets"][0], "name": "ORDERS", "parts": []}), "archive-refused"),
    (lambda m: m["datasets"][0].update(name="../../etc"), "name-invalid"),
    (lambda m: m["datasets"][0]["columns"][0].update(type="pointer"), None),
    (lambda m: m["datasets"][0]["columns"][0].update(name="other"), None),
    (lambda m: m["datasets"][0]["parts"][0].update(file="../../../etc/passwd"), "archive-refused"),
    (lambda m: m["datasets"][0]["parts"][0].update(file="/etc/passwd"), "archive-refused"),
    (lambda m: m["datasets"][0]["parts"][0].update(file="manifest.json"), "archive-refused"),
    (lambda m: m["datasets"][0]["parts"][0].update(sha256="0" * 64), "archive-refused"),
    (lambda m: m["datasets"][0]["parts"][0].update(rows=7), "archive-refused"),
    (lambda m: m["datasets"][0]["parts"].append(m["datasets"][0]["parts"][0]), "archive-refused"),
    (lambda m: m["datasets"][0]["parts"].pop(), "archive-refused"),
    (lambda m: m["datasets"][0]["rules"][0].update(column="nothing"), "rules-invalid"),
    (lambda m: m["datasets"][0].update(rules=[{}]), "archive-refused"),
    (lambda m: m["scenarios"][0].update(definer={"principal_id": "usr_1"}), "archive-refused"),
    (lambda m: m["scenarios"][0].update(steps=[{"type": "shell", "command": "id"}]), "invalid"),
    (lambda m: m["scenarios"][0].update(cron="every day"), "cron-invalid"),
    (lambda m: m["dashboards"][0].update(tiles=[{"type": "text", "text": "x", "run": "id"}]), "invalid"),
    (lambda m: m["dashboards"].append({"name": "sales", "tiles": []}), "archive-refused"),
    (lambda m: m.update(variables=[1]), "archive-refused"),
    (lambda m: m.update(variables={"x": "y" * 70_000}), "invalid"),
]


@pytest.mark.parametrize("part", range(4))
def test_a_planted_manifest_is_refused(desk: ArchiveDesk, part: int) -> None:
    archive = desk.archive()
    for change, code in PLANTED[part::4]:
        manifest = copy.deepcopy(manifest_of(archive))
        change(manifest)
        status, said = problem(desk.bring(planted(archive, manifest)))
        assert status == 400 or (code is None and status == 422), (status, said, code)
        assert code is None or said == code, (said, code)


def test_a_query_that_is_none_is_refused_and_named(desk: ArchiveDesk) -> None:
    archive = desk.archive()
    manifest = manifest_of(archive)
    step = manifest["scenarios"][0]["steps"][0]
    manifest["scenarios"][0]["steps"] = [step, {**step, "query": "DROP TABLE orders"}]
    manifest["datasets"][0]["query"] = "SELECT FROM WHERE"
    answer = desk.bring(planted(archive, manifest))
    assert problem(answer) == (422, "query-refused")
    assert {one["field"] for one in answer.json()["errors"]} == {
        "datasets.orders.query", "scenarios.nightly.steps.1.query"
    }  # fmt: skip


@pytest.mark.parametrize(
    "manifest", [b"", b"[]", b"{", b'{"format": "gatepost-project", "format": "x"}', b"[" * 100_000, b"NaN"]
)
def test_a_manifest_that_is_none_is_refused(desk: ArchiveDesk, manifest: bytes) -> None:
    status, code = problem(desk.bring(planted(desk.archive(), manifest)))
    assert (status, code.split("-")[0]) == (400, "archive")


def _member(name: str, **fields: Any) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    for field, value in fields.items():
        setattr(member, field, value)
    return member


@pytest.mark.parametrize(
    ("member", "code"),
    [
        (_member("../up"), "bundle-path-traversal"),
        (_member("/etc/cron.d/x"), "bundle-path-absolute"),
        (_member("datasets\\x"), "bundle-path-backslash"),
        (_member("C:x"), "bundle-path-drive"),
        (_member("MANIFEST.json"), "bundle-path-collision"),
        (_member("link", type=tarfile.SYMTYPE, linkname="/etc/passwd"), "bundle-link"),
        (_member("hard", type=tarfile.LNKTYPE, linkname="manifest.json"), "bundle-link"),
        (_member("pipe", type=tarfile.FIFOTYPE), "bundle-special"),
        (_member("spare"), "archive-refused"),
    ],
)
def test_tricks_of_paths_and_links_are_refused(desk: ArchiveDesk, member: tarfile.TarInfo, code: str) -> None:
    archive = packed({**contents(desk.archive()), "trick": member})
    assert problem(desk.bring(archive)) == (400, code)


def test_what_expands_too_far_or_is_no_archive_is_refused(desk: ArchiveDesk) -> None:
    archive = desk.archive()
    bomb = packed({**contents(archive), "zeros": bytes(16 * 1024 * 1024)})
    assert problem(desk.bring(bomb)) == (413, "bundle-ratio")
    assert problem(desk.bring(b"no archive at all")) == (400, "bundle-not-an-archive")
    assert problem(desk.bring(archive[: len(archive) // 2])) == (400, "bundle-damaged")
    assert problem(desk.bring(packed({"manifest": b"{}"}))) == (400, "archive-unknown")


def test_rows_that_are_no_parquet_are_refused(desk: ArchiveDesk) -> None:
    archive = desk.archive()
    manifest = manifest_of(archive)
    part = manifest["datasets"][0]["parts"][0]
    rows = b"PAR1 not really PAR1"
    part.update(size=len(rows), sha256=hashlib.sha256(rows).hexdigest())
    files = {**contents(planted(archive, manifest)), part["file"]: rows}
    assert problem(desk.bring(packed(files))) == (422, "data-unreadable")
