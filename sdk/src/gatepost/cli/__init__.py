"""The command line of Gatepost."""
