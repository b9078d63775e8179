"""Between the network and Django: bodies are read and answers are sent here, so that no thread waits for a client."""
