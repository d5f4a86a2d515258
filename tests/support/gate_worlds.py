"""Imagined worlds with what the gate needs of them: apps that run, and credentials that are presented."""

from collections.abc import Mapping
from dataclasses import replace

from oracle import Credential, Imagined

from gatepost_server.apps.tables import (
    AppRow,
    BuildRow,
    DeploymentRow,
    LiveRow,
    SourceRow,
    SourceVersionRow,
)
from gatepost_server.authz import reader_of
from gatepost_server.crypto import KeyLetter, mint_key
from gatepost_server.gateway.authorizer.asked import Asked
from gatepost_server.gateway.authorizer.ground import Ground
from gatepost_server.gateway.authorizer.judging import Verdict, holds, judge
from gatepost_server.gateway.authorizer.means import GateMeans
from gatepost_server.gateway.authorizer.place import Place
from gatepost_server.gateway.authorizer.reading import StandingReader
from gatepost_server.identity.queries import user_by_id
from gatepost_server.identity.service.signin import start_session
from gatepost_server.identity.tables import UserRow
from gatepost_server.keys import KeyKind
from gatepost_server.keys.service.minting import write_key
from gatepost_server.keys.tables import CreatorKeyRow, KeyRow
from gatepost_server.store import RawReader, Tx

APPS = {"app_a": 1, "app_b": 2, "app_c": 3, "app_z": 4}
"""The apps of every world, by the number under which the gate finds them."""
_LEVELS = {0: "none", 1: "viewer", 2: "user", 3: "admin"}
_KINDS = {
    "personal": (KeyKind.PERSONAL, KeyLetter.PERSONAL), "project": (KeyKind.PROJECT, KeyLetter.PROJECT),
    "global": (KeyKind.GLOBAL, KeyLetter.GLOBAL), "creator": (KeyKind.CREATOR, KeyLetter.CREATOR),
}  # fmt: skip


class _Inside(StandingReader):
    """Reads in a transaction that is open already, and leaves it so."""

    def __init__(self, reader: RawReader) -> None:
        self._inside = reader

    def __enter__(self) -> RawReader:
        return self._inside

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        pass


class GateOfWorld:
    """The gate's own judging, on a world that a transaction has written; one credential is presented."""

    def __init__(self, tx: Tx, means: GateMeans, world: Imagined, how: Credential) -> None:
        self._tx, self._means = tx, replace(means, reader=_Inside(reader_of(tx)))
        tx.session.add_all(_account(tx, person) for person in world.people)
        plant_apps(tx)
        self._sent = self._headers(how)

    def judged(self, app: str) -> Verdict:
        """Return how a call of *app* comes out; what it lets in it also lets go on, and nothing else."""
        asked = Asked("GET", "gatepost.test", f"/content/{APPS[app]}/", "", [*self._sent.items()], self._sent)
        place = Place(str(APPS[app]), is_origin=False, rest="/")
        found = judge(self._means, asked, place, "192.0.2.7", self._tx.now)
        ground = Ground(str(APPS[app]), found.who.credential_id, "192.0.2.7")
        if found.verdict is not Verdict.BAD:
            goes_on = holds(reader_of(self._tx), ground, self._tx.now)
            assert goes_on is (found.verdict is Verdict.OPEN), found
        return found.verdict

    def _headers(self, how: Credential) -> Mapping[str, str]:
        if how.kind == "anonymous":
            return {}
        if how.kind == "session":
            user = user_by_id(self._tx, how.who or "")
            assert user is not None
            made = start_session(self._tx, self._means.sign_in, user, client="browser")
            self._tx.session.flush()
            return {"cookie": f"gp_session={made.token.reveal()}"}
        return {"authorization": f"Key {self._key(how)}"}

    def _key(self, how: Credential) -> str:
        tx, (kind, letter) = self._tx, _KINDS[how.kind]
        minted, is_own = mint_key(letter), how.kind in ("project", "global")
        if how.behind is not None:
            self._key(how.behind)
        deployer = how.who if how.behind is None else how.behind.who
        owner = how.sponsor if is_own else how.who if how.behind is None else how.behind.sponsor
        row = KeyRow(
            id=how.who if is_own else f"key_{minted.public_id}", kind=kind, public_id=minted.public_id,
            name="k", description="", prefix=minted.prefix, last_four=minted.last_four,
            owner_id=owner, created_by=deployer or "",
            project_id=next(iter(how.reach or ())) if how.kind == "project" else None,
            reach=sorted(how.reach) if how.kind == "global" and how.reach is not None else None,
            run_as_id=None, is_run_as_consented=False, cap=None if how.kind == "creator" else how.cap,
            ip_allowlist=None, is_enabled=True, created_at=tx.now, expires_at=None, revoked_at=None,
            revoked_by=None,
        )  # fmt: skip
        write_key(tx, self._means.authn.peppers, row, minted)
        if kind is KeyKind.CREATOR:
            _deploy(tx, "app_b", len(APPS) + 1, deployer or "", how.cap)
            tx.session.add(CreatorKeyRow(key_id=row.id, app_id="app_b", deployer_id=deployer or ""))
        tx.session.flush()
        return minted.text.reveal()


def plant_apps(tx: Tx) -> None:
    """Let every app of APPS be one that runs a version, put to work by the first person."""
    at = {"created_at": tx.now, "updated_at": tx.now}
    tx.session.add(SourceRow(id="src_a", name="Code", latest=0, **at))
    tx.session.flush()
    for app, number in APPS.items():
        tx.session.add(
            AppRow(
                id=app, number=number, name=app, slug=app, source_id="src_a", desired="running",
                revision=1, wanted_id="", is_bundled=False, **at,
            )
        )  # fmt: skip
    tx.session.flush()
    for app, number in APPS.items():
        tx.session.add(LiveRow(app_id=app))
        _deploy(tx, app, number, "usr_a", 1)


def _deploy(tx: Tx, app: str, number: int, by_id: str, level: int) -> None:
    """Let *app* run a version of a level for somebody."""
    ids = (f"ver_{number}", f"dep_{number}")
    tx.session.add(
        SourceVersionRow(
            id=ids[0], source_id="src_a", number=number, folder=ids[0], authors=[], kind="fastapi",
            entrypoint="app:app", because="", requirements=None, python=None, author_id=by_id,
            author_name="", created_at=tx.now, sha256="", size=1, files=1, is_bundled=False,
            resources={"required_key_scope_level": _LEVELS[level]},
        )
    )  # fmt: skip
    tx.session.flush()
    tx.session.add(BuildRow(version_id=ids[0], state="built"))
    tx.session.add(
        DeploymentRow(id=ids[1], app_id=app, version_id=ids[0], at=tx.now, by_id=by_id, by_name="")
    )
    tx.session.get_one(AppRow, app).wanted_id = ids[1]
    tx.session.flush()


def _account(tx: Tx, person: str) -> UserRow:
    return UserRow(
        id=person, username=person, email=f"{person}@example.com", display_name=person, password_hash=None,
        must_change_password=False, created_at=tx.now,
    )  # fmt: skip
