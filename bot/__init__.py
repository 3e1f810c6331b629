"""The clinic's chat: Telegram lives here and nowhere else."""
