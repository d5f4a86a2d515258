"""Whom a header lets in: keys of all kinds, presented as texts, against a naive idea of what a key is.

The other laws take for granted who is calling; this one begins with the header. What it
expects is written apart from `authn`: the reasons for which a key lets nobody in, by name.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from imagining import HOURS, PEOPLE, ROOTS, SETS, THINGS, hours, moment, worlds, write
from oracle import Credential, Given, Imagined, Person, Window
from stores import ORIGIN, SYSTEM, Store

from gatepost_server.authn import (
    BadCredential,
    Identified,
    Means,
    RequestFacts,
    client_ip,
    identify,
    presented,
)
from gatepost_server.authz import policy
from gatepost_server.authz.facts import load_facts, load_node
from gatepost_server.authz.model import effective
from gatepost_server.authz.service.asking import reader_of
from gatepost_server.crypto import KeyLetter, Peppers, mint_key
from gatepost_server.keys.service.keeping import revoke
from gatepost_server.keys.service.minting import add_verifier, write_key
from gatepost_server.keys.tables import ConsentRow, KeyRow
from gatepost_server.store import Tx, micros

HELD = ["key_a", "key_b", "key_c", "key_d"]
ADDRESSES = ["10.0.0.7", "10.0.0.9", "10.1.0.1", "2001:db8::1", "::ffff:10.0.0.7", "nonsense", None]
LISTS: Mapping[str | None, list[str | None]] = {
    None: ADDRESSES,
    "10.0.0.7/32": ["10.0.0.7", "::ffff:10.0.0.7"],
    "10.0.0.0/24": ["10.0.0.7", "10.0.0.9", "::ffff:10.0.0.7"],
    "2001:db8::/32;10.0.0.9/32": ["10.0.0.9", "2001:db8::1"],
}
"""Lists of addresses, and which of ADDRESSES are on each: written out, not computed."""
LETTERS = {"personal": KeyLetter.PERSONAL, "project": KeyLetter.PROJECT, "global": KeyLetter.GLOBAL}
HEADERS = [
    ("authorization", "Key {}"), ("authorization", "bearer {}"), ("authorization", "Token {}"),
    ("x-rsc-authorization", "Key {}"), ("x-rsc-authorization", "{}"),
]  # fmt: skip
_GONE = "its sponsor is deactivated, or no administrator any more"


@dataclass(frozen=True)
class Key:
    """A key as people think of it: whose it is, what narrows it, and what became of it."""

    kind: str
    person: str
    cap: int | None = None
    reach: frozenset[str] | None = None
    end: int | None = None
    listed: str | None = None
    is_enabled: bool = True
    is_deleted: bool = False
    old_until: int | None = None
    run_as: str | None = None
    agreed: bool | None = None

    def acts_as(self, key_id: str) -> Credential:
        """Return what it is in the oracle's words."""
        if self.kind == "personal":
            return Credential("personal", self.person, 5 if self.cap is None else self.cap)
        cap = 5 if self.kind == "global" and self.cap is None else 4
        return Credential(self.kind, key_id, cap, self.person, self.reach)

    def for_whom(self) -> str | None:
        """Return the associated user; who was named by consent is one as long as they agree."""
        return None if self.agreed is False or self.kind == "personal" else self.run_as

    def refusals(self, world: Imagined, shown: "Shown", hour: int) -> set[str]:
        """Return every reason for which it lets nobody in; none: it does."""
        person = world.people.get(self.person)
        is_lead = person is not None and person.role == "administrator"
        is_old_good = self.old_until is not None and hour < self.old_until
        is_gone = person is not None and not person.is_active
        reasons = {
            "malformed key": shown.secret == "misspelt",
            "unknown key": shown.secret == "of another kind",
            "wrong secret": shown.secret == "wrong" or (shown.secret == "old" and not is_old_good),
            "revoked key": self.is_deleted,
            "disabled key": not self.is_enabled,
            "expired key": self.end is not None and hour >= self.end,
            "address not on the key's list": shown.ip not in LISTS[self.listed],
            "its owner is deactivated": self.kind == "personal" and is_gone,
            _GONE: self.kind != "personal" and (is_gone or (self.kind == "global" and not is_lead)),
        }
        return {reason for reason, holds in reasons.items() if holds}


@dataclass(frozen=True)
class Shown:
    """How a key is presented: which of its secrets, in which header, from where, through whom it says."""

    secret: str
    header: int
    ip: str | None
    forwarded: str | None = None


