"""Know-how mining: what persons answered, and what nobody could, becomes drafts of FAQ entries. Text in, text out."""
