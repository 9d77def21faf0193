"""Contact times over the matrix of rates, ranges, losses, intervals and clocks (algorithms.md 10.4), 20 people each."""

from bench.matrix import HOPS, WRONG_S, conditions, run

SEEDS = range(20)


def main() -> None:
    """Print the table."""
    print(f"{len(SEEDS)} people, {HOPS} hops each; wrong: told as valid and further than {1e3 * WRONG_S:.0f} ms from the truth")
    print(f"{'':6}{'Hz':>5}  {'':32} {'told, %':>8} {'left out':>8} {'extra':>5} {'wrong':>5} {'CT bias':>8} {'SD, ms':>7}")
    for row in conditions():
        out = run(row, SEEDS)
        print(
            f"{row.site.value:6}{row.rate_hz:5.0f}  {row.name:32} {out.recall_percent:8.1f} {out.left_out:8} {out.extra:5} {out.wrong:5} "
            f"{out.bias_ms:8.2f} {out.sd_ms:7.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
