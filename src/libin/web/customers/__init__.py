"""Customers on the staff's screens: finding them, and everything about one."""
