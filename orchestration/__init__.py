"""When things run and in what order; no business rule stands here."""
