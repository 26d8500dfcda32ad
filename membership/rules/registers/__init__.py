"""Professional registers: each declared once, everything else follows from the declaration. Pure."""
