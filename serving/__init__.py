"""What runs: settings, model server, HTTP API, chat page, widget and command line."""
