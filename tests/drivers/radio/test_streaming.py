"""Two sensors on the air through the real bleak: whole, in order, in time, and recorded as handed over."""

import numpy as np
from atp_frames import DATA, index_of, latency_ms


def test_two_sensors_at_200_notifications_a_second_arrive_whole_and_in_time(air, visit) -> None:
    running = visit("pad", "foot-left")
    running.until(running.streams("pad", "foot-left", more_than=300))
    running.stop()

    for device in ("pad", "foot-left"):
        arrived = [n for n in running.notifications if (n.device, n.characteristic) == (device, DATA)]
        assert [index_of(n.payload) for n in arrived] == list(range(len(arrived)))
        late_ms = np.array([latency_ms(n.payload, n.received_ns) for n in arrived])
        assert np.percentile(late_ms, 95) < 50.0
