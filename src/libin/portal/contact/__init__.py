"""Writing to us through the form, and the word that it arrived."""
