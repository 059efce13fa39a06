"""deskcheck sandbox: serve the embedded sandbox to any client."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace


def add(parser: ArgumentParser) -> None:
    """Options."""
    parser.add_argument("--port", type=int, default=8080, metavar="P", help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--fault", action="append", default=[], metavar="F",
                        help="NAME[:OPERATION[:PROBABILITY]]: answer wrong in a named way (repeatable)")  # fmt: skip
    parser.add_argument("--list-faults", action="store_true", help="list the faults and end")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="seed of the data set")
    parser.add_argument("--replay", action="store_true",
                        help="play back recordings: another account's ids stand for the newest records")  # fmt: skip
    parser.add_argument("-q", "--quiet", action="store_true", help="do not show each request as it comes")


def main(options: Namespace) -> int:
    """Serve until interrupted."""
    from harness.sandbox import mutators, server
    from harness.sandbox.__main__ import cached_documents

    if options.list_faults:
        for name, words in mutators.NAMES.items():
            print(f"{name:22} {words}")
        return 0
    server.serve(
        options.port, options.fault, options.seed, options.quiet, replay=options.replay, documents=cached_documents
    )
    return 0
