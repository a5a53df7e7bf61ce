"""What the handbook's room can state."""

from dataclasses import dataclass

from libin.kernel.facts import Fact, fact


@dataclass(frozen=True, kw_only=True)
class VersionFact(Fact):
    """Something about one version."""

    version_id: int

    def topics(self) -> tuple[str, ...]:
        return ("handbook",)


@fact("handbook.version_published")
@dataclass(frozen=True, kw_only=True)
class VersionPublished(VersionFact):
    """A version will be in force from its effective instant on."""

    number: int


@fact("handbook.version_applied")
@dataclass(frozen=True, kw_only=True)
class VersionApplied(VersionFact):
    """A version came into force: roles, departments and teams are as it says."""

    number: int


@fact("handbook.version_retired")
@dataclass(frozen=True, kw_only=True)
class VersionRetired(VersionFact):
    """A version was withdrawn; cases opened under it keep it."""

    number: int


@fact("handbook.version_acknowledged")
@dataclass(frozen=True, kw_only=True)
class VersionAcknowledged(VersionFact):
    """A person says she has read a version."""

    staff_id: int
