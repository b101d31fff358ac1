"""Parts of pages, one concept a file. Each builds its elements once and then shows what changed."""
