"""What the tests ask about notebooks: `valid FILE...` by nbformat; `same A B`: equal sources and outputs; `structure SOURCE FILE`: the
cells of the notebook are those of the source."""

import sys

import nbformat


def read(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


def shown(cell):
    """Texts, joined, and pictures in their order."""
    pieces = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            if pieces and pieces[-1][0] == output.name:
                pieces[-1] = (output.name, pieces[-1][1] + output.text)
            else:
                pieces.append((output.name, output.text))
        elif output.output_type == "display_data":
            pieces.append(("picture", "".join(output.data["image/png"].split())))
        else:
            pieces.append((output.output_type, str(output)))
    return pieces


def valid(*paths):
    for path in paths:
        notebook = read(path)
        assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5), path
        assert notebook.metadata.kernelspec.name == "scorebound", path
        identities = [cell.id for cell in notebook.cells]
        assert len(set(identities)) == len(identities), path


def same(one, other):
    one, other = read(one).cells, read(other).cells
    assert [cell.source for cell in one] == [cell.source for cell in other]
    outputs = 0
    for a, b in zip(one, other):
        assert shown(a) == shown(b), f"cell {a.id}:\n{shown(a)}\n{shown(b)}"
        outputs += len(shown(a))
    assert outputs > 0


def structure(source, path):
    """Every line of the source that is no marker is in the notebook, in its order, prose without its comment signs."""
    with open(source, encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.strip() and not line.lstrip().startswith("// %%")]
    found = []
    for cell in read(path).cells:
        for line in cell.source.split("\n"):
            if line.strip() or cell.cell_type == "markdown":
                found.append(("// " + line).strip() if cell.cell_type == "markdown" else line.strip())
    assert lines == found, [pair for pair in zip(lines, found) if pair[0] != pair[1]][:1]


{"valid": valid, "same": same, "structure": structure}[sys.argv[1]](*sys.argv[2:])
