"""What people write about keys: words to search by, permissions, origins."""

import pytest

from gatepost_server.authz import policy
from gatepost_server.kernel.errors import Invalid
from gatepost_server.keys.wording import (
    ON_DATASETS,
    ON_PROJECTS,
    checked_description,
    checked_origins,
    checked_permissions,
    words_of,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [("Nightly  LOAD", {"nightly", "load"}), ("ci_build-2", {"ci", "build", "2"}), ("Straße", {"strasse"}),
     ("%%", set()), ("x" * 300, {"x" * 100})],
)  # fmt: skip
def test_words_are_letters_and_digits_that_stand_together(text: str, words: set[str]) -> None:
    assert words_of(text) == words


def test_every_permission_of_the_seed_can_be_given_and_no_power_over_the_server() -> None:
    assert checked_permissions(ON_PROJECTS.split(), ON_PROJECTS, "permissions") == policy.mask(ON_PROJECTS)
    assert checked_permissions([], ON_DATASETS, "x") == 0
    for name in ("GLOBAL_ADMIN", "CREATE", "OWN", "", "read_data"):
        with pytest.raises(Invalid) as refused:
            checked_permissions([name], ON_PROJECTS, "permissions")
        assert (refused.value.error_code, refused.value.faults[0].field) == (
            "unknown-permission",
            "permissions",
        )


def test_origins_are_kept_as_browsers_write_them() -> None:
    given = ["HTTPS://App.Example:443", "https://app.example", "http://[::1]:80", "http://localhost:5173"]
    assert checked_origins(given) == ["http://[::1]", "http://localhost:5173", "https://app.example"]
    with pytest.raises(Invalid):
        checked_origins([f"https://app{at}.example" for at in range(21)])


def test_a_description_may_have_lines_but_no_controls() -> None:
    assert checked_description("  one\ntwo ") == "one\ntwo"
    for text in ("x" * 501, "a\x00b", "a\x1bb"):
        with pytest.raises(Invalid):
            checked_description(text)
