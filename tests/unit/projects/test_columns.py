"""Types as they are written: read, written in one way, refused."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost_server.kernel.actor import Actor, ActorKind, system_actor
from gatepost_server.projects.model import Rule
from gatepost_server.projects.rules import Behalf, behalf_of, rules_for
from gatepost_server.tabular.columns import PLAIN, Type, quoted, read_type

_NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
_DECIMALS = st.integers(1, 38).flatmap(
    lambda p: st.integers(0, p).map(lambda s: Type("decimal", digits=(p, s)))
)
_TYPES = st.recursive(
    st.sampled_from([Type(word) for word in PLAIN]) | _DECIMALS,
    lambda inner: (
        inner.map(lambda one: Type("list", parts=(one,)))
        | st.tuples(inner, inner).map(lambda two: Type("map", parts=two))
        | st.lists(st.tuples(_NAMES, inner), min_size=1, max_size=3, unique_by=lambda f: f[0].casefold()).map(
            lambda fields: Type(
                "struct", parts=tuple(t for _, t in fields), names=tuple(n for n, _ in fields)
            )
        )
    ),
    max_leaves=6,
)


@given(_TYPES)
def test_what_is_written_is_read_again(kind: Type) -> None:
    assert read_type(str(kind)) == kind


@pytest.mark.parametrize(
    ("text", "written", "sql"),
    [
        ("decimal( 10 , 2 )", "decimal(10,2)", "DECIMAL(10,2)"),
        ("list< list<string> >", "list<list<string>>", "VARCHAR[][]"),
        (
            'struct<a:integer, "b ""c":date>',
            'struct<a:integer,"b ""c":date>',
            'STRUCT("a" BIGINT, "b ""c" DATE)',
        ),
        ("map<string,double>", "map<string,double>", "MAP(VARCHAR, DOUBLE)"),
    ],
)
def test_a_type_is_written_in_one_way(text: str, written: str, sql: str) -> None:
    assert (str(read_type(text)), read_type(text).sql) == (written, sql)


@pytest.mark.parametrize(
    "text",
    ["", "int", "INTEGER", "decimal", "decimal(0,0)", "decimal(39,0)", "decimal(3,4)", "list", "list<>",
     "list<integer", "list<integer>>", "map<string>", "struct<>", "struct<a>", "struct<a:integer,A:date>",
     "integer; DROP TABLE x", 'struct<"":integer>', '"integer"', "list<" * 25 + "date" + ">" * 25,
     "x" * 6000],
)  # fmt: skip
def test_what_is_no_type_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_type(text)


@given(_NAMES)
def test_a_quoted_name_ends_where_it_should(name: str) -> None:
    inside = quoted(name)[1:-1]
    assert inside.replace('""', "").count('"') == 0
    assert inside.replace('""', '"') == name


def _actor(kind: ActorKind, run_as: str | None = None) -> Actor:
    return Actor(kind, "usr_1", "somebody", run_as_id=run_as)


def _lent(*kinds: ActorKind, by: Actor) -> Actor:
    """What is lent by *by*: by the last of *kinds*, which is lent by the one before."""
    for kind in kinds:
        by = replace(_actor(kind), on_behalf_of_id=by.principal_id, behind=by)
    return by


@pytest.mark.parametrize(
    ("actor", "behalf"),
    [
        (_actor(ActorKind.SESSION), Behalf.ITSELF),
        (_actor(ActorKind.PERSONAL_KEY), Behalf.ITSELF),
        (_actor(ActorKind.RUN_TOKEN), Behalf.ITSELF),
        (_actor(ActorKind.PROJECT_KEY), Behalf.MISSING),
        (_actor(ActorKind.GLOBAL_KEY), Behalf.MISSING),
        (_actor(ActorKind.PROJECT_KEY, "usr_2"), Behalf.ASSOCIATED),
        (_actor(ActorKind.GLOBAL_KEY, "usr_2"), Behalf.ASSOCIATED),
        (_actor(ActorKind.CREATOR_KEY), Behalf.ITSELF),
        (_lent(ActorKind.VISITOR_KEY, by=_actor(ActorKind.PERSONAL_KEY)), Behalf.ITSELF),
        (_lent(ActorKind.RUN_TOKEN, by=_actor(ActorKind.PROJECT_KEY)), Behalf.MISSING),
        (_lent(ActorKind.CREATOR_KEY, by=_actor(ActorKind.GLOBAL_KEY)), Behalf.MISSING),
        (_lent(ActorKind.VISITOR_KEY, by=_actor(ActorKind.PROJECT_KEY)), Behalf.MISSING),
        (_lent(ActorKind.VISITOR_KEY, by=_actor(ActorKind.PROJECT_KEY, "usr_2")), Behalf.ASSOCIATED),
        (
            _lent(ActorKind.VISITOR_KEY, ActorKind.RUN_TOKEN, by=_actor(ActorKind.GLOBAL_KEY, "usr_2")),
            Behalf.ASSOCIATED,
        ),
        (system_actor("tests"), Behalf.NOBODY_ASKED),
    ],
)
def test_on_whose_behalf_a_dataset_is_read(actor: Actor, behalf: Behalf) -> None:
    assert behalf_of(actor, impersonate=True) is behalf
    assert behalf_of(actor, impersonate=False) is Behalf.NOBODY_ASKED


@given(st.lists(st.sampled_from("abc"), max_size=4), st.sets(st.sampled_from("abc")))
def test_rules_only_narrow_and_never_by_less_than_nothing(named: list[str], ids: set[str]) -> None:
    rules = [Rule("x", (number,), who) for number, who in enumerate(named)]
    assert rules_for(rules, ids, may_share=True) is None
    found = rules_for(rules, ids, may_share=False)
    assert found is None if not rules else found == [one for one in rules if one.who_id in ids]
