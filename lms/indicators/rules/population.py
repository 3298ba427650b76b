"""The size of a population: counted from the register, or a declared figure.

Source: design/domain.md: a declared denominator has a source, a date and "ước tính/chính thức";
the missing are then a number only and the register's own count stands beside it. A commune can
work on declared populations alone from the first hour, so a declared figure holds where one
stands, unless the commune chose the register.
"""

from lms.indicators.rules.day import Day
from lms.indicators.rules.declared import Declared, declared_population
from lms.indicators.rules.facts import Key
from lms.indicators.rules.figure import Births, KnownBy, Size
from lms.indicators.rules.plan import NO_POPULATION, Population
from lms.indicators.rules.vocabulary import FULL_AGES, Subject


def size_of(day: Day, population: Population, subject: Subject) -> tuple[Size, Declared | None]:
    """The size a share is taken of, and the declared figure if it is one."""
    if population == NO_POPULATION:
        return Size(population.key, None, None, None), None
    choice = day.settings.denominators.get(population.key, "auto")
    declared = None
    if choice != "register" and subject is not Subject.UNIT:
        declared = declared_population(day.facts, population, day.as_of, day.history)
    if declared is not None:
        return size_declared(day, population, declared), declared
    counted = _register_size(day, population)
    known = None if counted is None else KnownBy.REGISTER
    size = Size(population.key, counted, known, counted, births=_births(day, population))
    return (_blank(size) if choice == "declared" else size), None


def _blank(size: Size) -> Size:
    """The commune wants a declared figure and there is none: no denominator."""
    return Size(size.key, None, None, size.register_size)


def size_declared(day: Day, population: Population, declared: Declared | None) -> Size:
    """The size a declared figure gives, with the register's own count beside it."""
    register = _register_size(day, population)
    if declared is None:
        return Size(population.key, None, None, register)
    return Size(
        key=population.key,
        size=declared.denominator,
        known_by=KnownBy.DECLARED,
        register_size=register,
        sources=declared.sources,
        declared_on=declared.as_of,
        official=declared.official,
        declared_keys=declared.keys,
        births=_births(day, population),
    )


def _register_size(day: Day, population: Population) -> int | None:
    """The register's own count; None where no list of this kind was ever imported."""
    return len(day.people(population)) if day.has_list(population) else None


def _births(day: Day, population: Population) -> Births | None:
    """For how many an age rests on a bare year, or cannot be known."""
    aged = [part.code for part in population.parts if part.code in FULL_AGES]
    if not aged:
        return None
    people = day.people(population)
    waiting = {who for code in aged for who in _waiting(day, code)}
    return Births(
        year_only=len(people & day.year_only),
        waiting=len(waiting - people),
        unknown=day.births_unknown,
    )


def _waiting(day: Day, code: str) -> set[Key]:
    """Residents whose bare birth year turns the asked age this year, and counts from 31/12."""
    year = day.as_of.year - FULL_AGES[code]
    living = day.urban_residents if code == "urban_adults" else day.residents
    return {who for who in day.year_only & living if day.born[who] // 10000 == year}
