"""A naive reading of permission-model §4.2-§4.5, written apart from the code that it judges."""

from dataclasses import dataclass, field

from oracle_values import Credential, Exposed, Given, Membership, Person, Thing
from oracle_words import (
    DATA,
    DIRECT,
    FROM_INSTANCE,
    IMPLIES,
    IN_PROJECT,
    ITEM,
    LEVEL,
    MOST,
    ROLE_CAP,
    TO_ITEMS,
    TO_KIND,
)


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

    def by(self, how: Credential, thing_id: str, at: int, *, has_instance: bool = True) -> set[str]:
        """Return what a credential may do on a thing (§4.5)."""
        thing = self.things[thing_id]
        if how.reach is not None and not how.reach & {thing_id, *self._above(thing)}:
            return set()
        held = self._base(how, thing, at, has_instance=has_instance and how.kind != "visitor")
        if thing.is_restricted and how.kind not in DIRECT and (how.kind, how.cap) != ("global", 5):
            held -= {"USE", "OWN"}
        return {atom for atom in held if LEVEL[atom] <= min(how.cap, MOST.get(how.kind, 5))}

    def _base(self, how: Credential, thing: Thing, at: int, *, has_instance: bool) -> set[str]:
        if how.kind == "guest":
            return {"USE", "LIST"}
        if how.kind in ("application", "project", "global"):
            ids = {how.who or "", "set_anyone"}
            own = _closed(self._own(ids, thing, at, has_instance=has_instance))
            if how.kind == "application":
                return own
            return own & self._sponsored(how.sponsor or "", how.kind, thing, at)
        if how.behind is not None:
            return self.by(how.behind, thing.id, at, has_instance=has_instance)
        return self._user(how.who, thing, at, has_instance=has_instance)

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
            return _closed(self._own({"set_anyone"}, thing, at, has_instance=has_instance))
        person = self.people[who]
        if not person.is_active:
            return set()
        held = self._own(
            {who, person.everyone, "set_anyone"}, thing, at, is_person=True, has_instance=has_instance
        )
        if thing.id == person.org and person.role != "viewer":
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
