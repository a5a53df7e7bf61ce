"""A seeded corpus of a Chinese service centre: the same arguments give the same bytes."""

import argparse
import hashlib
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench import vocabulary as words

DAY = 86_400
BEGIN = 1_704_067_200  # 2024-01-01 00:00:00 UTC
SPAN = 700 * DAY
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Agent:
    number: int
    username: str
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    number: int
    name: str
    email: str
    phone: str
    tier: str


@dataclass(frozen=True, slots=True)
class Said:
    """One message; `at` is in seconds since 1970."""

    by_customer: bool
    who: int
    at: int
    body: str
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Ticket:
    """One matter; `queue` 0 to 5, `priority` 1 to 5, instants in seconds since 1970."""

    number: int
    subject: str
    queue: int
    status: str
    priority: int
    customer: int
    agent: int | None
    created: int
    updated: int
    messages: list[Said] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Everything a search should find."""
        return self.subject + "\n" + "\n".join(said.body for said in self.messages)


@dataclass(frozen=True, slots=True)
class Needle:
    """A rare word and the tickets that hold it: in the subject, the first message, a later message; and its decoy."""

    term: str
    subject: int
    first: int
    reply: int
    decoy: int | None

    @property
    def places(self) -> frozenset[int]:
        return frozenset({self.subject, self.first, self.reply})


class Corpus:
    """Agents, customers, planted needles, and the tickets in order of their numbers."""

    def __init__(
        self,
        *,
        seed: int = 20260101,
        tickets: int = 100_000,
        customers: int = 10_000,
        agents: int = 50,
    ) -> None:
        self.seed, self.size = seed, tickets
        dice = random.Random(seed)
        self.agents = [self._agent(dice, number) for number in range(1, agents + 1)]
        self.customers = [self._person(dice, number) for number in range(1, customers + 1)]
        self.needles: list[Needle] = []
        self._planted: dict[int, tuple[str, str]] = {}
        self._plant()

    def tickets(self) -> Iterator[Ticket]:
        """Every ticket, 1 to `size`; a later number was created later."""
        dice = random.Random(self.seed + 2)
        step = SPAN / self.size
        for number in range(1, self.size + 1):
            yield self._ticket(dice, number, step)

    def _agent(self, dice: random.Random, number: int) -> Agent:
        name = (
            dice.choice(words.SURNAMES)
            + dice.choice(words.GIVEN_NAMES)
            + dice.choice(words.GIVEN_NAMES)
        )
        dice.sample(range(6), 2 + number % 3)  # keeps later draws where they were
        return Agent(number, f"agent{number:02d}", name)

    def _person(self, dice: random.Random, number: int) -> Person:
        name = dice.choice(words.SURNAMES) + "".join(
            dice.choice(words.GIVEN_NAMES) for _ in range(dice.choice((1, 2, 2)))
        )
        phone = f"1{3_000_000_000 + dice.randrange(6_999_999_999):010d}"
        dice.choice(words.CITIES)
        tier = dice.choices(("普通", "银卡", "金卡", "黑金"), (70, 20, 8, 2))[0]
        return Person(number, name, f"c{number:05d}@example.com", phone, tier)

    def _plant(self) -> None:
        dice = random.Random(self.seed + 1)
        places = iter(
            dice.sample(range(1, self.size + 1), len(words.NEEDLES) * 3 + len(words.DECOYS))
        )
        for term in words.NEEDLES:
            spots = {place: next(places) for place in ("subject", "first", "reply")}
            self._planted |= {number: (place, term) for place, number in spots.items()}
            decoy = next(places) if term in words.DECOYS else None
            if decoy:
                self._planted[decoy] = ("decoy", term)
            self.needles.append(Needle(term, decoy=decoy, **spots))

    def _ticket(self, dice: random.Random, number: int, step: float) -> Ticket:
        queue = dice.choices(range(6), (12, 26, 24, 16, 16, 6))[0]
        created = int(BEGIN + (number - 1) * step + dice.random() * step)
        customer = self.customers[self._customer_index(dice)]
        status = self._status(dice, (BEGIN + SPAN - created) / DAY)
        agent = None if status == "new" else self.agents[dice.randrange(len(self.agents))]
        priority = dice.choices((1, 2, 3, 4, 5), (2, 10, 70, 13, 5))[0]
        subject = _filled(dice, dice.choice(words.MATTERS[queue][0]))
        messages = self._messages(dice, queue, status, created, customer.number, agent)
        subject = self._with_needle(number, subject, messages)
        return Ticket(
            number=number,
            subject=subject,
            queue=queue,
            status=status,
            priority=priority,
            customer=customer.number,
            agent=agent.number if agent else None,
            created=created,
            updated=messages[-1].at,
            messages=messages,
        )

    def _customer_index(self, dice: random.Random) -> int:
        """A third of the tickets come from a few customers who write often."""
        if dice.random() < 0.3:
            return min(int(dice.paretovariate(0.9) * 3), len(self.customers)) - 1
        return dice.randrange(len(self.customers))

    def _status(self, dice: random.Random, age: float) -> str:
        is_open = 0.9 if age < 2 else 0.45 if age < 10 else 0.12 if age < 60 else 0.03
        if dice.random() < is_open:
            return dice.choices(("new", "open", "pending"), (3, 5, 2))[0]
        return dice.choices(("resolved", "closed"), (1, 6))[0]

    def _messages(
        self,
        dice: random.Random,
        queue: int,
        status: str,
        created: int,
        customer: int,
        agent: Agent | None,
    ) -> list[Said]:
        count = dice.choices((2, 3, 4, 5, 6, 9), (15, 25, 30, 15, 10, 5))[0]
        if status == "new":
            count = dice.choice((2, 2, 3))
        at = created
        said = [Said(True, customer, at, _opening(dice, queue))]
        for _ in range(count - 1):
            at += int(dice.expovariate(1 / 9000.0)) + 60
            share = dice.random()
            if agent is None or share < 0.38:
                said.append(Said(True, customer, at, _follow_up(dice)))
            elif share < 0.9:
                said.append(Said(False, agent.number, at, _answer(dice)))
            else:
                note = _filled(dice, dice.choice(words.NOTES))
                said.append(Said(False, agent.number, at, note, internal=True))
        return said

    def _with_needle(self, number: int, subject: str, messages: list[Said]) -> str:
        """The subject, after planting what was planned for this ticket."""
        place, term = self._planted.get(number, ("", ""))
        if place == "subject":
            return words.NEEDLE_SENTENCES["subject"].format(t=term)
        if place == "first":
            _append(messages, 0, words.NEEDLE_SENTENCES["first"].format(t=term))
        elif place == "reply":
            open_ones = [n for n, said in enumerate(messages) if n and not said.internal]
            last = open_ones[-1] if open_ones else len(messages) - 1
            _append(messages, last, words.NEEDLE_SENTENCES["reply"].format(t=term))
        elif place == "decoy":
            _append(messages, 0, words.DECOYS[term] + "。")
        return subject


def _append(messages: list[Said], index: int, more: str) -> None:
    said = messages[index]
    messages[index] = Said(said.by_customer, said.who, said.at, said.body + more, said.internal)


def _filled(dice: random.Random, sentence: str) -> str:
    return _SLOT.sub(lambda slot: _slot(dice, slot.group(1)), sentence)


def _slot(dice: random.Random, name: str) -> str:
    lists = {
        "c": words.CARRIERS,
        "p": words.PRODUCTS,
        "e": words.ERRORS,
        "pay": words.PAYMENTS,
        "city": words.CITIES,
    }
    if name in lists:
        return dice.choice(lists[name])
    if name == "d":
        return f"{dice.randrange(1, 13)}月{dice.randrange(1, 29)}日"
    if name == "n2":
        return dice.choice(words.SURNAMES) + dice.choice(("先生", "女士"))
    form, low, high = {
        "o": ("2{:015d}", 0, 10**15),
        "w": ("{:012d}", 0, 10**12),
        "n": ("{}", 2, 16),
        "m": ("{}", 19, 4999),
        "g": ("{}", 1, 51),
        "a": ("user_{:06d}", 0, 10**6),
    }[name]
    return form.format(dice.randrange(low, high))


def _opening(dice: random.Random, queue: int) -> str:
    count = dice.choice((1, 2, 2, 3))
    parts = [_filled(dice, s) for s in dice.sample(words.MATTERS[queue][1], count)]
    return "".join([*parts, _filled(dice, dice.choice(words.CUSTOMER_ENDINGS))])


def _follow_up(dice: random.Random) -> str:
    chosen = dice.sample(words.CUSTOMER_FOLLOW_UPS, dice.choice((1, 1, 2)))
    parts = [_filled(dice, s) for s in chosen]
    if dice.random() < 0.5:
        parts.append(_filled(dice, dice.choice(words.CUSTOMER_ENDINGS)))
    return "".join(parts)


def _answer(dice: random.Random) -> str:
    greeting = _filled(dice, dice.choice(words.AGENT_GREETINGS))
    chosen = dice.sample(words.AGENT_ANSWERS, dice.choice((1, 2, 2)))
    body = "".join(_filled(dice, s) for s in chosen)
    return "\n".join([greeting, body, dice.choice(words.AGENT_ENDINGS)])


def main() -> None:
    """Check that every needle lies where it was planted, and nowhere else; say what the corpus is."""
    options = argparse.ArgumentParser(description=main.__doc__)
    options.add_argument("--tickets", type=int, default=100_000)
    corpus = Corpus(tickets=options.parse_args().tickets)
    digest, messages, states = hashlib.sha256(), 0, Counter[str]()
    found: dict[str, set[int]] = {needle.term: set() for needle in corpus.needles}
    for ticket in corpus.tickets():
        messages += len(ticket.messages)
        states[ticket.status] += 1
        digest.update(ticket.text.encode())
        for term, places in found.items():
            if term in ticket.text:
                places.add(ticket.number)
    for needle in corpus.needles:
        if found[needle.term] != needle.places:
            raise SystemExit(f"{needle.term} lies in {found[needle.term]}, not in {needle.places}")
    sys.stdout.write(
        f"{corpus.size} tickets, {messages} messages, {dict(states)}\nsha256 {digest.hexdigest()}\n"
    )


if __name__ == "__main__":
    main()
