"""Everything that reads Python source; nothing here runs it."""
