"""The model card, in Markdown with the front matter that Hugging Face reads."""

from transfer.report.forms import form_of
from transfer.report.results import Results
from transfer.report.templating import environment, shared_variables
from transfer.report.wording import Texts


def render_card(results: Results, language: str) -> str:
    """The card of all models.

    language: one of `wording.LANGUAGES`; ValueError for another
    """
    texts = Texts(language)
    templates = environment(texts)
    templates.autoescape = False  # Markdown
    template = templates.get_template(f"{form_of(results.classes).NAME}_card.md.j2")
    return template.render(**shared_variables(results, texts))
