"""A naive reading of permission-model §4.2-§4.5, written apart from the code that it judges; all of it."""

from dataclasses import dataclass, field
from typing import NamedTuple

HOME = "org_000000000000000000000001"
ITEM = "LIST READ USE EDIT RUN DELETE SHARE OWN"
DATA = "READ_DATA READ_METADATA READ_SCHEMA EXPORT_DATA WRITE_DATA WRITE_METADATA WRITE_SCHEMA"
PROJECT = (
    "READ_CONF READ_DASHBOARDS EXPORT_DATASETS_DATA WRITE_CONF WRITE_DASHBOARDS RUN_SCENARIOS"
    " MODERATE_DASHBOARDS MANAGE_DASHBOARD_AUTHORIZATIONS MANAGE_EXPOSED_ELEMENTS ADMIN"
)
ABOVE_READ = {
    2: "EDIT RUN CREATE WRITE_DATA WRITE_METADATA WRITE_SCHEMA WRITE_CONF WRITE_DASHBOARDS RUN_SCENARIOS",
    3: "DELETE MODERATE_DASHBOARDS",
    4: "SHARE OWN MANAGE_DASHBOARD_AUTHORIZATIONS MANAGE_EXPOSED_ELEMENTS ADMIN",
    5: "GLOBAL_ADMIN",
}
LEVEL = {atom: rung for rung, atoms in ABOVE_READ.items() for atom in atoms.split()}
IMPLIES = {
    "OWN": f"SHARE DELETE USE RUN {DATA}", "SHARE": "EDIT", "EDIT": "READ", "EXPORT_DATA": "READ_DATA",
    "ADMIN": f"{PROJECT} {DATA} USE", "READ_CONF": "READ_DASHBOARDS", "READ_DATA": "READ_SCHEMA",
    "WRITE_CONF": "READ_CONF WRITE_DASHBOARDS RUN_SCENARIOS", "MODERATE_DASHBOARDS": "WRITE_DASHBOARDS",
    "WRITE_DASHBOARDS": "READ_DASHBOARDS", "MANAGE_DASHBOARD_AUTHORIZATIONS": "READ_DASHBOARDS",
    "MANAGE_EXPOSED_ELEMENTS": "READ_CONF", "WRITE_METADATA": "READ_METADATA", "WRITE_DATA": "READ_SCHEMA",
    "WRITE_SCHEMA": "READ_SCHEMA", "CREATE": "CREATE", "GLOBAL_ADMIN": "GLOBAL_ADMIN",
}  # fmt: skip
ROLE_CAP = {"viewer": 1, "publisher": 4, "administrator": 5}
MOST = {"project": 4, "creator": 3, "visitor": 3, "run": 3, "application": 1, "guest": 1, "anonymous": 1}
TO_ANY = {"READ_CONF": "READ", "WRITE_CONF": "EDIT", "ADMIN": "OWN"}
TO_DATA = {"READ_CONF": "READ_METADATA READ_SCHEMA", "WRITE_CONF": "WRITE_METADATA WRITE_SCHEMA"}
IN_PROJECT: dict[str, dict[str, str]] = {
    "app": {}, "source": {}, "api": {}, "usecase": {}, "scenario": {"RUN_SCENARIOS": "RUN"},
    "dashboard": {"READ_DASHBOARDS": "USE", "MODERATE_DASHBOARDS": "EDIT DELETE"},
    "dataset": {**TO_DATA, "EXPORT_DATASETS_DATA": "EXPORT_DATA"},
}  # fmt: skip
ROOT = {"instance": "GLOBAL_ADMIN", "organization": "CREATE", "project": "ADMIN", "credential": "LIST DELETE"}


class Window(NamedTuple):
    start: int
    end: int | None

    def holds(self, at: int) -> bool:
        return self.start <= at and (self.end is None or at < self.end)


class Person(NamedTuple):
    id: str
    role: str
    is_active: bool
    org: str = HOME


class Thing(NamedTuple):
    id: str
    kind: str
    parent: str | None
    is_restricted: bool = False


class Given(NamedTuple):  # to a set: that one is in it; of a dataset to a project: that it is exposed there
    who: str
    at: str
    atoms: frozenset[str]
    window: Window


