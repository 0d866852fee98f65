"""A large course, made up of what was found in a few hand-ins that were graded."""
