"""The schema's history; ``schema`` runs it."""