@dataclass(frozen=True)
class Credential:
    kind: str
    who: str | None = None
    cap: int = 5
    sponsor: str | None = None
    reach: frozenset[str] | None = None
    behind: "Credential | None" = None


@dataclass
class Imagined:
    people: dict[str, Person] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    memberships: list[Given] = field(default_factory=list)
    grants: list[Given] = field(default_factory=list)
    exposures: list[Given] = field(default_factory=list)

    def rights(self, who: str | None, cap: int, thing_id: str, at: int) -> set[str]:
        return self.by(Credential("anonymous" if who is None else "personal", who, cap), thing_id, at)

    def by(self, how: Credential, thing_id: str, at: int, *, lends: bool = True) -> set[str]:
        """Return what a credential may do on a thing (§4.5); *lends*: what the instance gives counts."""
        thing, lends = self.things[thing_id], lends and how.kind != "visitor"
        if how.reach is not None and not how.reach & self._path(thing_id):
            return set()
        if how.behind is not None:
            held = self.by(how.behind, thing_id, at, lends=lends)
        else:
            held = {"USE", "LIST"} if how.kind == "guest" else self._user(how.who, thing, at, lends=lends)
        if how.kind in ("project", "global"):
            is_lead = [one.role for one in self.people.values() if one.id == how.sponsor] == ["administrator"]
            held &= self._user(how.sponsor, thing, at) if is_lead or how.kind == "project" else set()
        is_direct = how.kind in ("session", "personal", "anonymous") or (how.kind, how.cap) == ("global", 5)
        held -= {"USE", "OWN"} if thing.is_restricted and not is_direct else set()
        return {atom for atom in held if LEVEL.get(atom, 1) <= min(how.cap, MOST.get(how.kind, 5))}

    def _user(self, who: str | None, thing: Thing, at: int, *, lends: bool = True) -> set[str]:
        """Return User (§4.4) of a person, else what a key, an application, a set or nobody was given."""
        held, person = self._own(who, thing, at, lends=lends), self.people.get(who or "")
        if person is None or not person.is_active:
            return held if person is None else set()
        if thing.id == person.org and person.role != "viewer":
            held.add("CREATE")
        if person.role == "administrator" and lends:
            held |= _closed({*ROOT.get(thing.kind, "OWN").split()})
        return {atom for atom in held if LEVEL.get(atom, 1) <= ROLE_CAP[person.role]}

    def _own(self, who: str | None, thing: Thing, at: int, *, lends: bool) -> set[str]:
        ids, person, held = {"set_anyone", who or "set_anyone"}, self.people.get(who or ""), set[str]()
        if person is not None:
            ids.add("set_signed_in" + ("" if person.org == HOME else person.org.removeprefix("org")))
        for _ in self.memberships:
            ids |= {one.at for one in self.memberships if one.who in ids and one.window.holds(at)}
        for given in (one for one in self.grants if one.who in ids and one.window.holds(at)):
            atoms = given.atoms if lends else given.atoms - {"GLOBAL_ADMIN"}
            flown = _closed(_flowing(atoms, self.things[given.at].kind, thing.kind))
            if given.at in self._path(thing.id):
                held |= _closed(atoms) if given.at == thing.id else flown
            for one in self.exposures if person is not None else ():
                if (one.who, one.at) == (thing.id, given.at) and one.window.holds(at):
                    held |= flown & _closed(one.atoms)
        return held

    def _path(self, thing_id: str) -> set[str]:
        parent = self.things[thing_id].parent
        return {thing_id} if parent is None else {thing_id, *self._path(parent)}


def _closed(held: set[str] | frozenset[str]) -> set[str]:
    wider = held.union(*(IMPLIES.get(atom, "LIST").split() for atom in held))
    return set(held) if wider == held else _closed(wider)


def _flowing(atoms: frozenset[str], at: str, kind: str) -> set[str]:
    if at == "instance" and "GLOBAL_ADMIN" in atoms:
        return set(ROOT.get(kind, "OWN").split())
    if at != "project" or kind not in IN_PROJECT:
        return set()
    down = [flow.get(atom, "").split() for atom in _closed(atoms) for flow in (TO_ANY, IN_PROJECT[kind])]
    return {one for one in atoms if one in f"{ITEM} {DATA if kind == 'dataset' else ''}".split()}.union(*down)
