"""Tests of what runs the functions on this machine."""
