"""The animals of the drawn sample: how often each has a trait, and of which size."""

from dataclasses import dataclass

Measure = tuple[float, float]  # mean and spread, in head radii
Colour = tuple[int, int, int]

FAWN, BROWN, BLACK, CREAM, GREY, RED, SLATE = (
    (196, 142, 84),
    (120, 84, 58),
    (62, 54, 52),
    (214, 200, 178),
    (148, 142, 138),
    (176, 96, 48),
    (92, 88, 96),
)
ANY_COAT = (FAWN, BROWN, BLACK, CREAM, GREY, RED, SLATE)


@dataclass(frozen=True)
class Animal:
    """Traits of one kind of animal: probabilities, measures, and colours of coats (RGB).

    Ears are pricked, else tall, else round, else they hang. Cats and dogs, whose drawings are to stay as they are, lack
    the traits that have a default: these came with the other animals.
    """

    pricked_ears: float
    slit_pupils: float
    whiskers: float
    tongue: float
    stripes: float
    triangle_nose: float
    light_eyes: float
    muzzle_length: Measure
    nose_size: Measure
    head_width: Measure
    eye_size: Measure
    ear_size: Measure
    tall_ears: float = 0
    round_ears: float = 0
    white_cheeks: float = 0
    teeth: float = 0
    coats: tuple[Colour, ...] = ANY_COAT


ANIMALS = {
    "cats": Animal(
        pricked_ears=0.88,
        slit_pupils=0.72,
        whiskers=0.86,
        tongue=0.03,
        stripes=0.42,
        triangle_nose=0.88,
        light_eyes=0.84,
        muzzle_length=(0.28, 0.06),
        nose_size=(0.10, 0.02),
        head_width=(1.08, 0.07),
        eye_size=(0.19, 0.03),
        ear_size=(0.62, 0.09),
    ),
    "dogs": Animal(
        pricked_ears=0.28,
        slit_pupils=0.04,
        whiskers=0.16,
        tongue=0.40,
        stripes=0.12,
        triangle_nose=0.08,
        light_eyes=0.24,
        muzzle_length=(0.52, 0.08),
        nose_size=(0.18, 0.03),
        head_width=(0.94, 0.09),
        eye_size=(0.15, 0.03),
        ear_size=(0.70, 0.14),
    ),
    "rabbits": Animal(
        pricked_ears=0.15,
        slit_pupils=0.04,
        whiskers=0.66,
        tongue=0.03,
        stripes=0.03,
        triangle_nose=0.70,
        light_eyes=0.14,
        muzzle_length=(0.24, 0.05),
        nose_size=(0.09, 0.02),
        head_width=(0.88, 0.07),
        eye_size=(0.20, 0.04),
        ear_size=(1.10, 0.20),
        tall_ears=0.80,
        round_ears=0.10,
        white_cheeks=0.12,
        teeth=0.60,
    ),
    "bears": Animal(
        pricked_ears=0.04,
        slit_pupils=0.02,
        whiskers=0.06,
        tongue=0.05,
        stripes=0.02,
        triangle_nose=0.20,
        light_eyes=0.06,
        muzzle_length=(0.40, 0.06),
        nose_size=(0.20, 0.03),
        head_width=(1.18, 0.08),
        eye_size=(0.10, 0.02),
        ear_size=(0.42, 0.08),
        tall_ears=0.03,
        round_ears=0.90,
        white_cheeks=0.08,
        teeth=0.04,
        coats=(BROWN, BROWN, BLACK, BLACK, CREAM, RED, SLATE),
    ),
    "foxes": Animal(
        pricked_ears=0.94,
        slit_pupils=0.40,
        whiskers=0.30,
        tongue=0.14,
        stripes=0.02,
        triangle_nose=0.25,
        light_eyes=0.62,
        muzzle_length=(0.50, 0.08),
        nose_size=(0.14, 0.03),
        head_width=(0.94, 0.08),
        eye_size=(0.13, 0.025),
        ear_size=(0.86, 0.12),
        tall_ears=0.30,
        round_ears=0.20,
        white_cheeks=0.85,
        teeth=0.06,
        coats=(FAWN, RED, RED, RED, RED, GREY, SLATE),
    ),
}
