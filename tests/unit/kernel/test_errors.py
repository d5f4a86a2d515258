"""The families of refusal, and the actor."""

from gatepost_server.kernel.actor import ANONYMOUS, Actor, ActorKind, system_actor
from gatepost_server.kernel.errors import Conflict, FieldFault, GatepostError, Invalid, TooMany


class _Taken(Conflict):
    code = "taken"


def test_a_refusal_has_its_familys_code_unless_it_says_otherwise() -> None:
    assert Invalid("No.").error_code == "invalid"
    assert Invalid("No.", code="bad-limit").error_code == "bad-limit"
    assert _Taken("No.").error_code == "taken"


def test_a_refusal_keeps_faults_and_parameters() -> None:
    made = Invalid("No.", faults=[FieldFault("name", "empty")], params={"missing": None})
    assert (made.detail, made.faults, made.params) == (
        "No.",
        (FieldFault("name", "empty"),),
        {"missing": None},
    )
    assert str(made) == "No."


def test_too_many_says_when_to_come_back() -> None:
    assert TooMany("Wait.", retry_after_s=7).retry_after_s == 7


def test_every_refusal_can_be_caught_as_one() -> None:
    assert issubclass(TooMany, GatepostError)


def test_only_a_session_on_the_control_plane_is_a_person_acting() -> None:
    person = Actor(ActorKind.SESSION, "usr_1", "ada")
    assert person.is_interactive
    assert not Actor(ActorKind.SESSION, "usr_1", "ada", is_app_host=True).is_interactive
    assert not Actor(ActorKind.PERSONAL_KEY, "usr_1", "ada").is_interactive


def test_nobody_is_anonymous_and_our_own_parts_are_not() -> None:
    assert ANONYMOUS.is_anonymous
    assert system_actor("worker").principal_id == "system:worker"
    assert not system_actor("worker").is_anonymous
