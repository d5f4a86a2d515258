"""Worlds that are written down in tests/worlds: read as data, for the tests that hold them true."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from imagining import OTHER, ROOTS, member
from oracle import Credential, Given, Imagined, Person, Thing, Window

from gatepost_server.authz import INSTANCE, ORGANIZATION

FOLDER = Path(__file__).parents[1] / "worlds"
_WHEN = r"(?: from (?P<start>\d+))?(?: until (?P<end>\d+))?"
_GRANT = re.compile(rf"(?P<who>\w+) (?P<atoms>[A-Z_ ]+) on (?P<at>\w+){_WHEN}")
_MEMBER = re.compile(rf"(?P<who>\w+) in (?P<set>\w+){_WHEN}")
_EXPOSED = re.compile(rf"(?P<dataset>\w+) to (?P<project>\w+) for (?P<atoms>[A-Z_ ]+){_WHEN}")
_THING = re.compile(r"(?P<restricted>restricted )?(?P<kind>\w+)(?: in (?P<parent>\w+))?")
_HOLDING = re.compile(r"(?P<who>\w+) on (?P<on>\w+) at (?P<at>\d+)")
_ASKING = re.compile(r"(?P<who>\w+) asks (?P<action>[\w:-]+) of (?P<on>\w+) at (?P<at>\d+)")
_NARROWED = re.compile(r"(?P<who>\w+) as (?P<person>\w+) on (?P<on>\w+) at 0")
_GIVING = re.compile(
    r"(?P<who>\w+) (?P<verb>gives|exposes|adds) (?:(?P<role>[a-z]+) on )?(?P<on>\w+) to (?P<to>\w+)"
    r" at (?P<at>\d+)(?: until (?P<end>\d+))?"
)


@dataclass(frozen=True)
class Holding:
    """What a credential holds on a thing at an hour: these atoms, and no others."""

    who: str
    on: str
    at: int
    atoms: frozenset[str]


@dataclass(frozen=True)
class Asking:
    """What becomes of an action: *answer* is `allowed`, `404`, or `403` and the code or the atom."""

    who: str
    action: str
    on: str
    at: int
    answer: str


@dataclass(frozen=True)
class Giving:
    """Somebody gives, exposes or adds; *answer* as of an asking, or the code of another refusal."""

    who: str
    verb: str
    role: str
    on: str
    to: str
    at: int
    until: int | None
    answer: str


@dataclass
class WrittenWorld:
    """One world, with why it is kept, who calls in it, and what is then true."""

    name: str
    why: str
    world: Imagined
    sets: list[str]
    callers: dict[str, Credential]
    holdings: list[Holding] = field(default_factory=list)
    askings: list[Asking] = field(default_factory=list)
    givings: list[Giving] = field(default_factory=list)
    narrowed: dict[tuple[str, str, str], frozenset[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name

    @property
    def keys(self) -> list[str]:
        """The ids of all who hold grants of their own and are no persons."""
        return sorted({one.who or "" for one in self.callers.values()} - {*self.world.people, ""})

    @property
    def hours(self) -> list[int]:
        """Every hour that is spoken of, and the edges of every window."""
        said = {one.at for one in self.holdings} | {one.at for one in self.askings}
        windows = [one.window for one in self.world.grants]
        windows += [one.window for one in self.world.memberships]
        windows += [one.window for one in self.world.exposures]
        edges = {edge for one in windows for edge in (one.start, one.end) if edge is not None}
        return sorted(said | edges | {edge - 1 for edge in edges if edge})

    def id_of(self, name: str) -> str:
        """Return the id of a person or a set by its name in the file."""
        return f"usr_{name}" if f"usr_{name}" in self.world.people else f"grp_{name}"


def written_worlds() -> list[WrittenWorld]:
    """Return every world of the folder, in order of its files."""
    return [
        _world(f"{path.stem}: {name}", said)
        for path in sorted(FOLDER.glob("*.yaml"))
        for name, said in yaml.load(path.read_text(), _Strict).items()
    ]


class _Strict(yaml.SafeLoader):
    """Reads as the safe loader does, but takes no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key) for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise ValueError(f"{node.start_mark}: said twice: {twice}")
        return super().construct_mapping(node, deep)


