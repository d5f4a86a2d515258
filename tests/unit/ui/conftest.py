"""The gallery is beside the tests; static/vendor has to be there once."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
