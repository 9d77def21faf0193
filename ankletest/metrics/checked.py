"""What the numbers were held against, and how close they came; the page of metrics prints it, a test looks each figure up."""

from dataclasses import dataclass
from enum import StrEnum


class Against(StrEnum):
    """What a number was held against, the surest last."""

    CLOSED_FORM = "closed form"
    TRUTH = "simulated truth"
    PROGRAM = "another program"
    REAL = "real data"


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison: of which ids, against what, how close, and which test would fail if it were not so.

    ``limit`` is the tolerance as the file of the test writes it; ``proof`` is the test's place below ``tests`` and its name.
    """

    ids: tuple[str, ...]
    against: Against
    what: str
    close: str
    limit: str
    proof: str


_FORM, _TRUTH, _PROGRAM, _REAL = Against.CLOSED_FORM, Against.TRUTH, Against.PROGRAM, Against.REAL
_SWAY, _EXAMS, _METRICS = "ankletest/metrics/test_sway.py", "ankletest/exams", "ankletest/metrics"

# fmt: off
CHECKS: tuple[Check, ...] = (
    # stance
    Check(("SW-02", "SW-03", "SW-04", "SW-05", "SW-06", "SW-07", "SW-09", "SW-10", "SW-11"), _FORM, "a circle of 10 mm", "1e-6",
          "EXACT = 1e-6", f"{_SWAY}::test_the_circle_of_the_specification"),
    Check(("SW-05", "SW-07"), _FORM, "an ellipse at 30°", "1e-6", "EXACT = 1e-6", f"{_SWAY}::test_the_ellipse_of_the_specification"),
    Check(("SW-03", "SW-04", "SW-05", "SW-06"), _REAL, "the vendor's printout of two minutes on one leg", "0.05 %", "5e-4",
          f"{_METRICS}/test_real_sway.py::test_the_printout_of_a_vendor_is_reproduced_from_the_cells"),
    Check(("SW-07",), _REAL, "the same printout, chi-square form", "0.1 %", "rel=1e-3",
          f"{_METRICS}/test_real_sway.py::test_the_printout_of_a_vendor_is_reproduced_from_the_cells"),
    Check(("SW-06",), _REAL, "published velocities of 24 stances", "1e-6", "rel=1e-6",
          f"{_METRICS}/test_real_sway.py::test_published_velocities_and_areas_are_reproduced"),
    Check(("SW-07",), _REAL, "published areas of 24 stances", "1e-4", "rel=1e-4",
          f"{_METRICS}/test_real_sway.py::test_published_velocities_and_areas_are_reproduced"),
    Check(("SW-12", "SW-13"), _PROGRAM, "descriptors of 24 real stances, its covariance with 1/N", "1e-6", "rel=1e-6",
          f"{_METRICS}/test_real_research.py::test_fractal_dimension_and_length_per_area_are_those_of_another_program"),
    Check(("SW-05", "SW-07", "SW-09"), _PROGRAM, "openbalance; its ellipse by chi-square", "1e-9",
          "ROUNDING = 1e-9", "oracles/test_openbalance.py::test_path_and_areas_are_the_same_but_for_the_quantile"),
    Check(("SW-03", "SW-04", "SW-05"), _PROGRAM, "micromotion; its SD with 1/(N − 1)", "1e-9", "ROUNDING = 1e-9",
          "oracles/test_micromotion.py::test_path_ranges_and_deviations_are_the_same"),
    Check(("SW-16",), _PROGRAM, "antropy", "1e-12", "ROUNDING = 1e-12",
          "oracles/test_antropy.py::test_sample_entropy_is_the_same_to_the_last_bits"),
    Check(("SW-17",), _PROGRAM, "micromotion, whose windows are others; noise and walk of 60 000 samples", "0.05", "0.5, 0.05",
          "oracles/test_micromotion.py::test_fluctuation_differs_by_its_windows_only"),
    Check(("IM-02",), _FORM, "a sine of acceleration", "1e-4", "rel=1e-4",
          f"{_METRICS}/test_motion.py::test_the_jerk_of_the_specification"),
    Check(("IM-07",), _FORM, "a sine of angular rate", "1e-9", "rel=1e-9",
          f"{_METRICS}/test_motion.py::test_a_sine_of_angular_rate_has_its_amplitude_over_root_two"),
    Check(("IM-01",), _TRUTH, "a swaying trunk through orientation and filter", "8 %", "rel=0.08",
          f"{_METRICS}/test_motion.py::test_a_swaying_trunk_is_told_from_the_sensors_samples"),
    Check(("IM-01",), _FORM, "a turned sensor after a bow: sideways of what goes forward", "1 %", "0.01",
          f"{_METRICS}/test_motion.py::test_after_a_bow_a_turned_sensor_tells_forward_from_sideways"),
    # hops
    Check(("HP-03", "HP-04", "HP-07", "HP-08", "HP-09", "HP-10"), _FORM, "contact 0.2 s, flight 0.4 s, 70 kg", "1e-6", "EXACT = 1e-6",
          f"{_METRICS}/test_hop.py::test_the_reference_hop_of_the_specification"),
    Check(("HP-01",), _TRUTH, "sets of simulated people, pad at 1000 Hz, bias", "0.5 ms", "(Site.PAD, 1000.0, 0.5, 0.5)",
          "test_matrix.py::test_over_a_good_radio_every_hop_is_told_and_true"),
    Check(("HP-04",), _TRUTH, "half-sine hops of 1 to 12 cm, RMS of sets of ten at 1000 Hz", "0.3 %", "(1000.0, 0.3)",
          "test_contacts.py::test_reactive_strength_of_low_hops_is_true_on_smooth_force"),
    Check(("HP-04",), _TRUTH, "the same at 100 Hz", "1 %", "(100.0, 1.0)",
          "test_contacts.py::test_reactive_strength_of_low_hops_is_true_on_smooth_force"),
    Check(("HP-01",), _REAL, "122 edges of jumps slowed to 80–200 Hz, against the recorded 10 N: bias", "2 ms", "<= 2.0",
          "test_contacts.py::test_contacts_of_people_are_timed_by_slow_converters"),
    Check(("HP-01",), _REAL, "the same: SD at 80, 100 and 200 Hz", "4.5, 4 and 3 ms", "(80.0, 4.5), (100.0, 4.0), (200.0, 3.0)",
          "test_contacts.py::test_contacts_of_people_are_timed_by_slow_converters"),
    Check(("HP-01",), _REAL, "47 stances of a runner, each edge against 0.05 BW of the same force", "10.5 ms wider at most", "0.0105",
          "ankletest/signals/test_running.py::test_every_stance_of_a_runner_is_a_contact"),
    Check(("HP-11",), _FORM, "a half-sine contact", "1e-6", "rel=1e-6",
          f"{_METRICS}/test_hop_research.py::test_a_half_sine_has_the_stiffness_of_its_model"),
    # jumps
    Check(tuple(f"CJ-{n:02}" for n in (1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)), _FORM, "a jump of two sines", "2e-5", "rel=2e-5",
          f"{_METRICS}/test_jump.py::test_the_golden_jump"),
    Check(("CJ-02",), _TRUTH, "jumps of ten simulated people, both legs: mean error", "1 mm", "< 0.001",
          f"{_EXAMS}/test_jump_people.py::test_jumps_of_twenty_people_are_as_high_as_they_were"),
    Check(("CJ-03",), _TRUTH, "the same jumps", "3 mm", "abs=0.003",
          f"{_EXAMS}/test_jump_people.py::test_jumps_of_twenty_people_are_as_high_as_they_were"),
    Check(("CJ-02",), _PROGRAM, "plateforce on real jumps, between the same samples", "1e-9", "rel=1e-9",
          "oracles/test_plateforce.py::test_between_the_same_rows_the_height_is_the_same"),
    Check(("CJ-02",), _PROGRAM, "plateforce with its own take-off at 20 N, 2 to 3 samples earlier", "2 %", "rel=0.02",
          "oracles/test_plateforce.py::test_each_with_its_own_rules_they_differ_by_what_their_rules_say"),
    Check(("CJ-03",), _REAL, "jumps of several laboratories: take-off and landing", "3.05 samples", "abs=3.05",
          f"{_EXAMS}/test_jump_people.py::test_real_jumps_agree_with_the_sources_that_agree"),
    Check(("CJ-01i", "CJ-02i"), _FORM, "a jump in closed form, its speed summed between two still seconds", "5e-4 m/s", "abs=5e-4",
          f"{_METRICS}/test_trunk_jump.py::test_a_closed_form_jump_has_its_speed_height_and_top"),
    Check(("CJ-02i",), _TRUTH, "jumps of twenty simulated people with a sensor of 20 mg bias at the pelvis: SD", "0.62 cm", "0.62",
          f"{_EXAMS}/test_lumbar_people.py::test_jumps_of_twenty_people_are_as_high_as_they_were"),
    Check(("CJ-03i",), _TRUTH, "the same jumps: mean error", "0.96 cm", "0.96",
          f"{_EXAMS}/test_lumbar_people.py::test_jumps_of_twenty_people_are_as_high_as_they_were"),
    Check(("CJ-03i",), _TRUTH, "flights of real jumps' force through modelled soft tissue: bias, SD", "5 ms, 9 ms", "< 5.0",
          "ankletest/signals/test_trunk_contact.py::test_flights_of_real_jumps_through_soft_tissue_keep_their_length"),
    Check(("HP-01", "HP-02"), _TRUTH, "sets of twenty simulated people, sensor at the pelvis: bias and SD, each", "5 ms", "< 5.0",
          f"{_EXAMS}/test_lumbar_people.py::test_hops_of_twenty_people_are_timed_as_well_as_a_trunk_can"),
    Check(("HP-04",), _TRUTH, "drop jumps of simulated people", "1.5 %", "rel=0.015",
          f"{_EXAMS}/test_jump_people.py::test_drop_jumps_of_twenty_people_are_as_quick_as_they_were"),
    # landings
    Check(("DL-01",), _TRUTH, "drop landings of simulated people", "0.5 %", "rel=0.005",
          f"{_EXAMS}/test_drop_landing.py::test_numbers_of_simulated_landings_are_the_true_ones"),
    Check(("DL-01",), _REAL, "landings of real jumps, beside an explicit definition", "1.5 %", "rel=0.015",
          f"{_METRICS}/test_real_landings.py::test_a_real_landing_begins_and_peaks_where_others_found_it"),
    Check(("DL-03",), _FORM, "a half-sine at 1000 Hz", "1 %", "rel=0.01",
          f"{_METRICS}/test_landing.py::test_loading_rates_of_a_half_sine_are_the_closed_forms"),
    Check(("DL-04",), _FORM, "a half-sine", "1e-3", "rel=1e-3",
          f"{_METRICS}/test_landing.py::test_impulses_of_a_half_sine_are_the_closed_forms"),
    # side hops
    Check(("SH-01",), _TRUTH, "ten round trips of simulated people", "5 ms", "abs=0.005",
          f"{_EXAMS}/test_side_hop.py::test_ten_round_trips_on_a_pad_take_the_true_time"),
    Check(("SH-05",), _TRUTH, "the same", "0.01", "abs=0.01",
          f"{_EXAMS}/test_side_hop.py::test_ten_round_trips_on_a_pad_take_the_true_time"),
    # raises and angles
    Check(("HR-03",), _FORM, "the worked case", "1e-8 m", "abs=1e-8",
          f"{_METRICS}/test_heel_raise.py::test_height_and_work_of_the_golden_case"),
    Check(("HR-01", "HR-03"), _TRUTH, "raises of simulated people: all counted, height", "1 mm", "HEIGHT_M = 1e-3",
          f"{_EXAMS}/test_heel_raise.py::test_every_raise_is_counted_and_as_high_as_it_was"),
    Check(("HR-01",), _REAL, "raises of a real person over a radio that loses", "exact count", '== len(told["heel_raises"])',
          f"{_EXAMS}/test_real_heel_raise.py::test_real_raises_are_counted_exactly"),
    Check(("LU-01",), _TRUTH, "lunges, calibrated sensor", "0.3°, and 5 % of a lean to the side", "LUNGE_DEG = 0.3",
          f"{_EXAMS}/test_bending.py::test_a_lunge_is_read_within_a_third_of_a_degree"),
    Check(("PF-01",), _TRUTH, "feet that point", "0.5°", "abs=0.5", f"{_EXAMS}/test_bending.py::test_the_foot_points_as_far_as_it_did"),
    Check(("SQ-01",), _TRUTH, "squats", "0.3°", "abs=0.3", f"{_EXAMS}/test_bending.py::test_squats_are_as_deep_and_as_even_as_they_were"),
    # strength
    Check(("SG-01", "SG-02", "SG-03"), _FORM, "an exponential rise through the exam", "1e-6", "rel=1e-6",
          f"{_EXAMS}/test_calf_strength.py::test_the_numbers_are_those_of_the_curve"),
    Check(("SG-04", "SG-05", "SG-06"), _FORM, "the same rise", "2e-4", "rel=2e-4",
          f"{_EXAMS}/test_calf_strength.py::test_the_numbers_are_those_of_the_curve"),
    # smoothness
    Check(("SM-01", "HR-10", "SQ-05"), _PROGRAM, "SPARC of scikit-digital-health, of single precision", "1e-6", "abs=1e-6",
          "oracles/test_skdh.py::test_the_arc_is_as_long"),
)
# fmt: on
