"""One module a theorem: statement, proof as a chain of steps, the sharp or repaired form, worst
instance.
"""
