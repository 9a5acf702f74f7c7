# METADATA
# title: Days
# description: >
#   Dates as tags hold them (`2026-12-31`), counted in days. The clock is the day of the run, so the
#   same run gives the same verdict at any hour.
package tagguard.lib.days

import rego.v1

day_ns := ((24 * 60) * 60) * 1000000000

# A real day between 1970 and 2199, written YYYY-MM-DD.
is_day(text) if {
	regex.match(`^(19[7-9][0-9]|2[01][0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`, text)
	[year, month, day] := [to_number(trim_left(part, "0")) | some part in split(text, "-")]
	day <= days_of_month(year, month)
}

days_of_month(_, month) := 30 if month in {4, 6, 9, 11}

days_of_month(_, month) := 31 if month in {1, 3, 5, 7, 8, 10, 12}

days_of_month(year, 2) := 29 if is_leap_year(year)

days_of_month(year, 2) := 28 if not is_leap_year(year)

is_leap_year(year) if {
	year % 4 == 0
	year % 100 != 0
}

is_leap_year(year) if year % 400 == 0

# Days from the day of the run to a day: negative for the past, undefined for what is no day.
until(text) := days if {
	is_day(text)
	end := time.parse_rfc3339_ns(concat("", [text, "T00:00:00Z"]))
	days := (end - time.now_ns()) / day_ns
}
