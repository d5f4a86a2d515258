"""Serve a Streamlit script; the gate, not Streamlit, judges origins and cookies."""

import sys

from finding import enter_code_folder  # type: ignore[import-not-found,unused-ignore]
from streamlit.web import cli  # type: ignore[import-not-found,unused-ignore]


def main() -> None:
    """Serve until told to stop."""
    script, port = sys.argv[1:]
    enter_code_folder()
    options = {
        "server.address": "127.0.0.1",
        "server.port": port,
        "server.headless": "true",
        "server.enableCORS": "false",
        "server.enableXsrfProtection": "false",
        "server.fileWatcherType": "none",
        "server.runOnSave": "false",
        "browser.gatherUsageStats": "false",
        "global.developmentMode": "false",
    }
    sys.argv = ["streamlit", "run", script, *(f"--{name}={value}" for name, value in options.items())]
    cli.main()


if __name__ == "__main__":
    main()
