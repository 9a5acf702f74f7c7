"""The tag standard: the document, its compiled form, and the reading of tags by it."""
