"""`python -m harness.sandbox`: the sandbox as a process."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterable
from functools import cache

from harness.errors import DeskcheckError
from harness.openapi.document import Document
from harness.openapi.document_cache import DocumentCache, open_documents
from harness.sandbox.mutators import NAMES
from harness.sandbox.server import serve
from harness.settings import cache_folder


def main(arguments: list[str] | None = None) -> int:
    """Parse, serve, and give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m harness.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on loopback; 0 takes a free one")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME[:OPERATION[:PROBABILITY]]")
    parser.add_argument("--list-faults", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-q", "--quiet", action="store_true", help="do not show each request")
    parser.add_argument("--replay", action="store_true", help="play back recordings of another account")
    parser.add_argument("--attached", action="store_true", help="end when stdin closes")
    parser.add_argument("--folder", metavar="DIR", help="a folder of the starter's, removed when this ends by itself")
    chosen = parser.parse_args(arguments)
    if chosen.list_faults:
        print("\n".join(f"{name:22} {description}" for name, description in NAMES.items()))
        return 0
    try:
        serve(
            chosen.port,
            chosen.fault,
            chosen.seed,
            chosen.quiet,
            attached=chosen.attached,
            replay=chosen.replay,
            documents=cached_documents,
        )
    except DeskcheckError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        pass
    finally:
        if chosen.folder:
            shutil.rmtree(chosen.folder, ignore_errors=True)
    return 0


@cache
def _documents() -> DocumentCache:
    return open_documents(cache_folder())


def cached_documents(vendor: str) -> Iterable[Document]:
    """A vendor's documents from the cache, opened at the first request for one."""
    return _documents().documents(vendor)


if __name__ == "__main__":
    sys.exit(main())
