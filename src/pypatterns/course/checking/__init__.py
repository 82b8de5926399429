"""One answer -> one report. The judge (trusted, pytest) and the answer never share a process; client.py is the way in.

Each folder says in which process its lines run: `judge`, `zygote`, `child`, and beside the answer in the child
`introspection` and `probes`; `report` is read everywhere, and `shared` holds what all of them agree on.
"""
