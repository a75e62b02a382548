"""Journeys: what happens next for each person, event by event."""
