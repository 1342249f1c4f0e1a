from bench.idle.measure import memory_of


def test_memory_is_told_in_megabytes():
    rollup = "55d0-7ffd ---p 00000000 00:00 0    [rollup]\nRss:             100000 kB\nPss:              50000 kB\n"

    assert memory_of(rollup) == {"Rss": 102.4, "Pss": 51.2}
