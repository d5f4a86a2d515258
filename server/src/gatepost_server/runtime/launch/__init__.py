"""Trusted programs that start user code in its sandbox; see the README beside this file."""
