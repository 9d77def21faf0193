"""The data folder and its store as the window has them: what it asks of them, what a visit writes, what a crash left."""
