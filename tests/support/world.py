"""People with roles, things, sets, sessions and keys: what a test about rights starts from."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from stores import ORIGIN, SYSTEM, Store

from gatepost_server.authz import ORGANIZATION, Node, NodeKind, own_new_node, register_node
from gatepost_server.authz.service.writing import add_grant
from gatepost_server.authz.tables import MembershipRow, PrincipalRow
from gatepost_server.crypto import Peppers, hash_password
from gatepost_server.identity import NewSession, SignIn, create_user
from gatepost_server.identity.queries import user_by_id
from gatepost_server.identity.service.signin import start_session
from gatepost_server.identity.tables import SessionRow, UserRow
from gatepost_server.kernel.actor import Actor, ActorKind, Origin
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.secret import Secret
from gatepost_server.keys import ExpiryChoice, IssuedKey, KeyRules, issue_personal_key
from gatepost_server.store import Tx

PASSWORD = Secret("correct horse battery")
RULES = KeyRules(timedelta(days=90), may_never_expire=True)


@cache
def password_hash() -> str:
    """Return the hash of PASSWORD, made once."""
    return hash_password(PASSWORD)


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `actor` is their session just after signing in."""

    id: str
    username: str
    role: str
    actor: Actor

    @property
    def stale(self) -> Actor:
        """Their session when the proof of identity is no longer recent."""
        return replace(self.actor, confirmed_at=None)

    @property
    def by_key(self) -> Actor:
        """Themselves through a personal key."""
        return replace(
            self.actor, kind=ActorKind.PERSONAL_KEY, session_id=None, confirmed_at=None,
            via_key_id="key_" + "0" * 24, via_key_name="ci",
        )  # fmt: skip


class World:
    """Arranges a store; every call is a transaction of its own."""

    def __init__(self, store: Store, peppers: Peppers) -> None:
        self.store = store
        self.peppers = peppers
        self.sign_in = SignIn(peppers, timedelta(days=7))

    @property
    def now(self) -> datetime:
        return self.store.clock.now()

    @contextmanager
    def begin(self, who: Person | Actor, origin: Origin = ORIGIN) -> Iterator[Tx]:
        """Open a writing transaction of somebody."""
        with self.store.uow.begin(who.actor if isinstance(who, Person) else who, origin) as tx:
            yield tx

    @contextmanager
    def read(self, who: Person | Actor) -> Iterator[Tx]:
        """Open a reading transaction of somebody."""
        with self.store.uow.read(who.actor if isinstance(who, Person) else who, ORIGIN) as tx:
            yield tx

    def person(self, username: str, role: str = "viewer", *, is_active: bool = True) -> Person:
        """Make somebody with PASSWORD."""
        with self.store.arranged() as tx:
            user = create_user(
                tx, username=username, email=f"{username}@example.com", display_name=username.title(),
                role=role,
            ).user  # fmt: skip
            row = tx.session.get_one(UserRow, user.id)
            row.password_hash, row.must_change_password = password_hash(), False
            tx.session.get_one(PrincipalRow, user.id).is_active = is_active
        actor = Actor(
            ActorKind.SESSION, user.id, user.display_name, cap=5, confirmed_at=self.now,
            session_id="ses_" + user.id[-24:],
        )  # fmt: skip
        return Person(user.id, username, role, actor)

    def thing(self, owner: Person | None = None, kind: NodeKind = NodeKind.APP, name: str = "Report") -> Node:
        """Put an app or a source into the tree."""
        prefix = {NodeKind.APP: "app", NodeKind.SOURCE: "src"}[kind]
        with self.store.arranged(owner.actor if owner is not None else SYSTEM) as tx:
            node = register_node(tx, new_id(prefix, self.now), kind, name, is_numbered=kind is NodeKind.APP)
            if owner is not None:
                own_new_node(tx, node)
        return node

    def group(self, name: str, *members: str, until: datetime | None = None) -> str:
        """Make a set with members, for good or until a moment."""
        with self.store.arranged() as tx:
            set_id = new_id("grp", self.now)
            tx.session.add(
                PrincipalRow(
                    id=set_id, kind="group", name=name, label=name, org_id=ORGANIZATION, is_active=True, cap=0
                )
            )
            tx.session.flush()
            for member in members:
                tx.session.add(
                    MembershipRow(
                        id=new_id("mem", self.now), set_id=set_id, member_id=member,
                        from_at=self.now, until_at=until,
                    )
                )  # fmt: skip
        return set_id

    def grant(self, node_id: str, who_id: str, atoms: int, until: datetime | None = None) -> str:
        """Write a grant as it is, asking nobody."""
        with self.store.arranged() as tx:
            return add_grant(tx, node_id, who_id, atoms, until=until).id

    def session(self, who: Person, client: str = "browser") -> NewSession:
        """Sign somebody in without the work of hashing."""
        with self.store.arranged() as tx:
            user = user_by_id(tx, who.id)
            assert user is not None
            return start_session(tx, self.sign_in, user, client=client)

    def forget_proof(self, session_id: str) -> None:
        """Let a session's proof of identity be old."""
        with self.store.arranged() as tx:
            tx.session.get_one(SessionRow, session_id).confirmed_at = None

    def key(
        self,
        who: Person,
        name: str = "ci",
        expiry: ExpiryChoice = ExpiryChoice(),  # noqa: B008  # frozen
        role: str | None = None,
        ip_allowlist: str = "",
    ) -> IssuedKey:
        """Make a personal key of somebody."""
        with self.store.arranged(replace(who.actor, confirmed_at=self.now)) as tx:
            return issue_personal_key(
                tx, self.peppers, RULES, name=name, expiry=expiry, role=role, ip_allowlist=ip_allowlist
            )
