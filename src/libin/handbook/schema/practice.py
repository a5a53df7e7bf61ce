"""Numbers of daily practice and periods of keeping that the product cannot run without."""

from typing import Final

NEEDED_LIMITS: Final = {
    "undo-send": "seconds",
    "presence-away": "seconds",
    "presence-offline": "seconds",
    "close-after-resolved": "hours",
}
"""Code of the limit and its unit."""

NEEDED_RETENTION: Final = frozenset(
    {"always", "service-record", "customer", "employment", "audit", "operational", "session"}
)
LEAST_DAYS: Final = {"service-record": 365, "audit": 183}
"""What the law or the handbook's own principles do not let an organisation go below, in days."""
