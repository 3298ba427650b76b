"""Answers from the lessons, and from nothing else: which screen of which lesson answers a question.

`words` reads Vietnamese as people type it, `index` holds the screens by their words, `ranking` weighs them
and `answering` decides between an answer and an honest "there is no lesson on this". All of it is pure and
is done in the same way by the tablet (`offline/js/ask`), so a class without network gets the same answers.
"""
