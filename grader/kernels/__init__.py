"""What a kernel is: the seam, warm and cold ones, their sandbox, what they take."""
