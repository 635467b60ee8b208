"""What SQL cannot say well about replenishment: pure functions, Arrow and NumPy in, Arrow out."""
