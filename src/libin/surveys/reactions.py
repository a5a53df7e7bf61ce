"""What the surveys' room does when a case ends or begins again."""

from libin.desk import actions as desk
from libin.desk.facts import CaseClosed, CaseReopened, CaseResolved
from libin.kernel.access import automation
from libin.kernel.facts import reacts_to
from libin.surveys import actions
from libin.surveys.facts import Answered


@reacts_to(CaseResolved, name="surveys.ask_after_resolving")
def ask_after_resolving(said: CaseResolved) -> None:
    """Ask where the handbook wants the verdict on the solution."""
    actions.invite(case_id=said.case_id, heard=said.name, by=automation("surveys.ask"), at=said.at)


@reacts_to(CaseClosed, name="surveys.ask_after_closing")
def ask_after_closing(said: CaseClosed) -> None:
    """Ask where the handbook wants the verdict on the whole."""
    actions.invite(case_id=said.case_id, heard=said.name, by=automation("surveys.ask"), at=said.at)


@reacts_to(CaseReopened, name="surveys.withdraw")
def withdraw(said: CaseReopened) -> None:
    """A matter that is open again is not rated yet."""
    actions.withdraw(case_id=said.case_id, by=automation("surveys.withdraw"), at=said.at)


@reacts_to(Answered, name="surveys.tell_case")
def tell_case(said: Answered) -> None:
    """A step of the case's process may wait for the verdict."""
    desk.tell_case(case_id=said.case_id, event=said.name, by=automation("surveys.tell"), at=said.at)
