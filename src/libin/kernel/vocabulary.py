"""Names that rooms own and the handbook may use: facts, readings and acts."""

from libin.kernel.facts import kinds

readings: dict[str, str] = {}
acts: dict[str, str] = {}


def reading(name: str, unit: str) -> str:
    """Register a reading that formulas may name, with its unit. Returns the name."""
    readings[name] = unit
    return name


def act(name: str, what: str) -> str:
    """Register an act that playbooks and steps may name. Returns the name."""
    acts[name] = what
    return name


def facts() -> frozenset[str]:
    """Names of all facts that some room can state."""
    return frozenset(kinds)
