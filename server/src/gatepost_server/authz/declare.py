"""The words that policy.py is written in: rungs, implications, flows, presets, actions."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum
from functools import lru_cache


class Need(Enum):
    """What an action needs when it needs no atom."""

    SELF = "self"
    KNOWN = "known"


@dataclass(frozen=True)
class Action:
    """One thing that can be asked for: `kind:verb`, and what it takes.

    `is_recent` asks a session for a proof of identity not older than ten minutes.
    """

    name: str
    need: Need | None
    atom: int | None
    on: StrEnum | None
    is_recent: bool


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
        self._flows: dict[StrEnum, dict[int, int]] = {kind: {} for kind in kinds}
        self.presets: dict[StrEnum, dict[str, int]] = {kind: {} for kind in kinds}
        self.roles: dict[str, ServerRole] = {}
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

    def flows(self, atom: str, to: str, *, below: Iterable[StrEnum]) -> None:
        """Declare that *atom* on an ancestor gives *to* on nodes of the kinds *below*."""
        for kind in below:
            flows = self._flows[kind]
            flows[self._atoms[atom]] = flows.get(self._atoms[atom], 0) | self.mask(to)

    def preset(self, kind: StrEnum, role: str, names: str) -> None:
        """Name a preset of atoms on things of *kind*."""
        self.presets[kind][role] = self.mask(names)

    def server_role(self, name: str, *, cap: int, at_organization: str = "", at_instance: str = "") -> None:
        """Declare a server role: its cap, and the atoms it brings."""
        self.roles[name] = ServerRole(name, int(cap), self.mask(at_organization), self.mask(at_instance))

    def action(
        self, name: str, need: Need | str, *, on: StrEnum | None = None, is_recent: bool = False
    ) -> None:
        """Declare an action and what it needs."""
        if isinstance(need, Need):
            self.actions[name] = Action(name, need, None, None, is_recent)
        else:
            self.actions[name] = Action(name, None, int(self._atoms[need]), on, is_recent)

    def close(self) -> None:
        """Check the laws that every policy must obey.

        Raises:
            ValueError: an atom has no rung, or implies or flows to a higher one.
        """
        for atom in self._atoms:
            if atom not in self._rungs:
                raise ValueError(f"{atom.name} stands on no rung")
            reached = self._closure(1 << atom)
            for flows in self._flows.values():
                reached |= self._closure(flows.get(atom, 0))
            for other in self._atoms:
                if reached >> other & 1 and self._rungs[other] > self._rungs[atom]:
                    raise ValueError(f"{atom.name} reaches {other.name}, which stands higher")

    def holders_of(self, atom: int) -> int:
        """Return the mask of atoms that imply *atom* on the same node, itself included."""
        return sum(1 << one for one in self._atoms if self._closure(1 << one) >> atom & 1)

    def flowing_to(self, atom: int, kind: StrEnum) -> int:
        """Return the mask of atoms that, on an ancestor, give *atom* on a node of *kind*."""
        return sum(1 << one for one in self._atoms if self._flowing(1 << one, kind) >> atom & 1)

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

    def _flowing(self, mask: int, kind: StrEnum) -> int:
        closed = self._closure(mask)
        total = 0
        for bit, given in self._flows[kind].items():
            if closed >> bit & 1:
                total |= given
        return self._closure(total)

    def _capped(self, mask: int, cap: int) -> int:
        return sum(1 << bit for bit, rung in self._rungs.items() if mask >> bit & 1 and rung <= cap)
