"""Everything that can be done to the handbook and its observations."""

from libin.handbook.actions.acknowledging import acknowledge
from libin.handbook.actions.drafting import begin_draft, discard_draft, publish_draft, write_file
from libin.handbook.actions.observing import observe, reverse_observation
from libin.handbook.actions.publishing import apply_version, publish_version, retire_version
from libin.handbook.counting import Occasion, observe_all

__all__ = [
    "Occasion",
    "acknowledge",
    "apply_version",
    "begin_draft",
    "discard_draft",
    "observe",
    "observe_all",
    "publish_draft",
    "publish_version",
    "retire_version",
    "reverse_observation",
    "write_file",
]
