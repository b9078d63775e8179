"""Forms as documents: what they say, how they are arranged, checked and kept."""
