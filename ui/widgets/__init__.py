"""Painted and plotted pieces of the pages."""
