"""Lets the shared checks find the streams beside them."""

import sys
from pathlib import Path

# Tests are not packages here, so a file beside them can only be imported like this.
sys.path.insert(0, str(Path(__file__).parent))
