"""One async function a thing that a person does: ask policy, open a unit of work, change, commit once."""
