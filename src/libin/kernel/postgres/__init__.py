"""PostgreSQL for an installation: a private server of our own, or the one that DATABASE_URL names."""

from libin.kernel.postgres.binaries import (
    Binaries,
    NoPostgresFound,
    PostgresProblem,
    binaries_of_major,
    find_binaries,
)
from libin.kernel.postgres.choice import chosen_server
from libin.kernel.postgres.cluster import (
    ADMIN_ROLE,
    ROLE,
    Cluster,
    DataOfAnotherMajor,
    PlaceOfSomebodyElse,
    ServerCannotRun,
    ServerDidNotStart,
    ServerDidNotStop,
    SocketFolderTaken,
)
from libin.kernel.postgres.external import External

__all__ = [
    "ADMIN_ROLE",
    "ROLE",
    "Binaries",
    "Cluster",
    "DataOfAnotherMajor",
    "External",
    "NoPostgresFound",
    "PostgresProblem",
    "PlaceOfSomebodyElse",
    "ServerCannotRun",
    "ServerDidNotStart",
    "ServerDidNotStop",
    "SocketFolderTaken",
    "binaries_of_major",
    "chosen_server",
    "find_binaries",
]
