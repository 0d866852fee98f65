"""Which answers of a class are written alike: a lead for a person, never a verdict."""
