"""Server commands: the supervised tree of processes, `gatepost up`, `gatepost admin …`.

The top floor. Imports nothing here, because small processes (the warden, the leash)
start from this package and must stay small.
"""
