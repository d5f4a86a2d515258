"""The faults that `make mutate` tries: each still has a place to go, and changes what stands there."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def mutate(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    for name in ("mutate", "mutations"):
        sys.modules.pop(name, None)
    import mutate

    return mutate


def test_every_fault_has_one_place_to_go(mutate):
    assert [one for one in mutate.MUTATIONS if not mutate.is_there(one)] == []


def test_a_fault_whose_text_is_gone_or_stands_twice_is_told(mutate, tmp_path, capsys, monkeypatch):
    fault = mutate.Mutation("model.py", "held = 0", "held = 1", "nothing")
    file = tmp_path / mutate.AUTHZ / "model.py"
    file.parent.mkdir(parents=True)
    for source, is_there in (("", False), ("held = 0\n", True), ("held = 0\nheld = 0\n", False)):
        file.write_text(source, encoding="utf-8")
        assert mutate.is_there(fault, tmp_path) is is_there
    monkeypatch.setattr(mutate, "MUTATIONS", (mutate.Mutation("model.py", "not in it at all", "", "it"),))
    assert mutate.main([]) == 1
    assert "not once in model.py" in capsys.readouterr().out


def test_every_fault_leaves_a_program(mutate):
    for one in mutate.MUTATIONS:
        source = (ROOT / mutate.AUTHZ / one.file).read_text(encoding="utf-8")
        assert ast.dump(ast.parse(mutate.mutated(source, one))) != ast.dump(ast.parse(source)), one


def test_no_fault_is_tried_twice(mutate):
    assert len({(one.file, one.text, one.instead) for one in mutate.MUTATIONS}) == len(mutate.MUTATIONS)


def test_what_has_to_notice_is_there(mutate):
    assert [one for one in mutate.SELECTION if not (ROOT / one).exists()] == []
