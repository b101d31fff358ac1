"""Telling other systems what happens here: off until an administrator switches it on."""
