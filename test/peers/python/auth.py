"""The official databricks-sdk signs in by what its environment says, and tells who it is: `auth.py`."""

from databricks.sdk import WorkspaceClient

workspace = WorkspaceClient()
me = workspace.current_user.me()
print(f"{workspace.config.auth_type} {me.user_name}")
