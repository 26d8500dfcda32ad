"""Templates that are shipped, as versioned data."""
