"""Muster's own endpoints: /api/v1."""
