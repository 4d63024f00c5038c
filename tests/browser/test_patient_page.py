"""The Patient page from start to end, with real simulations."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from immunoreset import Study, run
from immunoreset.report.words import number
from immunoreset.results import summarise
from immunoreset.therapy.standard import STANDARD

TWINS = 256


def cells(page, outcome: str) -> list[str]:
    """The cells of a row of the outcome table."""
    return page.locator(f"[data-outcome={outcome}] td").all_inner_texts()


def settled(page) -> None:
    page.wait_for_selector("[data-state=ready]")


def treatments(page) -> list[str]:
    return [text.partition("~")[2] for text in parse_qs(urlsplit(page.url).query).get("t", [])]


def dose_slider(page):
    return page.get_by_label("Dose", exact=True)


def test_the_twins_of_a_published_patient_are_those_of_the_package(visit):
    page = visit("?page=patient&who=published-1")
    text = STANDARD["car-t-with-rescue"]
    study = Study.model_validate(
        {"title": "one", "patients": {"listed": "five-patients", "twins": TWINS}, "arms": {"car-t": text}}
    )
    outcomes = run(study).arm("car-t").outcomes
    for name in ("doris_day180", "crs_any", "node_cleared"):
        share = summarise(name, outcomes.by_patient(name)[0])["value"]
        assert cells(page, name)[1] == number(share, "fraction")
    middle = summarise("b_cell_return_day", outcomes.by_patient("b_cell_return_day")[0])["value"]
    assert cells(page, "b_cell_return_day")[1].startswith(f"{middle:.3g}")


def test_the_slider_changes_the_dose_the_course_and_the_address(visit):
    page = visit()
    before = cells(page, "car_t_peak_day")[0]
    dose_slider(page).focus()
    for _ in range(3):
        page.keyboard.press("PageDown")
    settled(page)
    assert "cd19-car-t 1e6 cells/kg" not in treatments(page)[0]
    assert float(cells(page, "car_t_peak_day")[0]) > float(before)  # fewer cells peak later


def test_undo_and_redo_walk_through_the_changes(visit):
    page = visit()
    before, address = cells(page, "car_t_peak_day")[0], page.url
    dose_slider(page).focus()
    page.keyboard.press("Home")
    settled(page)
    assert cells(page, "car_t_peak_day")[0] == "–"
    page.get_by_role("button", name="Undo").click()
    settled(page)
    assert page.url == address
    assert cells(page, "car_t_peak_day")[0] == before
    page.keyboard.press("Control+y")
    settled(page)
    assert cells(page, "car_t_peak_day")[0] == "–"


def test_the_address_alone_brings_the_same_view_back(visit):
    page = visit()
    page.get_by_label("Logarithmic time").check()
    page.get_by_role("button", name="6 months").click()
    dose_slider(page).focus()
    page.keyboard.press("PageDown")
    settled(page)
    again = visit(page.url.split("/", 3)[3])
    assert cells(again, "car_t_peak_per_ul") == cells(page, "car_t_peak_per_ul")
    assert again.get_by_label("Logarithmic time").is_checked()
    assert again.get_by_role("button", name="6 months").get_attribute("aria-pressed") == "true"
    assert again.get_by_role("button", name="Clear 1").is_enabled()


def test_a_fault_in_the_regimen_is_told_under_the_line(visit):
    page = visit()
    address = page.url
    page.get_by_label("Regimen, days from the infusion").fill("rituximab 1000 mg on days 0 14; ritoximab 5 mg on day 3")
    page.wait_for_selector(".fault mark")
    assert "rituximab" in page.locator(".fault").first.inner_text()
    assert page.get_by_label("Regimen, days from the infusion").get_attribute("aria-invalid") == "true"
    assert page.url == address


def test_a_regimen_that_can_be_read_is_given(visit):
    page = visit()
    page.get_by_label("Regimen, days from the infusion").fill("no treatment")
    expect(page.locator("[data-outcome=car_t_peak_day] td").first).to_have_text("–")
    assert treatments(page)[0] == "no treatment"


@pytest.mark.parametrize("count", [3, 4])
def test_up_to_four_treatments_stand_side_by_side(visit, count):
    page = visit()
    for _ in range(count - 2):
        page.get_by_role("button", name="Add", exact=True).click()
    settled(page)
    assert len(cells(page, "sledai_day180")) == 2 * count + 1
    assert page.get_by_role("button", name="Add", exact=True).is_enabled() == (count < 4)


def test_the_crosshair_reads_all_panels_on_one_day(visit):
    page = visit()
    page.locator(".crosshair").focus()
    page.keyboard.press("End")
    shown = page.locator(".panel .now b:visible").all_inner_texts()
    panels = page.locator(".panel").count()
    assert len(shown) >= 2 * (panels - 1)


def test_a_changed_parameter_goes_to_the_patient_and_back(visit):
    page = visit("?page=evidence&part=parameters&search=car_t.expansion_max")
    page.get_by_label("Value of car_t.expansion_max").fill("1.6")
    page.get_by_role("button", name="Try on the patient").click()
    settled(page)
    changed = cells(page, "car_t_peak_per_ul")[0]
    page.get_by_role("button", name="Put car_t.expansion_max back").click()
    settled(page)
    assert float(cells(page, "car_t_peak_per_ul")[0]) != float(changed)


def test_the_legend_and_the_tables_say_whose_the_line_is(visit):
    for who, words in (("typical", "the typical patient"), ("published-2", "published patient 2's twins")):
        page = visit(f"?page=patient&who={who}")
        expect(page.locator(".key").first).to_contain_text(
            "line: the t" if who == "typical" else "line: the twin in the middle of"
        )
        expect(page.locator(".key").first).to_contain_text(words)
        expect(page.locator("table.outcomes caption")).to_contain_text(words[4:])


def test_an_impossible_fact_is_told_beside_its_field_and_not_given(visit):
    page = visit("?page=patient&who=nephritis:yes,sledai_2k:12")
    before = page.url
    field = page.get_by_label("Age, years")
    field.fill("-5")
    expect(page.locator("#wrong-age")).to_contain_text("0 to 110")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.press("Tab")
    page.wait_for_timeout(1000)
    assert page.url == before
    field.fill("31")
    page.wait_for_url("**age:31**")  # without Tab or Enter


def test_curves_are_greyed_when_nobody_has_these_facts(visit):
    page = visit("?page=patient&who=nephritis:no,sledai_2k:105")
    expect(page.locator("fieldset .failure")).to_contain_text("Hardly any virtual patient has all of these facts together")
    expect(page.locator(".stale")).to_have_count(1)
    assert "sledai_2k_low" not in page.content()
    assert set(cells(page, "crs_any")) <= {"–", ""}


def test_published_numbers_carry_their_marks_and_key_numbers_stand_first(visit):
    page = visit()
    assert "tuned indirectly" in cells(page, "doris_day180")[-1]
    assert "recalled, unverified; tuned to; band ours" in cells(page, "car_t_peak_day")[-1]
    assert cells(page, "b_cell_return_day")[-1].count("110 ± 32 days") == 1
    key = page.locator("table.keynumbers")
    assert key.bounding_box()["y"] < page.locator(".panels").bounding_box()["y"]
    assert cells(page, "crs_any")[1] in key.inner_text() and "Cytokine release syndrome, any grade" in key.inner_text()


def test_no_heading_of_the_evidence_claims_more_than_it_holds(visit):
    page = visit("?page=evidence")
    headings = page.locator("tr.group").all_inner_texts()
    assert headings[0] == "Not tuned to (1 row)"
    assert not any("is validation" in heading for heading in headings)
    assert page.get_by_text("band chosen by us:").count() == 5


def test_uncertainty_of_the_numbers_is_shown_only_when_it_is_asked_for(visit):
    page = visit()
    switch = page.get_by_label("Uncertainty of the numbers")
    expect(switch).not_to_be_checked()
    assert page.locator("[data-unsure]").count() == 0
    switch.check()
    page.wait_for_selector("[data-unsure=ready]")
    said = page.locator("[data-unsure]").inner_text()
    assert "the median of the patients lies between them in 90 % of the draws of the numbers" in said
    assert "32 draws of" in said
    settled(page)
    assert "unsure=on" in page.url


def test_organs_kidney_and_blood_are_shown_when_they_are_asked_for(visit):
    page = visit("?page=patient&who=published-1")
    usual = page.locator(".panel").count()
    assert page.locator("[data-output=joints_over_cut]").count() == 0
    page.get_by_label("Organs, kidney and blood").check()
    settled(page)
    assert "organs=on" in page.url
    assert page.locator(".panel").count() == usual + 15
    said = page.locator("section[aria-labelledby=by-organ] figcaption").all_inner_texts()
    assert "Joints: arthritis × cut" in said and "Kidney function (eGFR) mL/min/1.73 m²" in said and "Platelets 10⁹/L" in said
    page.locator(".crosshair").focus()
    page.keyboard.press("End")
    assert page.locator("[data-output=haemoglobin] .now b:visible").all_inner_texts()[0].endswith("g/L")


def test_organs_fit_a_telephone(visit):
    page = visit("?page=patient&who=published-1&organs=on", width=390)
    assert page.locator("[data-output=fatigue]").bounding_box()["width"] > 300
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_another_disease_has_its_own_panels_outcomes_and_words(visit):
    page = visit()
    page.get_by_label("Disease", exact=True).select_option(label="rheumatoid arthritis")
    page.wait_for_url("**disease=rheumatoid-arthritis**")
    settled(page)
    assert page.locator("[data-output=das28_crp]").is_visible()
    for lupus in ("sledai_2k", "sledai_by_domain", "proteinuria"):
        assert page.locator(f"[data-output={lupus}]").count() == 0
    main = page.locator("main").inner_text()
    assert "Left out:" in main and "SLEDAI" not in main and "Mackensen" not in main and "Kidney" not in main
    assert float(cells(page, "das28_crp_day180")[0]) < float(cells(page, "das28_crp_entry")[0])
    page.get_by_label("Population", exact=True).select_option("rheumatoid-arthritis-refractory")
    page.wait_for_url("**population=rheumatoid-arthritis-refractory**")
    settled(page)
    again = visit(page.url.split("/", 3)[3])
    assert cells(again, "das28_crp_day180") == cells(page, "das28_crp_day180")
    assert again.get_by_label("Population", exact=True).input_value() == "rheumatoid-arthritis-refractory"


def test_a_drug_that_the_disease_refuses_is_told_at_the_treatment_and_the_other_stays(visit):
    page = visit(
        "?page=patient&disease=rheumatoid-arthritis&t=one~rituximab 1000 mg on days 0 14&t=two~anifrolumab 300 mg on day 0"
    )
    said = page.locator("section[aria-labelledby=treatment] .failure")
    expect(said).to_contain_text("two: anifrolumab is not simulated as a treatment of rheumatoid-arthritis")
    first, twins, refused, _ = cells(page, "das28_crp_day180")[:4]
    assert float(first) > 2 and twins and refused == "–"
    page.get_by_text("Other drugs, steroids, rules of care").click()
    assert page.get_by_label("anifrolumab").is_disabled()


def test_what_is_known_of_a_patient_with_another_disease_is_age_sex_and_weight(visit):
    page = visit("?page=patient&disease=rheumatoid-arthritis&who=age:50,sledai_2k:12")
    assert page.locator("fieldset.pair input[type=number]").count() == 2
    assert page.get_by_label("Age, years").input_value() == "50" and page.get_by_label("Kidney involved").count() == 0


def test_an_address_with_an_unknown_disease_says_so_and_shows_the_first(visit):
    page = visit("?page=patient&disease=gout")
    expect(page.locator(".failure")).to_contain_text("The address names the disease 'gout', which is none of: lupus")
    assert page.locator("[data-output=sledai_2k]").is_visible()
