"""Copy from facts, by grammar: what the prompt says is set into sentences, nothing is invented."""
