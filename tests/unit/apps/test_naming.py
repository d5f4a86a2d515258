"""Names, slugs, references and addresses."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost_server.apps.naming import Addresses, AppRef, app_id_of_label, app_ref, checked_name, slug_of
from gatepost_server.kernel.errors import Invalid

HEX = "66a0" + "0" * 20


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Mean (FastAPI)", "mean-fastapi"),
        ("Übersicht -- Q4", "ubersicht-q4"),
        ("日本", "app"),
        ("a", "app-a"),
        ("x" * 80, "x" * 36),
        ("a" * 35 + "-b", "a" * 35),
    ],
)
def test_a_slug_is_what_the_name_sounds_like(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@given(st.text(max_size=100))
def test_a_slug_can_always_stand_in_a_host(name: str) -> None:
    slug = slug_of(name)
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", slug)
    assert 3 <= len(slug) <= 36
    assert "--" not in slug
    assert app_id_of_label(f"{slug}--{HEX}") == f"app_{HEX}"


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        (f"app_{HEX}", AppRef(app_id=f"app_{HEX}")),
        (HEX, AppRef(app_id=f"app_{HEX}")),
        ("1" * 24, AppRef(app_id="app_" + "1" * 24)),
        ("24", AppRef(number=24)),
        *(
            (text, None)
            for text in ("", "0", "024", "-1", "1" * 10, "٢", "x", f"key_{HEX}", f"app_{HEX}x", "24 ")
        ),
    ],
)
def test_an_app_is_named_by_id_digits_or_number(text: str, ref: AppRef | None) -> None:
    assert app_ref(text) == ref


@pytest.mark.parametrize("label", ["", "x", f"x-{HEX}", f"x--{HEX[:-1]}", f"x--{HEX.upper()}x", f"x--{HEX}z"])
def test_other_labels_name_no_app(label: str) -> None:
    assert app_id_of_label(label) is None


def test_the_two_addresses_of_an_app() -> None:
    addresses = Addresses("https://gate.example", "apps.example")
    assert addresses.content_url(f"app_{HEX}") == f"https://gate.example/content/app_{HEX}/"
    assert addresses.origin_url(f"app_{HEX}", "report") == f"https://report--{HEX}.apps.example/"


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101, "\u202eabc", "a\x00"])
def test_names_that_cannot_be_used(name: str) -> None:
    with pytest.raises(Invalid):
        checked_name(name)


def test_a_name_is_trimmed_and_composed() -> None:
    assert checked_name("  Cafe\u0301 ") == "Caf\u00e9"
