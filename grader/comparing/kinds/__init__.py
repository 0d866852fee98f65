"""The kinds of records, a module for each few: what differs between two of a kind."""
