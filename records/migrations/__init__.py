"""The schema's history, run at every start by `records.database.upgrade`."""
