"""CDS Hooks 2.0 over the same reviews: which services there are, what a call asks, cards, feedback, whose tokens are believed."""
