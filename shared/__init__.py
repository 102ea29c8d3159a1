"""What two or more functions need. Deployed once, as a layer."""
