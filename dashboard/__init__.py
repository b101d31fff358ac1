"""The people's pages: live calls, past calls, talking to the agent from the browser."""
