"""Use-cases of the instance: policies, global variables, log files and levels."""
