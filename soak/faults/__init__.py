"""The parts of the fault campaign (soak/soak_faults.py)."""
