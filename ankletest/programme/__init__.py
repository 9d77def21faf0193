"""What the physio does around the tests: batteries of exams, how a set felt, stops for pain, the ladder and what is due; no screens."""
