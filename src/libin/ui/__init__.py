"""What both doors share: components, template tags, formats of times and durations."""
