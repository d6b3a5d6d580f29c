"""What a faster engine would give `feature-extract` on CPUs: python bench/inference.py TRAIN TEST

TRAIN and TEST are archives of photographs. The same weights run in TensorFlow, as the stage runs them, in ONNX Runtime
(`make repro EXTRAS=export`) and, where it is installed, in OpenVINO: each twice, in processes of their own, and then in
turn for their speed.
Prints the Markdown tables of INFERENCE.md.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

NAME, SIZE, BATCH, ROUNDS, BATCHES = "efficientnet_lite0", 224, 32, 5, 10
ENGINES = {"TensorFlow": "tensorflow", "ONNX Runtime": "onnxruntime", "OpenVINO": "openvino"}


def main(train_head: str, test: str) -> None:
    from bench.projects import Project

    engines = [engine for engine, package in ENGINES.items() if find_spec(package)]
    with TemporaryDirectory() as place:
        folder = Path(place)
        source = {"data.source": "local", "data.local.train": train_head, "data.local.test": test}
        project = Project(folder / "project", {**source, "image.size": SIZE})
        project.repro("preprocess")
        subprocess.run([sys.executable, __file__, "export", place], check=True)
        features: dict[str, list[np.ndarray]] = {engine: [] for engine in engines}
        for number in range(2):
            for engine in engines:
                file = folder / f"{engine}-{number}.npy"
                subprocess.run([sys.executable, __file__, "features", place, engine, str(file)], check=True)
                features[engine].append(np.load(file))
        compare(folder, features)
        subprocess.run([sys.executable, __file__, "speed", place, *engines], check=True)


def compare(folder: Path, features: dict[str, list[np.ndarray]]) -> None:
    from transfer.dataset.store import read_manifest
    from transfer.network import runtime  # noqa: F401, quiets TensorFlow
    from transfer.network.head import train_head
    from transfer.network.losses import log_loss
    from transfer.project.params import load_params

    manifest, settings = read_manifest(folder / "project/data/prepared"), load_params(ROOT / "params.yaml").head
    rows = {split: (manifest["split"] == split).to_numpy() for split in ("train", "validation", "test")}
    targets = manifest["target"].to_numpy()
    base = features["TensorFlow"][0]
    print(f"{len(manifest):,} photographs, {NAME} at {SIZE} pixels, {base.shape[1]} features\n")
    head = ["engine", "same bits in two runs", "features differ at most by", "relative to the largest"]
    head += ["test accuracy of a head on them", "test log-loss", "P differs at most by"]
    print("|", " | ".join(head), "|")
    print("|---" * 7 + "|")
    called = None
    for engine, (one, two) in features.items():
        head = train_head(
            *(part[rows[split]] for split in ("train", "validation") for part in (one, targets)),
            **settings.model_dump(),
            seed=7,
        )
        logits = one[rows["test"]] @ head.kernel.ravel() + head.bias
        probability = 1 / (1 + np.exp(-logits))
        called = probability if called is None else called
        cells = [
            engine,
            "yes" if np.array_equal(one, two) else "no",
            f"{abs(one - base).max():.1e}",
            f"{abs(one - base).max() / abs(base).max():.1e}",
            f"{np.mean((logits > 0) == targets[rows['test']]):.1%}",
            f"{log_loss(targets[rows['test']], logits):.6f}",
            f"{abs(probability - called).max():.1e}",
        ]
        print("|", " | ".join(cells), "|", flush=True)


def loaded(engine: str, folder: Path) -> Callable[[np.ndarray], np.ndarray]:
    """uint8 (b, size, size, 3) to features float32 (b, width), on all cores."""
    if engine == "TensorFlow":
        from transfer.network import runtime
        from transfer.network.inference.forward import compile_inference
        from transfer.network.model_file import load_model

        runtime.configure(7)
        forward = compile_inference(load_model(folder / "backbone.keras"))
        return lambda pictures: forward(pictures).numpy()
    if engine == "ONNX Runtime":
        import onnxruntime

        session = onnxruntime.InferenceSession(folder / "backbone.onnx", providers=["CPUExecutionProvider"])
        (given,) = (entry.name for entry in session.get_inputs())
        return lambda pictures: session.run(None, {given: pictures.astype(np.float32)})[0]
    import openvino

    network = openvino.Core().compile_model(folder / "backbone.onnx", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return lambda pictures: network([pictures.astype(np.float32)])[network.output(0)]


def pictures(folder: Path, limit: int | None = None):
    """Batches of the stored pictures in their order, the last one filled up."""
    from transfer.dataset.store import PictureStore

    store = PictureStore(folder / "project/data/prepared")
    rows = np.resize(np.arange(len(store)), -(-len(store) // BATCH) * BATCH)[: limit and limit * BATCH]
    for start in range(0, len(rows), BATCH):
        yield np.stack([store.picture(row) for row in rows[start : start + BATCH]])


def export(folder: Path) -> None:
    from transfer.network import runtime
    from transfer.network.backbones import build
    from transfer.network.inference.exporting import export
    from transfer.network.model_file import save_model

    runtime.configure(7)
    backbone = build(NAME, SIZE, "imagenet")
    save_model(backbone, folder / "backbone.keras")
    export(backbone, "onnx", folder / "backbone.onnx")


def features(folder: Path, engine: str, file: str) -> None:
    from transfer.dataset.store import read_manifest

    call = loaded(engine, folder)
    found = np.concatenate([call(batch) for batch in pictures(folder)])
    np.save(file, found[: len(read_manifest(folder / "project/data/prepared"))])


def speed(folder: Path, *engines: str) -> None:
    """Pictures a second of the pass alone, in turn; batches resident in memory."""
    calls = {engine: loaded(engine, folder) for engine in engines}
    resident = list(pictures(folder, BATCHES))
    rates: dict[str, list[float]] = {engine: [] for engine in engines}
    for number in range(ROUNDS + 1):
        for engine, call in calls.items():
            start = time.perf_counter()
            for batch in resident:
                call(batch)
            if number:
                rates[engine].append(BATCHES * BATCH / (time.perf_counter() - start))
    print("\n| engine | pictures/s (range) | times TensorFlow's |\n|---|---|---|")
    for engine, found in rates.items():
        ratio = statistics.median(one / other for one, other in zip(found, rates["TensorFlow"], strict=True))
        print(f"| {engine} | {statistics.median(found):.0f} ({min(found):.0f} to {max(found):.0f}) | {ratio:.2f} |")


if __name__ == "__main__":
    if sys.argv[1] in ("export", "features", "speed"):
        {"export": export, "features": features, "speed": speed}[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
    else:
        main(*sys.argv[1:])
