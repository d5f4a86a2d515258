"""A naive reading of permission-model §4.2-§4.4, written apart from the code that it judges."""

from dataclasses import dataclass, field

DATASET_ATOMS = (
    "READ_DATA", "READ_METADATA", "READ_SCHEMA", "EXPORT_DATA", "WRITE_DATA", "WRITE_METADATA",
    "WRITE_SCHEMA",
)  # fmt: skip
LEVEL = {
    "LIST": 1, "READ": 1, "USE": 1, "EDIT": 2, "CREATE": 2, "DELETE": 3, "SHARE": 4, "OWN": 4,
    "GLOBAL_ADMIN": 5, "RUN": 2, "READ_DATA": 1, "READ_METADATA": 1, "READ_SCHEMA": 1, "EXPORT_DATA": 1,
    "WRITE_DATA": 2, "WRITE_METADATA": 2, "WRITE_SCHEMA": 2,
}  # fmt: skip
IMPLIES = {
    "READ": {"LIST"}, "USE": {"LIST"}, "DELETE": {"LIST"}, "EDIT": {"READ"}, "SHARE": {"EDIT"},
    "OWN": {"SHARE", "DELETE", "USE", "RUN", *DATASET_ATOMS}, "RUN": {"LIST"}, "EXPORT_DATA": {"READ_DATA"},
    "READ_DATA": {"READ_SCHEMA"}, "WRITE_DATA": {"READ_SCHEMA"}, "WRITE_SCHEMA": {"READ_SCHEMA"},
    "WRITE_METADATA": {"READ_METADATA"}, "READ_SCHEMA": {"LIST"}, "READ_METADATA": {"LIST"},
}  # fmt: skip
ROLE_CAP = {"viewer": 1, "publisher": 4, "administrator": 5}
ITEMS = ("app", "source")


@dataclass(frozen=True)
class Window:
    """From when, until when (None: for good), in hours."""

    start: int
    end: int | None

    def holds(self, at: int) -> bool:
        return self.start <= at and (self.end is None or at < self.end)


@dataclass(frozen=True)
class Person:
    id: str
    role: str
    is_active: bool


@dataclass(frozen=True)
class Thing:
    id: str
    kind: str
    parent: str | None


@dataclass(frozen=True)
class Membership:
    member: str
    set_id: str
    window: Window


@dataclass(frozen=True)
class Given:
    who: str
    at: str
    atoms: frozenset[str]
    window: Window


@dataclass
class Imagined:
    """A whole world: people, sets, things, grants."""

    people: dict[str, Person] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    memberships: list[Membership] = field(default_factory=list)
    grants: list[Given] = field(default_factory=list)

    def rights(self, who: str | None, cap: int, thing_id: str, at: int) -> set[str]:
        """Return what somebody (None: nobody known) holds on a thing, by a credential with *cap*."""
        person = self.people[who] if who is not None else None
        if person is not None and not person.is_active:
            return set()
        thing = self.things[thing_id]
        held = self._of_role(person, thing)
        for given in self.grants:
            if given.who not in self._ids(who, at) or not given.window.holds(at):
                continue
            if given.at == thing_id:
                held |= given.atoms
            elif given.at in self._above(thing):
                held |= _flowing(set(given.atoms), self.things[given.at].kind, thing.kind)
        limit = min(cap, ROLE_CAP[person.role]) if person is not None else 1
        return {atom for atom in _closed(held) if LEVEL[atom] <= limit}

    def _of_role(self, person: Person | None, thing: Thing) -> set[str]:
        if person is None or person.role == "viewer":
            return set()
        is_root = person.role == "administrator"
        if thing.kind == "organization":
            return {"CREATE"}
        if not is_root:
            return set()
        return {"GLOBAL_ADMIN"} if thing.kind == "instance" else {"OWN"}

    def _ids(self, who: str | None, at: int) -> set[str]:
        ids = {"set_anyone"} if who is None else {who, "set_signed_in", "set_anyone"}
        while True:
            wider = ids | {
                one.set_id for one in self.memberships if one.member in ids and one.window.holds(at)
            }
            if wider == ids:
                return ids
            ids = wider

    def _above(self, thing: Thing) -> list[str]:
        found, up = [], thing.parent
        while up is not None:
            found.append(up)
            up = self.things[up].parent
        return found


def _closed(held: set[str]) -> set[str]:
    wider = held.union(*(IMPLIES.get(atom, set()) for atom in held))
    return held if wider == held else _closed(wider)


def _flowing(atoms: set[str], at: str, kind: str) -> set[str]:
    """Return what atoms on an ancestor of kind *at* give below it."""
    if "GLOBAL_ADMIN" not in _closed(atoms) or at != "instance":
        return set()
    return {"OWN"} if kind in ITEMS else {"CREATE"} if kind == "organization" else set()
