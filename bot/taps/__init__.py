"""What buttons say when they are tapped; every string of callback data is made and read here."""
