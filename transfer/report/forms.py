"""Where a report of two classes of which one is positive parts from that of any other classes."""

from types import ModuleType

from transfer.classes import Classes
from transfer.report import binary_form, multiclass_form


def form_of(classes: Classes) -> ModuleType:
    """The form that suits the classes: `binary_form` or `multiclass_form`, which have the same names.

    NAME: of its templates
    SECTIONS: of the page, those that are always there, up to the data, in order
    KEYS: by ranking chart, the text that its key has of a model, and the metric in it
    words: what both templates read, beside `templating.shared_variables`
    page_variables: what only the page reads
    details: rows of results.txt below the metrics
    followed: the probability in which two models are compared picture by picture
    axis_labels: of the ranking charts
    threshold_dots: where the threshold puts a model, by ranking chart
    """
    return binary_form if classes.binary else multiclass_form
