"""Made-up material to load and look at."""
