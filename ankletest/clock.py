"""Device counter to session seconds: wrap, drift, restart, and the bound of its error."""
