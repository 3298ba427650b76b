"""The sample commune: fictional people and classes, clearly marked, made through the real actions."""
