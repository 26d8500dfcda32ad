"""Words that people receive about meetings and votes, split by subject."""
