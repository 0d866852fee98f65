"""What has to hold of an assignment before its marks mean anything, rule by rule."""
