"""The only way out: the layers that each request passes, in one list, and the network below them.

Here: guard, tracker, retry, quota, liveness, recorder, gate, network, and the egress guard that refuses every other way
out. Not here: what is allowed (`policy`), and credentials (`vendors`).
"""
