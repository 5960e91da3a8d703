"""The classic Windows host: Excel calls Python through COM, by way of an add-in file that is built here.

``vba`` writes the functions' VBA from the registry, ``words`` what the add-in says by itself, ``xlam`` builds
``workload.xlam``, ``windows`` installs it, ``doctor`` looks for what is missing, ``buttons`` answers the ribbon.
"""
