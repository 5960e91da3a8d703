"""The functions of :mod:`workload` in Excel: one definition, every host that xlwings has.

``registry`` names each function once, ``functions`` is what each does, ``cells`` is the border between Excel's cells
and Python's values, ``calling`` runs a function as a host asks for it. ``addin`` is the only module that imports
xlwings; ``classic``, ``server`` and ``lite`` make what each host needs from the registry.
"""
