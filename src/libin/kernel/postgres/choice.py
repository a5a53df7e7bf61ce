"""Which PostgreSQL an installation uses."""

import os
from pathlib import Path

from libin.kernel.postgres.cluster import Cluster
from libin.kernel.postgres.external import External


def chosen_server(home: Path) -> Cluster | External:
    """The server that DATABASE_URL names; without one, the embedded server below `home`."""
    if url := os.environ.get("DATABASE_URL"):
        return External(url)
    return Cluster(home)
