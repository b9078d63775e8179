"""From a file to rows, whatever it is written in."""
