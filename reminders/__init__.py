"""Reminders: rules as data, what is due by them, who was told once and why somebody was not."""
