"""What things cost, side by side with what they are measured against; figures are printed, never asserted."""
