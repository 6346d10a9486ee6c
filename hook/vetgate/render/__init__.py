"""What was found and decided, as text for people and as JSON for programs.

Each module here is imported only when its output is wanted; the passing path needs `text` alone.
Every function returns a string without a final newline and prints nothing.
"""
