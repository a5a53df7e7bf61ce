"""Pure decisions about cases: functions of values and a given time."""
