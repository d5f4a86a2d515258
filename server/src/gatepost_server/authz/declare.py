"""The words that policy.py is written in: rungs, implications, flows, presets, actions."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum, IntEnum, StrEnum
from functools import lru_cache

from gatepost_server.kernel.actor import ActorKind


class Need(Enum):
    """What an action needs when it needs no atom."""

    SELF = "self"
    KNOWN = "known"
    PERSON = "person"


@dataclass(frozen=True)
class Action:
    """One thing that can be asked for: `kind:verb`, and what it takes.

    `is_recent` asks a session for a proof of identity not older than ten minutes;
    `is_session_only` refuses every key (security.md, decision 6), but for those of `by_keys`
    where the instance lets keys make keys.
    """

    name: str
    need: Need | None
    atom: int | None
    on: StrEnum | None
    is_recent: bool = False
    is_session_only: bool = False
    by_keys: tuple[ActorKind, ...] = ()


class KeyMaking(StrEnum):
    """Whether keys may make keys: the instance's policy `keys_may_create_keys`."""

    OFF = "off"
    OWN = "own"


class Base(Enum):
    """Whose rights a credential starts from (the Base column of §4.5)."""

    USER = "the rights of its person"
    USER_WITHOUT_INSTANCE = "the rights of its person, without what GLOBAL_ADMIN alone gives"
    OWN = "its own grants"
    OWN_WITHIN_SPONSOR = "its own grants, as far as its sponsor holds them"
    USE_ONLY = "USE on one application"


@dataclass(frozen=True)
class Credential:
    """The formula of one kind of credential. No cap: as its person's role or its row says."""

    kind: ActorKind
    base: Base
    cap: int | None
    opens_restricted: bool
    admin_opens_restricted: bool


@dataclass(frozen=True)
class ServerRole:
    """A preset on the whole server that is a cap as well."""

    name: str
    cap: int
    at_organization: int
    at_instance: int


