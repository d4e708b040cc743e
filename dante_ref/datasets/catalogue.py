"""Which data sets there are: the facts, files and choices of each, in one table.

data/README.md gives the reasons. `files` has checksums of the files' bytes; `values_sha256` is one
of the values they hold (`raw.Raw.sha256`), so that a file with other line ends, or packed anew,
still passes.
"""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from . import formats

UCI = "CC BY 4.0"
NAMES = {
    "airfoil": (
        "frequency", "angle_of_attack", "chord_length", "free_stream_velocity",
        "displacement_thickness",
    ),
    "fires": (
        "X", "Y", "month", "day", "FFMC", "DMC", "DC", "ISI", "temp", "RH", "wind", "rain",
    ),
    "ccpp": ("AT", "V", "AP", "RH"),
    "vehicle": (
        "compactness", "circularity", "distance_circularity", "radius_ratio",
        "pr_axis_aspect_ratio", "max_length_aspect_ratio", "scatter_ratio", "elongatedness",
        "pr_axis_rectangularity", "max_length_rectangularity", "scaled_variance_major",
        "scaled_variance_minor", "scaled_radius_of_gyration", "skewness_major",
        "skewness_minor", "kurtosis_major", "kurtosis_minor", "hollows_ratio",
    ),
}


@dataclass(frozen=True)
class Listed:
    """What `load` knows of a data set.

    train_rows      the first so many rows are upstream's training set; 0: no split upstream
    value_range     the range that inputs have by construction (grey levels); () if none
    scaling, target_scaling   the defaults of `load`
    """

    name: str
    title: str
    rows: int
    features: int
    licence: str
    _: KW_ONLY
    train_rows: int = 0
    feature_names: tuple[str, ...] = ()
    target_name: str = "class"
    value_range: tuple[float, ...] = ()
    scaling: str = "minmax"
    target_scaling: str = "none"


@dataclass(frozen=True)
class Source(Listed):
    """A real data set: what it holds (checked on every load), and where its files are.

    files           path under the data folder -> sha256 of its bytes
    reader          the files' paths -> (X, y), rows in the files' order, training files first
    X_mean          mean of all entries of X, to 6 digits
    classes         class -> number of rows; empty for regression
    target_range    smallest and largest target; () for classification
    openml          OpenML's number; None where no copy with these values is known
    hint            the trap to name when a file isn't the expected one
    """

    files: Mapping[str, str]
    values_sha256: str
    reader: Callable[..., tuple[np.ndarray, np.ndarray]]
    X_mean: float
    _: KW_ONLY
    classes: Mapping[str, int] = field(default_factory=dict)
    target_range: tuple[float, ...] = ()
    openml: int | None = None
    hint: str = ""

    @property
    def task(self) -> str:
        """'classification' or 'regression'."""
        return "classification" if self.classes else "regression"

    def read(self, home: Path) -> tuple[np.ndarray, np.ndarray]:
        """(X, y) of the files in a data folder."""
        return self.reader(*(home / name for name in self.files))


VEHICLE_FILES = {
    "vehicle/xaa.dat": "091ec73ae54031aea8432d00caaef101a445eae13196039db9079b0eac13331d",
    "vehicle/xab.dat": "3fbc55ac03592425521df18d59ba2ed7ddca626b22f84f5fc3253ebda6b82145",
    "vehicle/xac.dat": "43536f3aadb2a285fa2ba6e13dacc7013c2298fbd728f011e88669bb44856b8d",
    "vehicle/xad.dat": "371b0de9ba3564d8220d8ad17c5f2f886bafebd2c486de1b0273ceb0c24d3035",
    "vehicle/xae.dat": "503f9c87feb46dfaab6e3c4275e121640a39c0b30b29f120e679ce8e3fbc7be2",
    "vehicle/xaf.dat": "460e14ec4746a1464d7a03671e09310695c348d6831452cb53172734a6a70531",
    "vehicle/xag.dat": "c279f285c353beaa661168e68feeac726cd446f076f717662635267d89006601",
    "vehicle/xah.dat": "467735394d1a058e15da81d51fd8e1147d425e7f53392ac6b8e730a34a02049e",
    "vehicle/xai.dat": "feba2f3aad6db050bc7acbd224cd4e0d32846865ab5cfc53cc59baea2e1ff484",
}

