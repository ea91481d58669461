"""What is known, kept in SQLite or PostgreSQL; nothing else in the tracker knows SQLAlchemy."""
