"""Engine: a call to a reply. The vendor's own behaviour first, the generic resource engine for all else.

What a behaviour may ask of it:
    engine.generic(org, call) -> Reply            what the resource engine would answer
    engine.sample(operation_id, status=0) -> Any  a body that the declared response schema accepts
    engine.fit(operation_id, record) -> Record    a record in the shape that an operation declares for its item
    engine.blank(operation_id) -> Record          a full record of the item that an operation answers
    engine.problems(call) -> list[Problem]        what the body has wrong against the declared request schema
"""
