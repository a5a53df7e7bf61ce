"""Tables of the desk."""

from libin.desk.models.case import Assignment, Case, StepRun
from libin.desk.models.conversation import Attachment, CaseDocument, Draft, Message, Watching
from libin.desk.models.operations import Holiday
from libin.desk.models.promise import Pause, Promise

__all__ = [
    "Assignment",
    "Attachment",
    "Case",
    "CaseDocument",
    "Draft",
    "Holiday",
    "Message",
    "Pause",
    "Promise",
    "StepRun",
    "Watching",
]
