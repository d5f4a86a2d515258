"""The Features page, by forms alone."""

import pytest
from page_visitor import Person


def test_a_feature_is_turned_on_and_off(admin: Person) -> None:
    kept = {"name": "Warehouse", "user": "reader", "password": "never shown"}

    on = admin.send("/admin/features", {"stored_credentials": "on"})
    stored = admin.api("POST", "credentials", json=kept)
    off = admin.send("/admin/features", {"stored_credentials": "off"})

    assert "Stored credentials are turned on." in on.text
    assert "password" not in stored
    assert "Stored credentials are turned off." in off.text
    with pytest.raises(AssertionError, match="stored-credentials-off"):
        admin.api("POST", "credentials", json=kept)


def test_400_a_feature_is_on_or_off(admin: Person) -> None:
    assert admin.send("/admin/features", {"stored_credentials": "perhaps"}).status_code == 400
