"""A figure becomes text without losing what its words say."""

from matplotlib.figure import Figure

from immunoreset.report.svg import inline_svg, svg_document


def drawing() -> Figure:
    figure = Figure(figsize=(2, 2))
    figure.add_axes((0.2, 0.2, 0.7, 0.7)).plot([0, 1], [1 / 3, 2 / 3])
    figure.text(0.1, 0.1, "0.00125")
    return figure


def test_words_keep_their_digits_and_coordinates_lose_theirs():
    text = svg_document(drawing())
    assert ">0.00125<" in text
    assert max(len(number) for number in text.split('d="')[2].split('"')[0].split()) < 8


def test_same_numbers_give_the_same_bytes():
    assert svg_document(drawing()) == svg_document(drawing())


def test_figure_of_a_page_is_described_and_scales():
    text = inline_svg(drawing(), "B cells & more")
    assert text.startswith('<svg role="img" aria-label="B cells &amp; more"') and 'width="100%"' in text
    assert '<g id="' not in text
