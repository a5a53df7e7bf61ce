"""Names and addresses of the cast; knows no Django, so that journeys may use it."""

from dataclasses import dataclass

PASSWORD = "harbour-lantern-27"
IMAP_PASSWORD = "correct-horse-battery"
HELP = "help@harbour.example"
SERVICE = "service@harbour.example"


@dataclass(frozen=True)
class Person:
    """Somebody's name and address."""

    name: str
    email: str


ZHAO_MIN = Person("赵敏", "zhao.min@harbour.example")  # administrator
CHEN_JING = Person("陈静", "chen.jing@harbour.example")  # supervisor
LIN_XIAO = Person("林晓", "lin.xiao@harbour.example")  # agent
SU_WAN = Person("苏婉", "su.wan@harbour.example")  # senior agent, account manager of 王建国
HE_PING = Person("何平", "he.ping@harbour.example")  # works here, holds no role

WANG = Person("王建国", "wang.jianguo@customer.example")  # the highest tier
LI = Person("李雪", "li.xue@customer.example")  # the lowest tier
STRANGER = Person("周一鸣", "zhou.yiming@elsewhere.example")  # nobody knows him yet
