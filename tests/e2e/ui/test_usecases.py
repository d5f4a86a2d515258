"""Use cases in pages: made, linked from the menu of an application, unlinked, deleted."""

from page_visitor import Person


def test_an_application_is_linked_to_use_cases_and_unlinked(admin: Person) -> None:
    app = admin.publish("Leavers")
    here = f"/applications/{app['id']}"
    assert "Link to use cases" in admin.see("/applications").text
    made = admin.send("/use-cases/new", {"name": "Churn", "description": "Who leaves"})
    assert "Nothing is linked that you may see" in made.text
    usecase = made.url.path

    assert admin.send(f"{here}/use-cases", {}).status_code == 400
    asked = admin.see(f"{here}/use-cases").text
    assert "Select a use case" in asked
    assert "tick what to unlink" not in asked
    both = {"usecase": usecase.split("/")[2], "name": "Weekly", "description": ""}
    assert "Leavers is linked to Churn and linked to Weekly." in admin.send(f"{here}/use-cases", both).text
    again = admin.send(f"{here}/use-cases", {"usecase": both["usecase"]})
    assert (again.status_code, "already linked" in again.text) == (409, True)
    assert "Leavers" in admin.see(usecase).text

    unlinked = admin.send(f"{here}/use-cases", {"unlink": [both["usecase"]]})
    assert "Leavers is unlinked from Churn." in unlinked.text
    admin.send(f"{here}/use-cases", {"usecase": both["usecase"]})
    assert "Unlink Leavers?" in admin.see(f"{usecase}/unlink/{app['id']}").text
    assert "Leavers is unlinked." in admin.send(f"{usecase}/unlink/{app['id']}", {}).text

    assert admin.send(f"{usecase}/edit", {"name": " ", "description": ""}).status_code == 400
    assert "Leaving is saved." in admin.send(f"{usecase}/edit", {"name": "Leaving", "description": ""}).text
    assert "Leaving is deleted." in admin.send(f"{usecase}/delete", {}).text
    assert admin.see(here).status_code == 200
