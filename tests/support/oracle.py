"""A naive reading of permission-model §4.2-§4.5, written apart from the code that it judges."""

from dataclasses import dataclass, field

from oracle_words import DATA, FROM_INSTANCE, IMPLIES, IN_PROJECT, ITEM, LEVEL, ROLE_CAP, TO_ITEMS, TO_KIND


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
    is_restricted: bool = False


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


@dataclass(frozen=True)
class Exposed:
    dataset: str
    project: str
    mask: frozenset[str]
    window: Window


@dataclass(frozen=True)
class Credential:
    """A kind of §4.5 with what fills its formula in."""

    kind: str
    who: str | None = None
    cap: int = 5
    sponsor: str | None = None
    reach: frozenset[str] | None = None
    behind: "Credential | None" = None


@dataclass
class Imagined:
    """A whole world: people, sets, things, grants, exposures."""

    people: dict[str, Person] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    memberships: list[Membership] = field(default_factory=list)
    grants: list[Given] = field(default_factory=list)
    exposures: list[Exposed] = field(default_factory=list)

    def rights(self, who: str | None, cap: int, thing_id: str, at: int) -> set[str]:
        """Return what somebody (None: nobody known) holds on a thing, by a personal key with *cap*."""
        return self.by(Credential("anonymous" if who is None else "personal", who, cap), thing_id, at)

    def by(self, how: Credential, thing_id: str, at: int) -> set[str]:
        """Return what a credential may do on a thing (§4.5)."""
        thing = self.things[thing_id]
        if how.reach is not None and not how.reach & {thing_id, *self._above(thing)}:
            return set()
        held, limit = self._base(how, thing, at), how.cap
        is_direct = how.kind in ("session", "personal", "anonymous") or (
            how.kind == "global" and how.cap == 5
        )
        if thing.is_restricted and not is_direct:
            held -= {"USE", "OWN"}
        most = {
            "project": 4,
            "creator": 3,
            "visitor": 3,
            "run": 3,
            "application": 1,
            "guest": 1,
            "anonymous": 1,
        }
        return {atom for atom in held if LEVEL[atom] <= min(limit, most.get(how.kind, 5))}

    def _base(self, how: Credential, thing: Thing, at: int) -> set[str]:
        if how.kind == "guest":
            return {"USE", "LIST"}
        if how.kind == "application":
            return _closed(self._own({how.who or "", "set_anyone"}, thing, at))
        if how.kind in ("project", "global"):
            own = _closed(self._own({how.who or "", "set_anyone"}, thing, at))
            return own & self._sponsored(how.sponsor or "", how.kind, thing, at)
        if how.behind is not None:
            return self.by(how.behind, thing.id, at)
        return self._user(how.who, thing, at, has_instance=how.kind != "visitor")

    def _sponsored(self, sponsor: str, kind: str, thing: Thing, at: int) -> set[str]:
        person = self.people.get(sponsor)
        if kind == "global" and (person is None or person.role != "administrator"):
            return set()
        if person is None:
            held = _closed(self._own({sponsor, "set_anyone"}, thing, at))
            return {atom for atom in held if LEVEL[atom] <= ROLE_CAP["publisher"]}
        return self._user(sponsor, thing, at)

    def _user(self, who: str | None, thing: Thing, at: int, *, has_instance: bool = True) -> set[str]:
        if who is None:
            return _closed(self._own({"set_anyone"}, thing, at))
        person = self.people[who]
        if not person.is_active:
            return set()
        held = self._own(
            {who, "set_signed_in", "set_anyone"}, thing, at, is_person=True, has_instance=has_instance
        )
        if thing.kind == "organization" and person.role != "viewer":
            held.add("CREATE")
        if person.role == "administrator" and has_instance:
            held |= {"GLOBAL_ADMIN"} if thing.kind == "instance" else FROM_INSTANCE.get(thing.kind, {"OWN"})
        return {atom for atom in _closed(held) if LEVEL[atom] <= ROLE_CAP[person.role]}

    def _own(
        self, ids: set[str], thing: Thing, at: int, *, is_person: bool = False, has_instance: bool = True
    ) -> set[str]:
        held: set[str] = set()
        for given in self.grants:
            atoms = set(given.atoms) - (set() if has_instance else {"GLOBAL_ADMIN"})
            if given.who not in self._reached(ids, at) or not given.window.holds(at):
                continue
            if given.at == thing.id:
                held |= atoms
            elif given.at in self._above(thing):
                held |= _flowing(atoms, self.things[given.at].kind, thing.kind)
            for one in self.exposures:
                at_home = [one.project, *self._above(self.things[one.project])]
                is_open = is_person and one.dataset == thing.id and one.window.holds(at)
                if is_open and given.at in at_home:
                    flown = _flowing(atoms, self.things[given.at].kind, thing.kind)
                    held |= _closed(flown) & _closed(set(one.mask))
        return held

    def _reached(self, ids: set[str], at: int) -> set[str]:
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
    wider = held.union(*(IMPLIES.get(atom, []) for atom in held))
    return held if wider == held else _closed(wider)


def _flowing(atoms: set[str], at: str, kind: str) -> set[str]:
    """Return what atoms on an ancestor of kind *at* give below it."""
    if at == "instance" and "GLOBAL_ADMIN" in atoms:
        return FROM_INSTANCE.get(kind, {"OWN"})
    if at != "project" or kind not in IN_PROJECT:
        return set()
    given = atoms & {*ITEM, *(DATA if kind == "dataset" else [])}
    for atom in _closed(atoms):
        given |= {*TO_ITEMS.get(atom, []), *TO_KIND.get(kind, {}).get(atom, [])}
    return given
