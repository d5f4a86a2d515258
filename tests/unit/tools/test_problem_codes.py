"""Every code of a refusal is explained, and nothing is explained that no code says."""

import sys
from pathlib import Path

import pytest

from gatepost_server.web.problem_catalogue import catalogue

ROOT = Path(__file__).parents[3]


@pytest.fixture
def problem_codes(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    sys.modules.pop("problem_codes", None)
    import problem_codes

    return problem_codes


def explained() -> list[str]:
    return [said.code for chapter in catalogue() for said in chapter.codes]


def test_every_code_of_the_source_is_explained_and_no_other(problem_codes):
    found = {
        one.code
        for folder in (problem_codes.SERVER, problem_codes.SDK)
        for one in problem_codes.codes_in(folder)
    }
    assert sorted(found) == sorted(explained())


def test_no_code_is_explained_twice():
    assert sorted(set(explained())) == sorted(explained())


def test_every_explanation_is_whole_sentences():
    said = [text for chapter in catalogue() for one in chapter.codes for text in (one.meaning, one.remedy)]
    assert [text for text in said if not text.endswith((".", "`."))] == []


def test_codes_are_found_in_all_their_spellings(problem_codes, tmp_path):
    (tmp_path / "refusals.py").write_text(
        'class Gone(NotFound):\n    code = "gone"\n'
        'class Odd(Component):\n    code = "no-refusal"\n'
        'raise Denied("no", code="a" if x else "b")\n'
        'X = Problem(503, "asleep", "Title", "Detail")\n'
        'Y = {"status": 500, "code": "broken"}\n'
        'def _refused(code, why):\n    return Invalid(why, code=f"bundle-{code}")\n'
        '_refused("link", "it is")\n'
    )
    found = {(one.code, one.status) for one in problem_codes.codes_in(tmp_path)}
    assert found == {
        ("gone", 404),
        ("a", 403),
        ("b", 403),
        ("asleep", 503),
        ("broken", 500),
        ("bundle-link", 400),
    }
