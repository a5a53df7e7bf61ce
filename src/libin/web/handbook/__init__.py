"""The handbook on screen: read as a book, its margins alive; its versions compared, edited, published."""