_ends = st.none() | st.integers(0, 2 * HOURS)
_state = {
    "end": _ends, "listed": st.sampled_from([None, None, *LISTS]), "old_until": _ends,
    "is_enabled": st.sampled_from([True, True, True, False]),
    "is_deleted": st.sampled_from([False, False, False, True]),
}  # fmt: skip
_run_as = {"run_as": st.sampled_from([None, *PEOPLE]), "agreed": st.sampled_from([None, True, False])}
keys = st.one_of(
    st.builds(Key, st.just("personal"), st.sampled_from(PEOPLE), st.none() | st.integers(1, 5), **_state),
    st.builds(
        Key, st.just("project"), st.sampled_from([*PEOPLE, *SETS]),
        reach=st.sampled_from([frozenset({"prj_a"}), frozenset({"prj_b"})]), **_state, **_run_as,
    ),
    st.builds(
        Key, st.just("global"), st.sampled_from(PEOPLE), st.sampled_from([None, 4]), **_state,
        run_as=_run_as["run_as"],
    ),
)  # fmt: skip
shown = st.builds(
    Shown,
    st.sampled_from(["current", "current", "current", "old", "old", "wrong", "misspelt", "of another kind"]),
    st.integers(0, len(HEADERS) - 1), st.sampled_from(ADDRESSES), st.sampled_from([None, *ADDRESSES]),
)  # fmt: skip


class _Undo(Exception):
    """Ends an example; nothing of it is kept."""


@contextmanager
def _imagined(store: Store, world: Imagined, hour: int) -> Iterator[Tx]:
    store.clock.at = moment(hour)
    with pytest.raises(_Undo), store.uow.begin(SYSTEM, ORIGIN) as tx:
        write(tx, world, keys=HELD)
        yield tx
        raise _Undo


def _plant(tx: Tx, peppers: Peppers, key_id: str, key: Key) -> dict[str, str]:
    """Write a key; return the texts that may be sent, by name."""
    letter = LETTERS[key.kind]
    minted = mint_key(letter)
    row = KeyRow(
        id=key_id, kind=key.kind, public_id=minted.public_id, name="k", description="",
        prefix=minted.prefix, last_four=minted.last_four, owner_id=key.person, created_by=key.person,
        project_id=next(iter(key.reach or ())) if key.kind == "project" else None, reach=None,
        run_as_id=key.run_as, is_run_as_consented=key.agreed is not None, ip_allowlist=key.listed,
        cap=4 if key.kind == "project" else 5 if key.kind == "global" and key.cap is None else key.cap,
        is_enabled=key.is_enabled, created_at=tx.now, revoked_at=None, revoked_by=None,
        expires_at=None if key.end is None else moment(key.end),
    )  # fmt: skip
    write_key(tx, peppers, row, minted)
    old, wrong, text = mint_key(letter, row.public_id), mint_key(letter, row.public_id), minted.text.reveal()
    if key.old_until is not None:
        add_verifier(tx, peppers, key_id, old, moment(key.old_until))
    if key.agreed and key.run_as is not None:
        asked = (key.run_as, row.project_id)
        if tx.session.get(ConsentRow, asked) is None:
            tx.session.add(ConsentRow(user_id=key.run_as, project_id=row.project_id, given_at=tx.now))
    tx.session.flush()
    if key.is_deleted:
        revoke(tx, tx.session.get_one(KeyRow, key_id))
    other = KeyLetter.GLOBAL if letter is not KeyLetter.GLOBAL else KeyLetter.PERSONAL
    return {
        "current": text,
        "old": old.text.reveal(),
        "wrong": wrong.text.reveal(),
        "misspelt": text[:-1] + ("A" if text[-1] != "A" else "B"),
        "of another kind": mint_key(other, row.public_id).text.reveal(),
    }


def _identified(tx: Tx, means: Means, text: str, how: Shown) -> Identified | str:
    """Return whom a request with that text comes from, or why it comes from nobody."""
    name, form = HEADERS[how.header]
    headers = [(name, form.format(text))]
    headers += [] if how.forwarded is None else [("x-forwarded-for", how.forwarded)]
    ip = client_ip(how.ip, headers, ())
    what = presented(RequestFacts(headers, ip))
    try:
        return identify(reader_of(tx), means, what, ip=ip, now=tx.now)
    except BadCredential as refused:
        return refused.because


def _held(tx: Tx, found: Identified, thing_id: str) -> set[str]:
    node = load_node(reader_of(tx), thing_id)
    assert node is not None
    facts = load_facts(reader_of(tx), found.subject, node, micros(tx.now))
    return set(policy.names(effective(found.subject, node, facts)))


