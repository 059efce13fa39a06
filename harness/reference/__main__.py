"""Writes the pages that are made from the code into docs/, or into the folder that is named."""

import sys
from pathlib import Path

from harness import reference, shipped

reference.write(Path(sys.argv[1]) if len(sys.argv) > 1 else shipped.root() / "docs")
