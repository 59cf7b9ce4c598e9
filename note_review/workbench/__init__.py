"""The coder's workbench: a queue of notes, a page for each, decisions that are kept, and what is learned from them. Judges nothing itself."""
