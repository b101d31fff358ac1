"""From spoken words to written values: numbers, money, dates, times and telephone numbers as Japanese writes them."""