def _world(name: str, said: dict[str, Any]) -> WrittenWorld:
    ids = {"anyone": "set_anyone", "signed_in": "set_signed_in"}
    ids |= {one: f"usr_{one}" for one in said.get("people", {})}
    ids |= {one: f"grp_{one}" for one in said.get("sets", [])}
    ids |= {one: how.get("id", f"key_{one}") for one, how in said.get("credentials", {}).items()}
    places = {"instance": INSTANCE, "organization": ORGANIZATION, "elsewhere": OTHER}
    places |= {one: ids[one] for one in said.get("things", {}) if one in said.get("sets", [])}
    world = Imagined(things=dict(ROOTS))
    for one, role in said.get("people", {}).items():
        kind, *rest = role.split(", ")
        org = OTHER if "elsewhere" in rest else ORGANIZATION
        world.people[ids[one]] = Person(ids[one], kind, is_active="inactive" not in rest, org=org)
    for one, what in said.get("things", {}).items():
        found = _read(_THING, what)
        parent = places["organization"] if found["parent"] is None else found["parent"]
        at = places.get(one, one)
        world.things[at] = Thing(at, found["kind"], parent, is_restricted=bool(found["restricted"]))
    for found in _lines(_MEMBER, said.get("members")):
        world.memberships.append(member(ids[found["who"]], ids[found["set"]], _window(found)))
    for found in _lines(_GRANT, said.get("grants")):
        at = places.get(found["at"], found["at"])
        assert at in world.things, at
        world.grants.append(Given(ids[found["who"]], at, _atoms(found["atoms"]), _window(found)))
    for found in _lines(_EXPOSED, said.get("exposed")):
        world.exposures.append(
            Given(found["dataset"], found["project"], _atoms(found["atoms"]), _window(found))
        )
    callers = {one: Credential("session", ids[one]) for one in said.get("people", {})}
    callers["nobody"] = Credential("anonymous", None, 1)
    for one, how in said.get("credentials", {}).items():
        callers[one] = _credential(ids[one], how, ids, callers)
    made = WrittenWorld(name, said["why"], world, [ids[one] for one in said.get("sets", [])], callers)
    _expect(made, said, places)
    return made


def _expect(made: WrittenWorld, said: dict[str, Any], places: dict[str, str]) -> None:
    for text, atoms in said.get("holds", {}).items():
        found = _read(_HOLDING, text)
        on = places.get(found["on"], found["on"])
        made.holdings.append(Holding(found["who"], on, int(found["at"]), _atoms(atoms or "")))
    for text, answer in said.get("asks", {}).items():
        found = _read(_ASKING, text)
        on = places.get(found["on"], found["on"])
        made.askings.append(Asking(found["who"], found["action"], on, int(found["at"]), str(answer)))
    for text, answer in said.get("does", {}).items():
        found = _read(_GIVING, text)
        on, end = places.get(found["on"], found["on"]), _window({"start": None, **found}).end
        role = found["role"] or ""
        made.givings.append(
            Giving(found["who"], found["verb"], role, on, found["to"], int(found["at"]), end, str(answer))
        )
    for text, atoms in said.get("narrowed", {}).items():
        found = _read(_NARROWED, text)
        made.narrowed[found["who"], found["person"], found["on"]] = _atoms(atoms or "")
    assert made.narrowed or made.holdings or made.askings or made.givings, f"{made.name} says nothing"


def _credential(
    own_id: str, how: dict[str, Any], ids: dict[str, str], known: dict[str, Credential]
) -> Credential:
    behind = known[how["behind"]] if "behind" in how else None
    who = own_id if "of" not in how else ids[how["of"]]
    reach = None if "reach" not in how else frozenset(how["reach"].split())
    return Credential(how["kind"], who, how.get("cap", 5), ids.get(how.get("sponsor", "")), reach, behind)


def _lines(pattern: re.Pattern[str], lines: list[str] | None) -> Iterator[dict[str, Any]]:
    for line in lines or []:
        yield _read(pattern, line)


def _read(pattern: re.Pattern[str], text: str) -> dict[str, Any]:
    found = pattern.fullmatch(text)
    assert found is not None, f"cannot be read: {text}"
    return found.groupdict()


def _window(found: dict[str, Any]) -> Window:
    return Window(int(found["start"] or 0), None if found["end"] is None else int(found["end"]))


def _atoms(words: str) -> frozenset[str]:
    return frozenset(words.split())