_WORLD = Imagined(
    people={one: Person(one, "publisher", is_active=True) for one in PEOPLE},
    things=ROOTS | THINGS,
    grants=[
        Given(one, "prj_a", frozenset({"ADMIN"}), Window(0, None)) for one in ("usr_a", "key_a", "grp_a")
    ],
)
_GONE_WORLD = replace(
    _WORLD, people={**_WORLD.people, "usr_a": Person("usr_a", "publisher", is_active=False)}
)
_CURRENT, _OLD = Shown("current", 0, "10.0.0.7"), Shown("old", 1, "10.0.0.7")
_SPOOFED = Shown("current", 0, "10.1.0.1", "10.0.0.7")
_IN_PROJECT = Key("project", "usr_a", reach=frozenset({"prj_a"}))
_ROTATED = replace(_IN_PROJECT, old_until=5)
_BY_GROUP = replace(_IN_PROJECT, person="grp_a", run_as="usr_b", agreed=True)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    worlds(), hours, st.lists(keys, min_size=2, max_size=len(HELD)), st.lists(shown, min_size=2, max_size=4)
)
@example(_WORLD, 4, [_ROTATED, _BY_GROUP, Key("personal", "usr_a", 1)], [_CURRENT, _OLD])
@example(_WORLD, 5, [_ROTATED, replace(_IN_PROJECT, end=5)], [_CURRENT, _OLD])
@example(_WORLD, 4, [replace(_BY_GROUP, agreed=False), replace(_BY_GROUP, agreed=None)], [_CURRENT])
@example(_WORLD, 0, [replace(_IN_PROJECT, listed="10.0.0.0/24")], [_SPOOFED, _CURRENT])
@example(_GONE_WORLD, 0, [_IN_PROJECT, Key("personal", "usr_a"), Key("global", "usr_b")], [_CURRENT])
def test_a_header_lets_in_whom_the_naive_idea_of_a_key_does(
    store: Store, peppers: Peppers, world: Imagined, hour: int, made: list[Key], hows: list[Shown]
) -> None:
    means = Means(peppers, timedelta(hours=8))
    with _imagined(store, world, hour) as tx:
        for key_id, key in zip(HELD, made, strict=False):
            texts = _plant(tx, peppers, key_id, key)
            agrees = replace(key, agreed=key.agreed or _has_agreed(tx, key))
            for how in hows:
                expected = key.refusals(world, how, hour)
                found = _identified(tx, means, texts[how.secret], how)
                if isinstance(found, str):
                    assert found in expected, (key, how)
                    continue
                assert not expected, (key, how)
                acts, actor = key.acts_as(key_id), found.actor
                assert (actor.kind.value.partition("_")[0], actor.principal_id) == (acts.kind, acts.who)
                assert (actor.via_key_id, actor.sponsor_id, actor.cap) == (key_id, acts.sponsor, acts.cap)
                assert actor.run_as_id == agrees.for_whom()
                ends = key.old_until if how.secret == "old" else None
                assert actor.secret_ends_at == (None if ends is None else moment(ends))
                for thing in ("prj_a", "dts_a", "dts_c", "app_a", "con_a"):
                    assert _held(tx, found, thing) == world.by(acts, thing, hour), (key, thing)


def _has_agreed(tx: Tx, key: Key) -> bool | None:
    """Tell whether who was named by consent agrees: for another key of the project, perhaps."""
    if key.agreed is None or key.run_as is None:
        return key.agreed
    return tx.session.get(ConsentRow, (key.run_as, next(iter(key.reach or ())))) is not None


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    worlds(), hours, keys, st.lists(shown, min_size=2, max_size=4),
    st.sampled_from(sorted(filter(None, LISTS))),
)  # fmt: skip
@example(_WORLD, 0, _IN_PROJECT, [_SPOOFED, _CURRENT], "10.0.0.0/24")
def test_i23_a_list_of_addresses_lets_nobody_in_who_was_refused(
    store: Store, peppers: Peppers, world: Imagined, hour: int, key: Key, hows: list[Shown], listed: str
) -> None:
    means = Means(peppers, timedelta(hours=8))
    with _imagined(store, world, hour) as tx:
        texts = _plant(tx, peppers, "key_a", replace(key, listed=None))
        before = [_identified(tx, means, texts[how.secret], how) for how in hows]
        tx.session.get_one(KeyRow, "key_a").ip_allowlist = listed
        tx.session.flush()
        for how, was in zip(hows, before, strict=True):
            text, by_itself = texts[how.secret], replace(how, forwarded=None)
            now = _identified(tx, means, text, how)
            assert isinstance(now, str) or now == was, (key, how)
            assert now == _identified(tx, means, text, by_itself), "what it says of itself counts"
            if not isinstance(was, str):
                assert isinstance(now, str) is (how.ip not in LISTS[listed]), (key, how)


def test_keys_are_let_in_so_that_the_laws_are_asked_something(store: Store, peppers: Peppers) -> None:
    means = Means(peppers, timedelta(hours=8))
    leads = {**_WORLD.people, "usr_c": Person("usr_c", "administrator", is_active=True)}
    made = [_IN_PROJECT, _BY_GROUP, Key("global", "usr_c", old_until=3), Key("personal", "usr_b", 1)]
    with _imagined(store, replace(_WORLD, people=leads), 2) as tx:
        for key_id, key in zip(HELD, made, strict=True):
            texts = _plant(tx, peppers, key_id, key)
            found = [_identified(tx, means, texts[how.secret], how) for how in (_CURRENT, _OLD)]
            assert isinstance(found[0], Identified)
            assert isinstance(found[1], str) is (key.old_until is None)
