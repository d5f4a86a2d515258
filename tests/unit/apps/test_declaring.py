"""What metadata.yaml may declare, and what is said of what it may not."""

from pathlib import Path

import pytest

from gatepost_server.apps import Parameter, ParametersInvalid, ParameterType, typed
from gatepost_server.apps.detection.declaring import declared_in
from gatepost_server.apps.parameters import fault_of_value

KEY = "runtimeParameterDefinitions"


def _declared(folder: Path, text: str) -> tuple[Parameter, ...]:
    (folder / "metadata.yaml").write_text(text)
    return declared_in(folder)


def test_no_file_and_other_words_declare_nothing(tmp_path: Path) -> None:
    assert declared_in(tmp_path) == ()
    assert _declared(tmp_path, "name: demo\ntype: x\n") == ()
    assert _declared(tmp_path, "") == ()


def test_all_that_may_be_said_is_read(tmp_path: Path) -> None:
    text = f"{KEY}: [{{fieldName: R, type: numeric, defaultValue: 1.5, minValue: 1, description: d}}]"
    assert _declared(tmp_path, text) == (Parameter("R", ParameterType.NUMERIC, 1.5, "d", True, 1.0, None),)


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ("[", "is not valid YAML"),
        ("a: &a [1]\nb: *a", "may not repeat"),
        (
            "a: &a {x: 1}\n" + "".join(f"b{at}: &b{at} {{<<: [*a, *a]}}\n" for at in range(500)),
            "may not repeat",
        ),
        ("a: " + "x" * 65_536, "larger than 64 KiB"),
        (f"{KEY}: [{{fieldName: A, type: numeric, maxValue: 1{'0' * 400}}}]", "minValue and maxValue"),
        (f"{KEY}: [{{fieldName: A, type: numeric, defaultValue: 1{'0' * 400}}}]", "a number"),
        (f"{KEY}: 5", "a list"),
        (f"{KEY}: [{{fieldName: A, type: credential}}]", "keeps no credentials yet"),
        (f"{KEY}: [{{fieldName: A, type: deployment}}]", "has no deployments"),
        (f"{KEY}: [{{fieldName: A, type: date}}]", "one of string"),
        (f"{KEY}: [{{fieldName: 2A, type: string}}]", "no digit first"),
        (f"{KEY}: [5]", "no digit first"),
        (f"{KEY}: [{{fieldName: A, type: numeric, defaultValue: x}}]", "a number"),
        (f"{KEY}: [{{fieldName: A, type: numeric, minValue: x}}]", "minValue and maxValue"),
        (f"{KEY}: [{{fieldName: A, type: string, allowEmpty: 3}}]", "true or false"),
        (f"{KEY}: [{{fieldName: A, type: string, size: 3}}]", "size is unknown"),
        (f"{KEY}: [{{fieldName: A, type: string}}, {{fieldName: A, type: string}}]", "declared twice"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(tmp_path: Path, declared: str, said: str) -> None:
    with pytest.raises(ParametersInvalid, match=said):
        _declared(tmp_path, declared)


@pytest.mark.parametrize("value", [10**400, float("inf"), float("nan"), True, "3", None])
def test_no_number_is_what_a_float_cannot_hold(value: object) -> None:
    assert fault_of_value(Parameter("P", ParameterType.NUMERIC), value) == "a number"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [("numeric", " 3", 3), ("numeric", "2.5", 2.5), ("numeric", "x", "x"), ("boolean", "True", True),
     ("boolean", "yes", "yes"), ("string", " 3", " 3")],
)  # fmt: skip
def test_what_is_typed_becomes_a_value_of_the_type(kind: str, text: str, value: object) -> None:
    found = typed(Parameter("P", ParameterType(kind)), text)
    assert (found, type(found)) == (value, type(value))
