"""Law to test with: invented official documents in real formats, with the truth known (see README.md)."""
