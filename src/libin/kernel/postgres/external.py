"""A PostgreSQL server that somebody else runs, named by DATABASE_URL."""

from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from libin.kernel.postgres import databases


class External:
    """The same words as `Cluster`, for a server that is neither started nor stopped by us."""

    def __init__(self, database_url: str) -> None:
        self._parts = urlsplit(database_url)

    def start(self) -> None:
        """Raise psycopg.OperationalError when the server cannot be reached."""
        databases.connect(self.dsn()).close()

    def stop(self) -> None:
        """Nothing: the server is not ours."""

    @property
    def name(self) -> str:
        return unquote(self._parts.path.lstrip("/")) or "libin"

    def dsn(self, dbname: str | None = None) -> dict[str, str]:
        """Connection words for psycopg and the PG* programs."""
        words = {"dbname": dbname or self.name, **dict(parse_qsl(self._parts.query))}
        found = {
            "host": unquote(self._parts.hostname or ""),
            "port": str(self._parts.port or ""),
            "user": unquote(self._parts.username or ""),
            "password": unquote(self._parts.password or ""),
        }
        return {**{word: value for word, value in found.items() if value}, **words}

    def url(self, dbname: str | None = None) -> str:
        query = urlencode(dict(parse_qsl(self._parts.query)), quote_via=quote)
        path = f"/{quote(dbname or self.name, safe='')}"
        return urlunsplit((self._parts.scheme, self._parts.netloc, path, query, ""))

    def create_database(self, name: str, template: str | None = None) -> None:
        """Needs the right to create databases; leaves an existing one as it is."""
        databases.create_database(self.dsn("postgres"), name, template=template)

    def drop_database(self, name: str) -> None:
        databases.drop_database(self.dsn("postgres"), name)
