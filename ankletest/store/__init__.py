"""The store: clients, trials and results in an encrypted database."""
