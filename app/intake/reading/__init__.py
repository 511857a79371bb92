"""From a file's bytes to rows with known columns. Nothing here touches the database."""
