"""Departures: who travels when, in which vehicle, from where; the only door to the planner of ``matching``."""
