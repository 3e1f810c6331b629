"""What a person can do: parse, call one use case, show the answer."""
