"""Queued work of the channels."""

from django.db import InterfaceError, OperationalError

from libin.channels import loops
from libin.channels.actions import letters, settling
from libin.channels.parsing.process import Parser, ParserGaveUp
from libin.kernel import clock
from libin.kernel.access import automation
from libin.kernel.queue import job

__all__ = ["acknowledge_case", "loops", "parse_inbound"]

READER = automation("mail-reader")
_parser = Parser()


@job("channels.parse_inbound", outside=True)
def parse_inbound(inbound_id: int) -> None:
    """Read one raw mail in the child process and give it its place. May run twice."""
    trial = settling.begin_try(inbound_id=inbound_id, by=READER, at=clock.now())
    if trial is None:
        return
    trusted = [trial.authserv_id] if trial.authserv_id else []
    try:
        # What broke the first time is most often the HTML; the words alone are worth a second try.
        mail = _parser.read(trial.raw, authserv_ids=trusted, with_html=trial.number == 1)
        settling.settle(inbound_id=inbound_id, mail=mail, by=READER, at=clock.now())
    except ParserGaveUp as problem:
        settling.fail_try(inbound_id=inbound_id, problem=str(problem), by=READER, at=clock.now())
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        settling.fail_try(
            inbound_id=inbound_id, problem=type(problem).__name__, by=READER, at=clock.now()
        )


@job("channels.acknowledge_case")
def acknowledge_case(case_id: int) -> None:
    """Tell the customer that her matter arrived."""
    letters.acknowledge(case_id=case_id, by=automation("acknowledgement"), at=clock.now())
