"""The native HTTP door."""
