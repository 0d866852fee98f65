"""What a released notebook says where a text is to be written."""

from grader.model.text import say

HERE = say("Write your answer here, in place of this line.")
