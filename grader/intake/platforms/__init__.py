"""The learning platforms whose downloads are taken as they are, one module each."""
