"""The pure part of reminders: schedules, wording, moments of sending, shipped rules, calendar files."""
