"""The course kit: finds answers, checks them, and shows the result where the learner works."""
