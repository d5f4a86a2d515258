"""The authorizer of this instance."""

from gatepost_server.bootstrap.foundation import Foundation
from gatepost_server.gateway import authorizer
from gatepost_server.settings import Settings


def serve(settings: Settings) -> None:
    """Serve on the authorizer's socket until SIGTERM; blocks."""
    base = Foundation.lay(settings)
    built = authorizer.build_authorizer(settings, base.folders, base.uow, base.means, base.sign_in)
    authorizer.serve(built, base.folders)
