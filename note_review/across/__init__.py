"""What only many notes together show: carried text, plateaus, impossible days, and who differs from peers."""
