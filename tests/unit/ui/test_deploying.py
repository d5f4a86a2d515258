"""Whose work acts with one's rights is said before a version is deployed, and sent along."""

import gallery

from gatepost_server.ui.pages.versions import deploy_dialog


def test_the_question_names_the_others_and_confirms_them() -> None:
    asked = deploy_dialog(
        gallery.APPS[0], gallery.VERSIONS[2], gallery.NOW, gallery.CSRF,
        others={"usr_1": "Bob Stone", "usr_2": "Eve Hill"}, is_over=True,
    )  # fmt: skip
    assert "It holds work of Bob Stone, Eve Hill, which will act with your rights." in asked.effects
    assert asked.action.endswith("/deploy?confirmed=usr_1&confirmed=usr_2")


def test_it_asks_nothing_more_of_ones_own_work() -> None:
    asked = deploy_dialog(
        gallery.APPS[0], gallery.VERSIONS[2], gallery.NOW, gallery.CSRF, others={}, is_over=True
    )
    assert not [one for one in asked.effects if "rights" in one]
    assert asked.action.endswith("/deploy")
