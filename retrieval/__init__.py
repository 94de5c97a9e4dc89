"""What is known: catalogue and history, how items are found, scored and explained."""
