"""The Access page of a source: shared, changed, taken back, by who may share it and nobody else."""

from calling import Api, Caller
from world import World

HTML = {"accept": "text/html"}


def _sent(caller: Caller, path: str, **fields: str) -> int:
    return caller.post(path, data={"csrf_token": caller.csrf, **fields}, headers=HTML).status_code


def _page(who: Caller, path: str) -> tuple[int, str]:
    answer = who.get(path, headers=HTML)
    return answer.status_code, answer.text


def test_a_source_is_shared_changed_and_taken_back_by_pages(api: Api, world: World) -> None:
    mine, lena = (api.session(world.person(name, "publisher")) for name in ("mira", "lena"))
    source = mine.post("sources", {"name": "Depot"}).json()["id"]
    here, grants = f"/sources/{source}/access", f"sources/{source}/grants"
    assert _page(lena, here)[0] == _page(lena, f"{here}/add")[0] == 404

    assert _sent(mine, f"{here}/add", who="lena", role="consumer") == 303
    assert lena.get(f"sources/{source}").status_code == 200
    assert (_page(lena, here)[0], _sent(lena, f"{here}/add", who="mira", role="owner")) == (403, 403)

    [given] = [one for one in mine.get(grants).json()["items"] if one["role"] == "consumer"]
    assert _sent(mine, f"{here}/{given['id']}/change", role="editor") == 303
    code, shown = _page(mine, here)
    assert (code, "lena" in shown, "editor" in shown) == (200, True, True)

    [given] = [one for one in mine.get(grants).json()["items"] if one["role"] == "editor"]
    assert _sent(mine, f"{here}/{given['id']}/remove") == 303
    assert lena.get(f"sources/{source}").status_code == 404


def test_all_that_somebody_gave_on_a_source_ends_at_once(api: Api, world: World) -> None:
    mine, lena = (api.session(world.person(name, "publisher")) for name in ("mira", "lena"))
    world.person("bob", "publisher")
    source = mine.post("sources", {"name": "Depot"}).json()["id"]
    here = f"/sources/{source}/access"
    assert _sent(mine, f"{here}/add", who="lena", role="editor") == 303
    assert _sent(lena, f"{here}/add", who="bob", role="consumer") == 303
    giver = lena.get("me").json()["principal"]["id"]
    assert "bob" in _page(mine, f"{here}/given-by/{giver}/remove")[1]
    assert _sent(mine, f"{here}/given-by/{giver}/remove") == 303
    left = {one["to"]["name"] for one in mine.get(f"sources/{source}/grants").json()["items"]}
    assert left == {"mira", "lena"}
