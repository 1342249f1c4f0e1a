import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

from chassis.clock import Clock, end_of, today


def test_a_clock_that_started_elsewhere_runs_on_from_there():
    election = datetime(2024, 10, 15, 7, tzinfo=UTC)

    assert timedelta(0) <= Clock(election).now() - election < timedelta(seconds=5)


def test_two_processes_started_together_have_one_clock_however_long_each_takes_to_load():
    program = """if True:
        import sys, time
        time.sleep(float(sys.argv[1]))
        from chassis.clock import UTC, datetime, process_clock
        print((process_clock(datetime(2024, 10, 15, 7, tzinfo=UTC)).now() - datetime.now(UTC)).total_seconds())
    """

    started = [
        subprocess.Popen([sys.executable, "-c", program, loading], stdout=subprocess.PIPE) for loading in ("0", "1.5")
    ]
    shifts = [float(process.communicate()[0]) for process in started]

    assert abs(shifts[0] - shifts[1]) < 1


def test_the_legal_date_is_that_of_brussels():
    assert today(datetime(2024, 10, 21, 22, 30, tzinfo=UTC)) == date(2024, 10, 22)


def test_a_due_date_holds_until_the_end_of_the_day_in_brussels_in_summer_and_winter():
    assert end_of(date(2024, 10, 21)) == datetime(2024, 10, 21, 21, 59, 59, tzinfo=UTC)
    assert end_of(date(2024, 11, 21)) == datetime(2024, 11, 21, 22, 59, 59, tzinfo=UTC)
