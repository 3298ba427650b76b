"""A second count of every figure, in plain SQL on DuckDB, that shares no code with the engine.

Written from design papers and our reading of the plans (docs/indicators.md tells both), never from
`lms.indicators.rules`. `world` holds a commune as it was written down, `making` makes random ones,
`papers` says what every figure of the five plans is, `statements` counts them, `compare` lays the
engine beside it, `tale` makes a disagreement small and tells it.
"""
