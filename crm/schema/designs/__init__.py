"""Forms as documents: arranged, checked and stored."""
