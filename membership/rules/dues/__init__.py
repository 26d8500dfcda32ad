"""Dues: money, what a unit owes for a year, where a charge stands, payments and bank lists. Pure."""
