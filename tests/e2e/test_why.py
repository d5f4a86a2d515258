"""What the gate refuses is explained at once, on a whole running instance, and gives nothing away."""

import pytest
from callers import Caller, People, nobody, path_of, with_key
from instances import Instance

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def site(owner: Caller, tmp_path_factory: pytest.TempPathFactory):
    """A page of the owner's that nobody else may open."""
    folder = tmp_path_factory.mktemp("papers")
    (folder / "index.html").write_text("<h1>For few</h1>")
    return owner.publish(folder, "Board papers")


@pytest.fixture
def stranger(gatepost: Instance, people: People):
    """A program of somebody to whom nothing was given."""
    return with_key(gatepost, people.someone("viewer").make_key("stranger")["key"])


def explained(caller: Caller, refused):
    return caller.ok("GET", f"explain?decision_id={refused.json()['decision_id']}")


def test_a_hidden_app_is_explained_as_one_that_is_not_there(site, stranger, admin):
    said = []
    for path in (
        path_of(site["content_url"]),
        f"/content/{site['number']}/",
        "/content/app_" + "0" * 24 + "/",
    ):
        refused = stranger.get(path)
        assert refused.status_code == 404
        found = explained(stranger, refused)
        found["decision"] = {**found["decision"], "id": "", "at": ""}
        said.append(found)
    assert said[0] == said[1] == said[2]
    assert (said[0]["rule"], said[0]["decision"]["resource"]) == ("not-found", "")
    of_admin = explained(admin, stranger.get(f"/content/{site['number']}/"))
    assert (of_admin["rule"], of_admin["missing"]) == ("not-granted", "USE")
    assert of_admin["resource"]["id"] == site["id"]
    assert of_admin["smallest_grant"]["role"] == "consumer"


def test_nothing_of_a_hidden_app_stands_in_ones_own_part_of_the_trail(gatepost, people, site):
    person = people.someone("viewer")
    program = with_key(gatepost, person.make_key("reader")["key"])
    assert program.get(f"/content/{site['number']}/").status_code == 404
    explained(program, program.get(f"/content/{site['number']}/"))
    trail = str(program.ok("GET", "audit?action=app:open"))
    assert str(site["number"]) in trail
    assert site["id"] not in trail
    assert "Board papers" not in trail


def test_a_bad_credential_at_the_gate_is_explained_to_its_bearer_and_in_full_to_administrators(
    gatepost, site, stranger, admin
):
    with nobody(gatepost) as caller:
        refused = caller.get(path_of(site["content_url"]), headers={"Authorization": "Key gpp_" + "0" * 48})
    assert refused.status_code == 401
    assert explained(stranger, refused)["rule"] == "unauthenticated"
    assert "malformed" not in str(explained(stranger, refused))
    assert "malformed key" in str(explained(admin, refused)["steps"])
