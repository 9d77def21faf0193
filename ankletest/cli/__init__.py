"""The command line: commands, options, tables; handed the other rooms by ``__main__``."""
