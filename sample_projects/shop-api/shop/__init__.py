"""A small shop: catalogue, cart, prices, accounts."""
