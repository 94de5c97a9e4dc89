"""What is said about items: comparisons, answers to questions, why this one and why not that one."""
