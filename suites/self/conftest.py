"""Properties are judged by what they find, not by how long they take; no test uses the state folder of its user."""

import os
import tempfile

from hypothesis import HealthCheck, settings

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Where the use of quotas is kept. Held by a name, since it goes with its object.
_state = tempfile.TemporaryDirectory(prefix="deskcheck-state-")
os.environ["DESKCHECK_STATE"] = _state.name
