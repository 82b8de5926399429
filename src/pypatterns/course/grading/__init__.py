"""Many submissions in, as many results out: marks, feedback and a gradebook for a whole class.

run.py has the batch; submissions.py says who handed in what, tasks.py grades one learner, ledger.py knows what is done.
"""
