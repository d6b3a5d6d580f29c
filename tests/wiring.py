"""What a stage imports and which params it reads, by reading its code."""

import ast
from pathlib import Path

from transfer.project.schema import Params

ROOT = Path(__file__).parent.parent


def imported_modules(module: Path) -> set[str]:
    """Paths, relative to the root, of the project's non-empty modules that `module` imports, itself too."""
    todo, seen = [module], set()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path} has a relative import, which this does not follow"
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            for name in names:
                if name.split(".")[0] in ("stages", "transfer"):
                    todo += _files(name)
    return {str(path.relative_to(ROOT)) for path in seen if path.read_text().strip()}


def _files(name: str) -> list[Path]:
    """The files that `import name` runs: packages on the way, and the module."""
    parts = name.split(".")
    packages = [ROOT.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1)]
    module = ROOT.joinpath(*parts).with_suffix(".py")
    return [path for path in (*packages, module) if path.is_file()]


def params_read(module: Path) -> set[str]:
    """The longest attribute chains on the name `params` in a stage: {"seed", "data.source", ...}."""
    chains = set()

    class Visitor(ast.NodeVisitor):
        def visit_Attribute(self, node: ast.Attribute) -> None:
            parts, inner = [], node
            while isinstance(inner, ast.Attribute):
                parts.append(inner.attr)
                inner = inner.value
            if isinstance(inner, ast.Name) and inner.id == "params":
                chains.add(".".join(reversed(parts)))
            else:
                self.generic_visit(node)

    Visitor().visit(ast.parse(module.read_text()))
    if "model_dump" in chains:  # every param at once
        return set(Params.model_fields)
    chains = {chain for chain in chains if chain.rpartition(".")[0] not in chains}  # of a section read as a whole
    if any(chain.startswith("data.chosen") for chain in chains):
        chains.add("data.source")  # which the property `chosen` reads
    return {chain.replace("data.chosen", "data.${data.source}") for chain in chains}
