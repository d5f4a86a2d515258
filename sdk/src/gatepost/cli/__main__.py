"""Run the command line as `python -m gatepost.cli`."""

from gatepost.cli.main import main

main()
