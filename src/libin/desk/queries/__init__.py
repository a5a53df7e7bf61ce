"""Every read of the desk."""

from libin.desk.queries.cases import case_id_by_key, case_seen_by, locked_case
from libin.desk.queries.clocks import calendar
from libin.desk.queries.day import DayView, LoadOf, QueueFigures, Today, day_view
from libin.desk.queries.due import next_promise_wakes, resolved_long_enough, waiting_for_somebody
from libin.desk.queries.lists import (
    VIEWS,
    CaseList,
    CaseRow,
    RunningPromise,
    Wanted,
    Watcher,
    cases,
    counts,
    find,
    rows_of,
    watchers_of,
)
from libin.desk.queries.page import (
    CaseView,
    CustomerCaseView,
    PromiseView,
    StepView,
    attachment_seen_by,
    case_view,
    customer_case_view,
)
from libin.desk.queries.pauses import reasons_to_wait
from libin.desk.queries.people_here import presence_policy

__all__ = [
    "VIEWS",
    "CaseList",
    "CaseRow",
    "CaseView",
    "CustomerCaseView",
    "DayView",
    "LoadOf",
    "PromiseView",
    "QueueFigures",
    "RunningPromise",
    "StepView",
    "Today",
    "Wanted",
    "Watcher",
    "attachment_seen_by",
    "calendar",
    "case_id_by_key",
    "case_seen_by",
    "case_view",
    "cases",
    "counts",
    "customer_case_view",
    "day_view",
    "find",
    "locked_case",
    "next_promise_wakes",
    "presence_policy",
    "reasons_to_wait",
    "resolved_long_enough",
    "rows_of",
    "waiting_for_somebody",
    "watchers_of",
]
