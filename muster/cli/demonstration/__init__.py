"""The demonstration, step by step. Seats, results and postcodes are real; nobody in it is.

Each step looks first at what is there already, so that a second run repeats nothing, and one after
a kill completes what the first began.
"""
