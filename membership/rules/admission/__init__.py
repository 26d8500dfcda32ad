"""The way from an application to membership: its steps as data, and who may take which. Pure."""
