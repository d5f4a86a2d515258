"""An authorizer of this instance."""

from gatepost_server.bootstrap.foundation import Foundation
from gatepost_server.bootstrap.log_levels import follow_log_levels
from gatepost_server.gateway import authorizer
from gatepost_server.settings import Settings


def serve(settings: Settings, number: int) -> None:
    """Serve on the socket of authorizer *number* until SIGTERM; blocks."""
    base = Foundation.lay(settings)
    follow_log_levels(base)
    built = authorizer.build_authorizer(settings, base.folders, base.uow, base.means, base.sign_in)
    authorizer.serve(built, base.folders.authorizer_socket(number))
