"""What a message wants: a classifier learned from utterances in two languages."""
