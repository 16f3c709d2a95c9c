"""Aftershock: what a market did around a piece of news, next to what the news said it did."""
