"""The one line of text that says what is given and when: its items, how it is read and printed."""
