"""Who may reach which address: one row for every name; an address without a row fails the house.

Columns: a stranger; a customer signed in to the portal; a newcomer of ours without any role; an agent; a supervisor;
an administrator. In the cells: `+` may, `-` may not (sent to the door, 403 or 404). The method is what the address
is for; what a GET merely shows, a POST to it changes.
"""

from dataclasses import dataclass

COLUMNS = ("stranger", "customer", "newcomer", "agent", "supervisor", "administrator")

TABLE = """
GET  shell:home                         + + + + + +
POST shell:language                     + + + + + +
POST shell:theme                        + + + + + +
POST shell:presence                     - - + + + +
GET  shell:live                         - - + + + +
GET  shell:components                   - - + + + +
GET  healthz                            + + + + + +
GET  channels:mailboxes                 - - - - - +
GET  channels:add                       - - - - - +
GET  channels:edit                      - - - - - +
GET  channels:shelf                     - - - - - +
POST channels:raw                       - - - - - +
POST channels:release                   - - - - - +
GET  channels:undelivered               - - - - - +
POST channels:send_again                - - - - - +
POST channels:seen                      - - - - - +
GET  channels:jobs                      - - - - - +
POST channels:run_again                 - - - - - +
GET  account_home                       - - + + + +
POST account_preferences                - - + + + +
GET  account_change_password            - - + + + +
POST account_end_session                - - + + + +
POST account_end_other_sessions         - - + + + +
GET  account_login                      + + + + + +
GET  account_logout                     - - + + + +
GET  account_reauthenticate             - - + + + +
GET  mfa_authenticate                   - - + + + +
GET  mfa_reauthenticate                 - - + + + +
GET  mfa_index                          - - + + + +
GET  mfa_activate_totp                  - - + + + +
GET  mfa_deactivate_totp                - - + + + +
GET  mfa_view_recovery_codes            - - + + + +
GET  mfa_generate_recovery_codes        - - + + + +
GET  account_reset_password             + + + + + +
GET  account_set_forgotten_password     + + + + + +
GET  account_reset_password_from_key    + + + + + +
GET  account_accept_invitation          + + + + + +
GET  account_invitation                 + + + + + +
GET  account_inactive                   - - - - - -
GET  people:list                        - - - + + +
GET  people:invite                      - - - - - +
GET  people:duties                      - - + + + +
GET  people:roster                      - - - + + +
POST people:cancel_shift                - - - - + +
POST people:cancel_leave                - - - - + +
GET  people:person                      - - + + + +
POST people:details                     - - - - - +
POST people:roles                       - - - - - +
POST people:teams                       - - - - - +
POST people:skills                      - - - - - +
POST people:certificate                 - - - - - +
POST people:remove_certificate          - - - - - +
POST people:invite_again                - - - - - +
GET  people:deactivate                  - - - - - +
POST people:reactivate                  - - - - - +
GET  desk:queue                         - - - + + +
POST desk:search                        - - - + + +
POST desk:find                          - - - + + +
GET  desk:notices                       - - - + + +
GET  desk:day                           - - - - + +
GET  desk:case                          - - - + + +
POST desk:here                          - - - + + +
POST desk:write                         - - - + + +
POST desk:draft                         - - - + + +
POST desk:undo                          - - - + + +
GET  desk:act                           - - - + + +
GET  desk:attachment                    - - - + + +
GET  customers:list                     - - - + + +
GET  customers:add                      - - - + + +
GET  customers:page                     - - - + + +
GET  customers:profile                  - - - + + +
GET  customers:tier                     - - - + + +
GET  customers:manager                  - - - + + +
GET  customers:add_contact              - - - + + +
POST customers:reveal                   - - - - + +
POST customers:remove_contact           - - - + + +
GET  handbook:contents                  - - - + + +
GET  handbook:print                     - - - + + +
GET  handbook:search                    - - - + + +
GET  handbook:chapter                   - - - + + +
GET  handbook:rule                      - - - + + +
GET  handbook:versions                  - - - + + +
GET  handbook:version                   - - - + + +
POST handbook:acknowledge               - - - + + +
POST handbook:retire                    - - - - - +
POST handbook:begin_draft               - - - - - +
GET  handbook:draft                     - - - - - +
POST handbook:file                      - - - - - +
POST handbook:publish                   - - - - - +
POST handbook:discard                   - - - - - +
GET  surveys:list                       - - - - + +
GET  surveys:results                    - - - - + +
POST surveys:take                       - - - - + +
POST surveys:finish                     - - - - + +
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


# Streams never end; who may not is told at once, who may is tried by the journeys.
STREAMS = frozenset({"shell:live"})
# Whoever holds the secret may; without a real one the answer is that there is nothing.
NAMED_BY_A_SECRET = frozenset(
    {
        "account_accept_invitation",
        "account_invitation",
        "account_reset_password_from_key",
        "account_set_forgotten_password",
        "desk:attachment",
        "portal:received",
        "portal:enter",
        "portal:file",
        "portal:rate",
    }
)
# Addresses of a row that the sample world does not have: whoever may is told that it is not there.
NOTHING_THERE = frozenset(
    {
        "channels:edit",
        "channels:raw",
        "channels:release",
        "channels:run_again",
        "channels:seen",
        "channels:send_again",
        "channels:shelf",
        "customers:remove_contact",
        "customers:reveal",
        "desk:undo",
        "handbook:discard",
        "handbook:draft",
        "handbook:file",
        "handbook:publish",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "people:cancel_leave",
        "people:cancel_shift",
        "people:invite_again",
        "people:reactivate",
        "people:remove_certificate",
        "surveys:finish",
        "surveys:take",
    }
)
# What is said along with a request, where an empty one would say nothing.
SAID = {
    "shell:language": {"language": "en"},
    "shell:theme": {"theme": "dark"},
    "shell:presence": {"state": "busy"},
    "shell:live": {"topic": "queue"},
    "account_preferences": {"language": "en", "time_zone": "Asia/Shanghai", "theme": "dark"},
}
