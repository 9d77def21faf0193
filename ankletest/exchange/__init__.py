"""Exchange: files of other makers in, tables out."""
