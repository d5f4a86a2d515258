"""The page that shows the document of the API."""

from dataclasses import dataclass
from typing import ClassVar

from gatepost_server.ui.component import Component
from gatepost_server.ui.shell import Theme
from gatepost_server.ui.static_files import own_path, vendor_path


@dataclass(frozen=True)
class ApiDocs(Component):
    """swagger-ui on our own document; `csrf` goes along with what is tried out.

    `theme` is what the reader chose; without a choice it is the browser's.
    """

    template: ClassVar[str] = "api_docs.html"
    nonce: str
    csrf: str
    theme: Theme = ""

    @property
    def assets(self) -> dict[str, str]:
        """Addresses of style sheets and scripts."""
        return {
            "style": vendor_path("swagger/swagger-ui.css"),
            "colours": own_path("api_docs.css"),
            "reader": vendor_path("swagger/swagger-ui-bundle.js"),
            "start": own_path("js/api_docs.js"),
        }
