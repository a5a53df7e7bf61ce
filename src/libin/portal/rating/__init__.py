"""Rating a request by a mailed link."""
