// The trainer's corner.
