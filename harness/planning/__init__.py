"""What is known before anything is sent: the options, the context, the plan, and the job that workers get.

Goes in: values that a run is directed by. Not in: whoever acts on them (`execution/`, `run/`).
"""
