"""`dante-ref train`: an autoencoder by DANTE and by mini-batch SGD backprop, side by side.

With --schedule one network, of any depth, by one schedule and step rule instead.
"""

import argparse
from pathlib import Path

from .. import checks
from ..activations import ACTIVATIONS, GeneralizedReLU
from ..training import samples, schedules, steps
from . import train_comparison, train_one
from .train_shared import STEPS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    unset = argparse.SUPPRESS  # so that the help shows no 'default: None'
    add("--out", type=Path, default=Path("out/train"),
        help="folder for curves.csv, summary.json, checkpoint.npz, best.npz (the weights with the "
        "least training error measured) and, without --schedule, curves.png")
    add("--resume", action="store_true",
        help="go on from the folder's checkpoint, perhaps to a larger --iterations (not when "
        "greedy_pairs has begun its second pair: a longer run moves the first for longer)")
    data = parser.add_argument_group("data")
    add = data.add_argument
    add("--data", type=Path, default=unset, metavar="FILE",
        help=".npy, .npz or .csv, one sample a row; without it scikit-learn's digits")
    add("--key", default=unset, help="name of the array in an .npz file that holds several")
    add("--scale", choices=samples.SCALES, default=unset,
        help="put the training data into [0, 1]: by column (default for --data), all columns "
        "alike (default for the digits), or not at all")
    add("--test-fraction", type=float, default=0.2, help="part of the samples kept for testing")
    add("--mapped", action="store_true",
        help="with --schedule: read --data (.npy, float32 or float64) where it lies, as it may be "
        "larger than memory. It isn't scaled, and its last rows, not random ones, are for testing")
    network = parser.add_argument_group("network")
    add = network.add_argument
    add("--activation", choices=tuple(ACTIVATIONS), default=GeneralizedReLU.name,
        help="activation of both layers")
    add("--a", type=float, default=unset,
        help="generalized ReLU's slope for z <= 0 (default: 0.01)")
    add("--b", type=float, default=unset, help="generalized ReLU's slope for z > 0 (default: 1)")
    add("--hidden", type=int, nargs="+", default=[32], metavar="UNITS",
        help="hidden units, the paper's d'; with --schedule one number for each hidden layer")
    training = parser.add_argument_group("training")
    add = training.add_argument
    add("--iterations", type=int, default=10_000,
        help="minibatch iterations of each method; a multiple of twice --inner-iterations "
        "(with --schedule: of one round of its layers)")
    add("--inner-iterations", type=int, default=250, metavar="T_SNGD",
        help="iterations on one layer before DANTE turns to the other")
    add("--batch-size", type=int, default=20, help="the paper's minibatch size b")
    add("--eta", type=float, default=unset,
        help="length of DANTE's normalised step (default: "
        f"{STEPS['sigmoid'][0]} for sigmoid, else {STEPS['generalized_relu'][0]})")
    add("--lr", type=float, default=unset,
        help="SGD's learning rate, with dante_finetuned that of the fine-tuning (default: "
        f"{STEPS['sigmoid'][1]} for sigmoid, else {STEPS['generalized_relu'][1]})")
    add("--eps", type=float, default=0.0,
        help="Algorithm 2's stopping threshold; 0 uses all iterations")
    add("--least-alternations", type=int, default=1, metavar="T_AM",
        help="Algorithm 2's T_AM: it does not stop by --eps while t < T_AM")
    add("--iterate", choices=("last", "best"), default="last",
        help="what a turn of SNGD hands on: its last iterate, as printed, or its best")
    add("--every", type=int, default=10, help="measure the errors at every so many iterations")
    add("--seed", type=int, default=0, help="of the split, the start and the minibatches")
    single = parser.add_argument_group("one network instead of the comparison")
    add = single.add_argument
    add("--schedule", choices=tuple(schedules.SCHEDULES), default=unset,
        help="train one network, with these layers moving in turn")
    add("--rule", choices=tuple(steps.RULES), default=unset,
        help="its step rule, whose step is --eta (default: sgd)")
    add("--direction", choices=("normalised", "plain"), default=unset,
        help="G / ||G|| or G (default: plain for backprop, else normalised)")
    add("--save-seconds", type=float, default=unset, metavar="S",
        help="least time between two checkpoints (default: 10)")


def run(args: argparse.Namespace) -> int:
    checks.whole_number("seed", args.seed)
    return train_one.run(args) if "schedule" in vars(args) else train_comparison.run(args)
