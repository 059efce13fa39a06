"""One file a command: its options, what it prints, and its exit code.

Here: parsing and printing. Not here: what a command does, which the modules below do for the pytest plugin as well.
"""
