"""Pure rules of plans and indicators: the standard library only, no clock, session or request."""
