"""How forms are drawn and when a test is passed: data of a programme version."""

from __future__ import annotations

from dataclasses import dataclass

PROOFS = ("test_passed", "test_supervised", "task_observed")
FORM_KINDS = ("practice", "certifying", "entry", "exit", "after30", "after90")
MEASURING_KINDS = ("entry", "exit", "after30", "after90")
MOST_MEASURING_TASKS = 2
ACCOMMODATIONS = ("read_aloud", "oral", "helper", "large_type")


@dataclass(frozen=True, slots=True)
class BlueprintRow:
    """`count` items of a skill; an empty `difficulty` means any."""

    skill: str
    count: int
    difficulty: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Blueprint:
    """The plan of a form: `kind` is one of FORM_KINDS.

    `tasks` are observed tasks done before and after the course; only measuring kinds have them.
    `module` is filled for the quiz of one module, which is practice.
    """

    kind: str
    level: str
    rows: tuple[BlueprintRow, ...]
    tasks: tuple[str, ...] = ()
    module: str = ""

    @property
    def code(self) -> str:
        """Its name within the version: kind/level, and the module of a quiz."""
        return "/".join(filter(None, (self.kind, self.level, self.module)))

    @property
    def count(self) -> int:
        return sum(row.count for row in self.rows)


@dataclass(frozen=True, slots=True)
class SkillBar:
    """At least `share` per cent of the skill's points, whatever the total is."""

    skill: str
    share: int


@dataclass(frozen=True, slots=True)
class CertificateRule:
    """What a certificate asks for: a proof of PROOFS and, if `tasks`, every required task."""

    proof: str = "test_supervised"
    tasks: bool = True


@dataclass(frozen=True, slots=True)
class PassRule:
    """When a certifying test is passed, and how often it may be tried.

    `share` is in per cent of all points, `wait_hours` the time between two tries.
    """

    level: str
    share: int
    must_pass: tuple[SkillBar, ...] = ()
    required_tasks: tuple[str, ...] = ()
    tries: int = 3
    wait_hours: int = 24
    certificate: CertificateRule = CertificateRule()
    accommodations: tuple[str, ...] = ()
