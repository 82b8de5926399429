"""The imports of a package in a folder, and what import-linter says of them: a program that prints both as JSON.

    python -P -m pypatterns.course.lab.figures.imported FOLDER

A process of its own: grimp and import-linter look for the package on the path of the process they run in, and a kernel's
path is the learner's. Both read the package's files and run none of them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pypatterns.course.checking.probes.import_contracts import lint_imports

PACKAGE = "market"


def main(folder: Path) -> None:
    """Print `{"imports": [[importer, imported, line], …], "broken": […], "said": …, "trouble": …}`."""
    import grimp  # noqa: PLC0415 - needed in that process alone

    said = lint_imports(folder)  # from here on the folder is on the path
    graph = grimp.build_graph(PACKAGE, include_external_packages=True, cache_dir=None)
    imports = [
        (importer, imported, detail["line_number"])
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        for detail in graph.get_import_details(importer=importer, imported=imported)
    ]
    print(json.dumps({"imports": sorted(imports), **said}))  # noqa: T201 - a program


if __name__ == "__main__":
    main(Path(sys.argv[1]))