SOURCES = {source.name: source for source in (
    Source(
        "mnist", "MNIST, padded to 32x32", 70000, 1024, "CC BY-SA 3.0",
        {
            "mnist/train-images-idx3-ubyte.gz":
                "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            "mnist/train-labels-idx1-ubyte.gz":
                "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            "mnist/t10k-images-idx3-ubyte.gz":
                "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            "mnist/t10k-labels-idx1-ubyte.gz":
                "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        },
        "24e035ac328abc99d2fa2eabdaa192f0e5d7b31d4519504e4137fec45eb3ad3a",
        formats.mnist, 25.5611,
        classes={
            "0": 6903, "1": 7877, "2": 6990, "3": 7141, "4": 6824,
            "5": 6313, "6": 6876, "7": 7293, "8": 6825, "9": 6958,
        },
        train_rows=60000, value_range=(0.0, 255.0), scaling="range", openml=554,
    ),
    Source(
        "usps", "USPS (ZIP codes)", 9298, 256, "none stated",
        {
            "usps/zip.train.gz":
                "749a15535b9761ceb2e39cbecce0245cde997d5ffeddc715706f30afd752ef5e",
            "usps/zip.test.gz":
                "0604d515ee089c785224feea595506b491047826a3b7cb3d3cd47dbb830d561d",
        },
        "a303b1b2fe125c4b715011527c29c26f3a72cf8197f972a55c677b7ea02550c6",
        partial(formats.stacked, partial(formats.delimited, label=0)), -0.485371,
        classes={
            "0": 1553, "1": 1269, "2": 929, "3": 824, "4": 852,
            "5": 716, "6": 834, "7": 792, "8": 708, "9": 821,
        },
        train_rows=7291, value_range=(-1.0, 1.0), scaling="range", openml=41082,
        hint="LIBSVM's usps and usps.t are another variant: smoothed images, labels 1..10",
    ),
    Source(
        "ionosphere", "Ionosphere", 351, 34, UCI,
        {
            "ionosphere/ionosphere.arff":
                "bb8cf3bb9a1bf2aa6434b71ec2e1b2c254c90e0c0cbd7c87f62bf047a0798b43",
        },
        "3bb4457e3681ae790af538f04a810acbcce5b35a07d2a33e48d6cc36a5083886",
        formats.arff_file, 0.247697,
        classes={"b": 126, "g": 225},
        feature_names=tuple(f"a{i:02d}" for i in range(1, 35)), openml=59,
        hint="KEEL's copy is another variant: 33 columns, rounded values, rows in another order",
    ),
    Source(
        "svmguide4", "SVMGuide4", 612, 10, "none stated",
        {
            "svmguide4/svmguide4":
                "377d2c73fc8f1d76da25e1ee7c4526aac2f1cba9c7cb2b2a25d0735a4b437e09",
            "svmguide4/svmguide4.t":
                "f5a5839d955f3eb6e379f5b226869b79bf8245bcda891649105858e4cdc61695",
        },
        "33cab9b80532761a5647dba387d926c7f0df129ed6977c3b98f1056bae81684e",
        partial(formats.stacked, partial(formats.libsvm, features=10)), 0.432621,
        classes={"-3": 86, "-2": 116, "-1": 119, "1": 99, "2": 110, "3": 82},
        train_rows=300, hint="copies that somebody has scaled already are another variant",
    ),
    Source(
        "vehicle", "Vehicle (Statlog silhouettes)", 846, 18, UCI, VEHICLE_FILES,
        "a95bbd06d020012369bfbd9835017fc94206bb0ebcc03aa69cce288742b0ed12",
        partial(formats.stacked, partial(formats.delimited, names=True)), 117.635,
        classes={"bus": 218, "opel": 212, "saab": 217, "van": 199},
        feature_names=NAMES["vehicle"], openml=54,
    ),
    Source(
        "airfoil", "Air-Foil (self-noise)", 1503, 5, UCI,
        {
            "airfoil/airfoil_self_noise.dat":
                "10ee06e6cfb27dae6b44213d421d217012fb1f9b697592e73a4e4016b52d425f",
        },
        "dbe1e135d614b61254975a245159ac3974d433bd4563c726e9a66bcffb6096f9",
        partial(formats.delimited, delimiter="\t"), 588.834,
        target_range=(103.38, 140.987), feature_names=NAMES["airfoil"],
        target_name="scaled_sound_pressure_level_dB", target_scaling="minmax", openml=44957,
    ),
    Source(
        "fires", "Fires (forest fires)", 517, 12, UCI,
        {
            "fires/forestfires.csv":
                "0d6586a1fa52f55bef48578aef14eb97273f1e9330e1a53423df497a77065253",
        },
        "4dba0bc0bd4d96879b1333098ad6c81a27014d2793b5b3dbe6f4954fb625a0c2",
        partial(formats.delimited, delimiter=",", header=(*NAMES["fires"], "area")), 70.5333,
        target_range=(0.0, 1090.84), feature_names=NAMES["fires"], target_name="area_ha",
        target_scaling="log-minmax", openml=44962,
    ),
    Source(
        "ccpp", "CCPP (combined cycle power plant)", 9568, 4, UCI,
        {
            "ccpp/ccpp_sheet1.csv":
                "3c1fc11025f8424f8d95802d8b7086dffd3f73a552c6dcab3d973620986194b2",
        },
        "5a16991c8f4bffe41f1bc920b1c73ec481c0e0b66e6190c14c1fff836d46bdbf",
        partial(formats.delimited, delimiter=",", header=(*NAMES["ccpp"], "PE")), 290.131,
        target_range=(420.26, 495.76), feature_names=NAMES["ccpp"], target_name="PE_MW",
        target_scaling="minmax",
    ),
)}
