"""What was found, as pages: what they say (`views`), how it looks (`render`), how it is served (`web`)."""
