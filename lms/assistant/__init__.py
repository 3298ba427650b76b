"""Hỏi bài: questions of learners and trainers, answered from the lessons with the place they come from."""
