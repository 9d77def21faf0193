"""The window: pages, widgets and reports."""
