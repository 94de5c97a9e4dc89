"""The shop's own systems: orders, stock, coupons, a person who takes over, and the tools a model may call."""
