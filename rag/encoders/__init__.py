"""Text to unit vectors. The only importers of sentence_transformers, transformers and torch, each lazily."""
