"""What the window says, every text of it: a module for each page or matter, `common` for what is said everywhere."""