class Policy:
    """Collects declarations and answers the pure questions about them.

    Masks are plain integers with one bit per atom. After `close()` nothing is added.
    """

    def __init__(self, atoms: type[IntEnum], kinds: type[StrEnum]) -> None:
        self._atoms = atoms
        self._kinds = kinds
        self._rungs: dict[int, int] = {}
        self._implied: dict[int, int] = {bit: 1 << bit for bit in atoms}
        self._flows: dict[tuple[StrEnum, StrEnum], dict[int, int]] = {}
        self._passing: dict[tuple[StrEnum, StrEnum], int] = {}
        self.presets: dict[StrEnum, dict[str, int]] = {kind: {} for kind in kinds}
        self.roles: dict[str, ServerRole] = {}
        self.credentials: dict[ActorKind, Credential] = {}
        self.actions: dict[str, Action] = {}
        self.closure = lru_cache(maxsize=4096)(self._closure)
        self.flowing = lru_cache(maxsize=4096)(self._flowing)
        self.capped = lru_cache(maxsize=4096)(self._capped)

    def mask(self, names: str | Iterable[str]) -> int:
        """Return the mask of atoms named in *names* (space-separated, or several).

        Raises:
            KeyError: a name is not an atom.
        """
        words = names.split() if isinstance(names, str) else names
        total = 0
        for word in words:
            total |= 1 << self._atoms[word]
        return total

    def names(self, mask: int) -> list[str]:
        """Return the names of the atoms in *mask*, in order of declaration."""
        return [atom.name for atom in self._atoms if mask >> atom & 1]

    def rung(self, rung: int, names: str) -> None:
        """Put atoms on a rung."""
        for word in names.split():
            self._rungs[self._atoms[word]] = int(rung)

    def rung_of(self, atom: int) -> int:
        """Return the rung that *atom* stands on."""
        return self._rungs[atom]

    def implies(self, holders: str, others: str) -> None:
        """Declare that holding any of *holders* means holding *others* on the same node."""
        for word in holders.split():
            self._implied[self._atoms[word]] |= self.mask(others)

    def flows(self, atom: str, to: str, *, at: StrEnum, below: Iterable[StrEnum]) -> None:
        """Declare that *atom* on a node of kind *at* gives *to* on nodes of the kinds *below* it."""
        for kind in below:
            flows = self._flows.setdefault((at, kind), {})
            flows[self._atoms[atom]] = flows.get(self._atoms[atom], 0) | self.mask(to)

    def passes_down(self, names: str, *, at: StrEnum, below: Iterable[StrEnum]) -> None:
        """Declare atoms that, granted on a node of kind *at*, hold on those *below* it.

        Only what was granted passes, with what it implies; LIST that a wider right of the
        ancestor implies says nothing about its children.
        """
        for kind in below:
            self._passing[at, kind] = self._passing.get((at, kind), 0) | self.mask(names)

    def preset(self, kind: StrEnum, **roles: str) -> None:
        """Name presets of atoms on things of *kind*."""
        for role, names in roles.items():
            self.presets[kind][role] = self.mask(names)

    def credential(
        self,
        kind: ActorKind,
        base: Base,
        *,
        cap: int | None,
        opens_restricted: bool = False,
        admin_opens_restricted: bool = False,
    ) -> None:
        """Declare what a kind of credential may at most."""
        cap = None if cap is None else int(cap)
        self.credentials[kind] = Credential(kind, base, cap, opens_restricted, admin_opens_restricted)

    def server_role(self, name: str, *, cap: int, at_organization: str = "", at_instance: str = "") -> None:
        """Declare a server role: its cap, and the atoms it brings."""
        self.roles[name] = ServerRole(name, int(cap), self.mask(at_organization), self.mask(at_instance))

    def needs(self, need: Need, names: str, *, is_recent: bool = False) -> None:
        """Declare actions that need no atom."""
        for name in names.split():
            self.actions[name] = Action(name, need, None, None, is_recent)

    def actions_on(
        self, kind: StrEnum, *, is_recent: bool = False, is_session_only: bool = False, **verbs: str
    ) -> None:
        """Declare actions on things of *kind*: `ATOM="verb verb"`; a whole name has its colon."""
        for atom, words in verbs.items():
            for word in words.split():
                name = word if ":" in word else f"{kind}:{word}"
                bit = int(self._atoms[atom])
                self.actions[name] = Action(name, None, bit, kind, is_recent, is_session_only)

    def made_by_keys(self, name: str, *kinds: ActorKind) -> None:
        """Declare which kinds of keys may do an action where the instance lets keys make keys."""
        self.actions[name] = replace(self.actions[name], by_keys=kinds)

    def close(self) -> None:
        """Check the laws that every policy must obey.

        Raises:
            ValueError: an atom has no rung, or implies or flows to a higher one.
        """
        for atom in self._atoms:
            if atom not in self._rungs:
                raise ValueError(f"{atom.name} stands on no rung")
            reached = self._closure(1 << atom)
            for at, kind in {*self._flows, *self._passing}:
                reached |= self._flowing(1 << atom, at, kind)
            for other in self._atoms:
                if reached >> other & 1 and self._rungs[other] > self._rungs[atom]:
                    raise ValueError(f"{atom.name} reaches {other.name}, which stands higher")

    def holders_of(self, atom: int) -> int:
        """Return the mask of atoms that imply *atom* on the same node, itself included."""
        return sum(1 << one for one in self._atoms if self._closure(1 << one) >> atom & 1)

    def flowing_to(self, atom: int, at: StrEnum, kind: StrEnum) -> int:
        """Return the mask of atoms that, on an ancestor of kind *at*, give *atom* on one of *kind*."""
        return sum(1 << one for one in self._atoms if self._flowing(1 << one, at, kind) >> atom & 1)

    def role_of_cap(self, cap: int) -> str:
        """Return the name of the server role with *cap*."""
        return next(role.name for role in self.roles.values() if role.cap == cap)

    def _closure(self, mask: int) -> int:
        while True:
            wider = mask
            for bit, implied in self._implied.items():
                if mask >> bit & 1:
                    wider |= implied
            if wider == mask:
                return mask
            mask = wider

    def _flowing(self, mask: int, at: StrEnum, kind: StrEnum) -> int:
        closed = self._closure(mask)
        total = mask & self._passing.get((at, kind), 0)
        for bit, given in self._flows.get((at, kind), {}).items():
            if closed >> bit & 1:
                total |= given
        return self._closure(total)

    def _capped(self, mask: int, cap: int) -> int:
        return sum(1 << bit for bit, rung in self._rungs.items() if mask >> bit & 1 and rung <= cap)
