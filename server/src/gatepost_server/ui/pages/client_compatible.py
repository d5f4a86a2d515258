"""Whether a client application may call with clients of other vendors: the form."""

from gatepost_server.clients import Client
from gatepost_server.ui.kit.dialogs import FormDialog
from gatepost_server.ui.kit.fields import Option, RadioField
from gatepost_server.ui.pages.client_addresses import switched_off


def compatible_dialog(one: Client, csrf: str, *, is_offered: bool = True, is_over: bool) -> FormDialog:
    """Return the form that opens the compatible path to an application, or closes it."""
    here = f"/clients/{one.id}"
    options = [
        Option("off", "Off", "It calls /gw/ only, in the strict form."),
        Option("on", "On", "Clients made for Alibaba Cloud API Gateway and Dataphin may call as it, too."),
    ]
    return FormDialog(
        f"Compatible path of {one.name}", f"{here}/compatible", "Save",
        [
            *([] if is_offered else [switched_off("Nobody may call there yet")]),
            RadioField("enabled", "May it call on the compatible path?", options,
                       "on" if one.is_compatible else "off"),
        ],
        csrf, here,
        sentence="Signatures there cover less: not the server's name, and a JSON body only by its "
        "Content-MD5. Turn it on for programs that cannot be changed.",
        is_over=is_over, symbol="shield",
    )  # fmt: skip
