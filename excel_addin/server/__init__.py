"""xlwings Server with these functions: Excel on Windows, Mac and the web asks a server, and nothing is installed there.

``serving`` starts it, ``command`` is its verb, ``project`` makes what xlwings Server reads, ``application`` loads it,
``gate`` stands before it: authentication, bounds, a log without cells. ``connections`` bounds those that are
open. ``wanted`` ends a calculation that nobody waits for.
"""
