#!/bin/sh
# Clients that can run a program at the end of a download run this; the test looks for the file.
: >"$COMPLETION_MARKER"
