"""A database server of the benchmark's own, in its scratch folder."""

import argparse
import os
import sys
from pathlib import Path

from libin.kernel.postgres import Cluster

SCRATCH = Path(os.environ.get("BENCH_SCRATCH", Path(__file__).with_name("scratch"))).resolve()


def cluster() -> Cluster:
    """The benchmark's server; the same settings as an installation's."""
    return Cluster(SCRATCH)


def main() -> None:
    """Start or stop the server, or say where its databases are."""
    options = argparse.ArgumentParser(description=main.__doc__)
    options.add_argument("act", choices=("start", "stop", "url"))
    options.add_argument("--name", default="floor")
    given = options.parse_args()
    server = cluster()
    if given.act == "stop":
        server.stop()
        return
    server.start()
    server.create_database(given.name)
    sys.stdout.write(server.url(given.name) + "\n")


if __name__ == "__main__":
    main()
