"""The furnished cast, built once per worker for every test of this folder."""

from tests.contract.furnished import furnished

__all__ = ["furnished"]
