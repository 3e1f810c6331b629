"""The rules of a clinic's availability; imports the standard library only."""
