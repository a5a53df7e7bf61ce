"""Who may reach which address: one row for every name; an address without a row fails the house.

Columns: a stranger; a customer signed in to the portal; a newcomer of ours without any role; an agent; a supervisor;
an administrator. In the cells: `+` may, `-` may not (sent to the door, 403 or 404). The method is what the address
is for; what a GET merely shows, a POST to it changes.
"""

from dataclasses import dataclass

COLUMNS = ("stranger", "customer", "newcomer", "agent", "supervisor", "administrator")

TABLE = """
GET  shell:home                         - - + + + +
POST shell:language                     + + + + + +
POST shell:theme                        + + + + + +
POST shell:presence                     - - + + + +
GET  shell:live                         - - + + + +
GET  shell:components                   - - + + + +
GET  portal:home                        + + + + + +
GET  portal:received                    + + + + + +
GET  portal:sign_in                     + + + + + +
GET  portal:link_sent                   + + + + + +
GET  portal:enter                       + + + + + +
POST portal:sign_out                    - + - - - -
GET  portal:requests                    - + - - - -
GET  portal:preferences                 - + - - - -
GET  portal:request                     - + - - - -
POST portal:reply                       - + - - - -
GET  portal:file                        - + - - - -
GET  portal:rate                        + + + + + +
"""


@dataclass(frozen=True)
class Row:
    """What one address is for, and who may."""

    method: str
    name: str
    may: dict[str, bool]


def rows() -> dict[str, Row]:
    """All rows by the name of their address."""
    found = {}
    for line in TABLE.strip().splitlines():
        method, name, *cells = line.split()
        assert name not in found, f"{name} has two rows"
        assert len(cells) == len(COLUMNS), f"{name} has {len(cells)} cells"
        found[name] = Row(
            method, name, {who: cell == "+" for who, cell in zip(COLUMNS, cells, strict=True)}
        )
    return found


# Whoever holds the secret may; without a real one the answer is that there is nothing.
NAMED_BY_A_SECRET = frozenset({"portal:received", "portal:enter", "portal:file", "portal:rate"})
