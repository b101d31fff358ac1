"""Personal data in text: found, named by pseudonyms, kept out of records. Text in, text out."""
