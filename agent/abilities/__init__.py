"""What the assistant can do, each ability in a module of its own; `agent.graph` puts them together."""
